package hedgerow.rls.report;

import hedgerow.rls.review.Finding;
import hedgerow.rls.review.Severity;
import java.io.IOException;
import java.io.Writer;

/// A report for a terminal, in the manner of rustc.
final class TextReport {

    private static final String RESET = "\033[0m";
    private static final String BOLD = "\033[1m";
    private static final String DIM = "\033[2m";
    private static final String RED = "\033[1;31m";
    private static final String YELLOW = "\033[1;33m";
    private static final String CYAN = "\033[1;36m";
    private static final String GREEN = "\033[1;32m";

    private static final int MOST_PLACES = 5;

    private final Report report;
    private final boolean colour;
    private final Writer out;

    private TextReport(Report report, boolean colour, Writer out) {
        this.report = report;
        this.colour = colour;
        this.out = out;
    }

    static void write(Report report, boolean colour, Writer out) throws IOException {
        new TextReport(report, colour, out).write();
    }

    private void write() throws IOException {
        var review = report.review();
        line(Visible.line(review.connection()));
        if (report.hint().isPresent()) {
            line(paint(CYAN, "hint") + ": " + report.hint().get());
        }
        if (review.partial()) {
            line(paint(YELLOW, "partial") + ": something could not be reviewed");
        }
        for (var gap : review.gaps()) {
            line("  " + Visible.line(gap));
        }
        for (var assumption : review.assumptions()) {
            line(paint(DIM, "assumed: " + Visible.line(assumption)));
        }
        for (var group : report.shown()) {
            line("");
            finding(group);
        }
        line("");
        var summary = Summary.of(report);
        line(Visible.line("reviewed: " + summary.reviewed()));
        line(Visible.line("coverage: " + summary.coverage()));
        line("verdict:  " + summary.verdict());
        line(counts());
    }

    private void finding(Group group) throws IOException {
        var severity = group.severity();
        var head = "%s[%s]".formatted(severity.label(), group.rule());
        line(paint(colour(severity), head) + paint(BOLD, ": " + Visible.line(group.detail())));
        var places = group.places().size() > MOST_PLACES && !report.all()
                ? group.places().subList(0, MOST_PLACES)
                : group.places();
        for (var place : places) {
            place(place);
        }
        var left = group.places().size() - places.size();
        if (left > 0) {
            labelled("and", "%d more, with the same detail (--all)".formatted(left));
        }
        var label = "leak:";
        for (var told : group.story()) {
            line("  %-5s %s".formatted(label, Visible.line(told)));
            label = "";
        }
        var fix = new Group(places, group.known()).fix();
        if (fix.isPresent()) {
            fix(fix.get());
        }
        labelled("docs", "rls-policies/rules/%s/rule.md".formatted(group.rule()));
    }

    private void place(Finding place) throws IOException {
        labelled("on", place.object());
        if (place.location().isPresent()) {
            var at = place.location().get();
            labelled("at", "%s:%d".formatted(at.file(), at.line()));
        }
    }

    private void labelled(String label, String text) throws IOException {
        line("  %-5s %s".formatted(label + ":", Visible.line(text)));
    }

    /// Writes a fix. SQL of several lines keeps them, so that it can be copied.
    private void fix(String sql) throws IOException {
        var label = "fix:";
        for (var sqlLine : sql.strip().split("\n")) {
            line("  %-5s %s"
                    .formatted(label, paint(GREEN, Visible.line(sqlLine)))
                    .stripTrailing());
            label = "";
        }
    }

    private String counts() {
        var summary = new StringBuilder(verdict()).append(": ").append(Words.counts(report));
        if (!report.review().accepted().isEmpty()) {
            summary.append("; %d accepted".formatted(report.review().accepted().size()));
        }
        if (!report.review().examined().isEmpty()) {
            summary.append("; %d examined".formatted(report.review().examined().size()));
        }
        if (report.known() > 0) {
            summary.append("; %d known from the baseline".formatted(report.known()));
        }
        if (report.count(Severity.INFO) > 0 && !report.showsNotes()) {
            summary.append("; --all shows the notes");
        }
        return summary.toString();
    }

    private String verdict() {
        var outcome = report.outcome();
        return switch (outcome) {
            case "failed" -> paint(RED, outcome);
            case "passed" -> paint(GREEN, outcome);
            default -> paint(YELLOW, outcome);
        };
    }

    private static String colour(Severity severity) {
        return switch (severity) {
            case ERROR -> RED;
            case WARN -> YELLOW;
            case INFO -> CYAN;
        };
    }

    private String paint(String code, String text) {
        return colour ? code + text + RESET : text;
    }

    private void line(String text) throws IOException {
        out.write(text);
        out.write('\n');
    }
}
