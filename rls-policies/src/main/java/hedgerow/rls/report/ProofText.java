package hedgerow.rls.report;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Verdict;
import hedgerow.rls.review.AcceptedProofs;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.stream.Stream;

/// A report for a terminal: a line for each group of equal cells, then the cells that are not proved.
final class ProofText {

    private static final String RESET = "\033[0m";
    private static final String DIM = "\033[2m";
    private static final String RED = "\033[1;31m";
    private static final String YELLOW = "\033[1;33m";
    private static final String GREEN = "\033[1;32m";
    private static final int MOST_NAMES = 3;

    private final ProofReport report;
    private final boolean colour;
    private final Writer out;

    private ProofText(ProofReport report, boolean colour, Writer out) {
        this.report = report;
        this.colour = colour;
        this.out = out;
    }

    static void write(ProofReport report, boolean colour, Writer out) throws IOException {
        new ProofText(report, colour, out).write();
    }

    private void write() throws IOException {
        var proofs = report.proofs();
        line(Visible.line(report.server()));
        for (var gap : proofs.gaps()) {
            line(paint(YELLOW, "partial") + ": " + Visible.line(gap));
        }
        line("");
        for (var group : report.groups()) {
            group(group);
        }
        cells("refuted", RED, report.open());
        cells("unknown", YELLOW, report.unknown());
        for (var cell : report.accepted()) {
            head("accepted", DIM, cell);
            line("  " + Visible.line(cell.accepted().orElseThrow()));
        }
        line("");
        for (var assumption : proofs.assumptions()) {
            line(paint(DIM, "assumed: " + Visible.line(assumption)));
        }
        for (var risk : proofs.risks()) {
            line(paint(DIM, "not covered: " + Visible.line(risk)));
        }
        line("");
        for (var claim : report.summary().entrySet()) {
            line("%-21s %s".formatted(claim.getKey().id(), painted(claim.getValue())));
        }
        line(report.conclusion());
    }

    private void group(List<Cell> cells) throws IOException {
        var first = cells.getFirst();
        var objects = cells.stream().map(Cell::object).distinct().toList();
        line("%s  %-21s %s x %s"
                .formatted(
                        ProofReport.symbol(first),
                        first.claim().id(),
                        names(objects, "object"),
                        names(first.roles(), "role")));
        for (var reason : cells.stream().flatMap(ProofText::core).distinct().toList()) {
            line("     " + Visible.line(reason));
        }
    }

    private static String names(List<String> names, String thing) {
        return names.size() > MOST_NAMES ? Words.count(names.size(), thing) : Visible.line(String.join(", ", names));
    }

    private static Stream<String> core(Cell cell) {
        return switch (cell.verdict()) {
            case Verdict.Proved(var core) -> core.stream();
            case Verdict.Closed(var core) -> core.stream();
            case Verdict.Refuted _, Verdict.Unknown _ -> Stream.empty();
        };
    }

    private void cells(String word, String code, List<Cell> cells) throws IOException {
        for (var cell : cells) {
            head(word, code, cell);
            for (var text : ProofReport.lines(cell)) {
                line("  " + Visible.line(text));
            }
            for (var note : report.notes(cell)) {
                line("  " + Visible.line(note));
            }
        }
    }

    private void head(String word, String code, Cell cell) throws IOException {
        line("");
        line(paint(code, "%s[%s]".formatted(word, AcceptedProofs.rule(cell.claim()))) + ": "
                + Visible.line(ProofReport.place(cell)));
    }

    private String painted(String verdict) {
        return switch (verdict) {
            case "refuted" -> paint(RED, verdict);
            case "proved" -> paint(GREEN, verdict);
            default -> paint(YELLOW, verdict);
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
