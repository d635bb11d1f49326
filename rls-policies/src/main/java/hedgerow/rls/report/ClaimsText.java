package hedgerow.rls.report;

import java.io.IOException;
import java.io.Writer;

/// A report about claims for a terminal: the gaps, the cells, then the summary of each claim.
record ClaimsText(boolean colour, Writer out) {

    /// A terminal colour.
    enum Paint {
        DIM("\033[2m"),
        RED("\033[1;31m"),
        YELLOW("\033[1;33m"),
        GREEN("\033[1;32m");

        private final String code;

        Paint(String code) {
            this.code = code;
        }
    }

    private static final String RESET = "\033[0m";

    interface Cells {
        void write(ClaimsText text) throws IOException;
    }

    /// Writes a report.
    static void write(ClaimsFrame frame, boolean colour, Cells cells, Writer out) throws IOException {
        var text = new ClaimsText(colour, out);
        text.line(Visible.line(frame.server()));
        for (var gap : frame.gaps()) {
            text.line(text.painted(Paint.YELLOW, "partial") + ": " + Visible.line(gap));
        }
        text.line("");
        cells.write(text);
        text.line("");
        for (var assumption : frame.assumptions()) {
            text.line(text.painted(Paint.DIM, "assumed: " + Visible.line(assumption)));
        }
        for (var risk : frame.risks()) {
            text.line(text.painted(Paint.DIM, "not covered: " + Visible.line(risk)));
        }
        text.line("");
        for (var claim : frame.summary().entrySet()) {
            text.line("%-21s %s".formatted(claim.getKey().id(), text.outcome(claim.getValue())));
        }
        text.line(frame.conclusion());
    }

    /// Writes the first line of a cell, after an empty one.
    ///
    /// @param word the outcome
    void head(Paint paint, String word, String rule, String place) throws IOException {
        line("");
        line(painted(paint, "%s[%s]".formatted(word, rule)) + ": " + Visible.line(place));
    }

    /// Writes a line of a cell.
    void detail(String text) throws IOException {
        line("  " + Visible.line(text));
    }

    private String outcome(String word) {
        return switch (word) {
            case "refuted", "leaked" -> painted(Paint.RED, word);
            case "proved", "held" -> painted(Paint.GREEN, word);
            default -> painted(Paint.YELLOW, word);
        };
    }

    String painted(Paint paint, String text) {
        return colour ? paint.code + text + RESET : text;
    }

    void line(String text) throws IOException {
        out.write(text);
        out.write('\n');
    }
}
