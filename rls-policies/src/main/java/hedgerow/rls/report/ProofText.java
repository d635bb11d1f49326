package hedgerow.rls.report;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Verdict;
import hedgerow.rls.report.ClaimsText.Paint;
import hedgerow.rls.review.AcceptedProofs;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.stream.Stream;

/// A report for a terminal: a line for each group of equal cells, then the cells that are not proved.
record ProofText(ProofReport report, ClaimsText text) {

    private static final int MOST_NAMES = 3;

    static void write(ProofReport report, boolean colour, Writer out) throws IOException {
        ClaimsText.write(report.frame(), colour, text -> new ProofText(report, text).cells(), out);
    }

    private void cells() throws IOException {
        for (var group : report.groups()) {
            group(group);
        }
        cells("refuted", Paint.RED, report.open());
        cells("unknown", Paint.YELLOW, report.unknown());
        for (var cell : report.accepted()) {
            head("accepted", Paint.DIM, cell);
            text.detail(cell.accepted().orElseThrow());
        }
    }

    private void group(List<Cell> cells) throws IOException {
        var first = cells.getFirst();
        var objects = cells.stream().map(Cell::object).distinct().toList();
        text.line("%s  %-21s %s x %s"
                .formatted(
                        ProofReport.symbol(first),
                        first.claim().id(),
                        names(objects, "object"),
                        names(first.roles(), "role")));
        for (var reason : cells.stream().flatMap(ProofText::core).distinct().toList()) {
            text.line("     " + Visible.line(reason));
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

    private void cells(String word, Paint paint, List<Cell> cells) throws IOException {
        for (var cell : cells) {
            head(word, paint, cell);
            for (var line : ProofReport.lines(cell)) {
                text.detail(line);
            }
            for (var note : report.notes(cell)) {
                text.detail(note);
            }
        }
    }

    private void head(String word, Paint paint, Cell cell) throws IOException {
        text.head(paint, word, AcceptedProofs.rule(cell.claim()), ProofReport.place(cell));
    }
}
