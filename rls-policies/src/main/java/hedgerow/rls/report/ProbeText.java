package hedgerow.rls.report;

import hedgerow.rls.probe.Attempt;
import hedgerow.rls.probe.Outcome;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.report.ClaimsText.Paint;
import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/// A report for a terminal: the number of attacks on each object that held, then each leak, then the
/// attacks that could not be checked.
record ProbeText(ProbeReport report, ClaimsText text) {

    static void write(ProbeReport report, boolean colour, Writer out) throws IOException {
        ClaimsText.write(report.frame(), colour, text -> new ProbeText(report, text).cells(), out);
    }

    private void cells() throws IOException {
        held();
        leaks("leaked", Paint.RED, report.open());
        unchecked();
        leaks("accepted", Paint.DIM, report.accepted());
    }

    private void held() throws IOException {
        var held = report.cells(Outcome.HELD).stream()
                .collect(Collectors.groupingBy(Attempt::claim, LinkedHashMap::new, Collectors.toList()));
        for (var claim : held.entrySet()) {
            var cells = claim.getValue();
            text.line("%s  %-21s %s on %s by %s"
                    .formatted(
                            text.painted(Paint.GREEN, "held"),
                            claim.getKey().id(),
                            Words.count(cells.size(), "attack"),
                            Words.count(
                                    cells.stream()
                                            .map(Attempt::object)
                                            .distinct()
                                            .count(),
                                    "object"),
                            Words.count(
                                    cells.stream().map(Attempt::role).distinct().count(), "role")));
        }
    }

    private record Place(Claim claim, String role, String object, String gate) {}

    /// Writes the leaks, one of several attacks with the same leak.
    private void leaks(String word, Paint paint, List<Attempt> cells) throws IOException {
        for (var same : grouped(cells)) {
            var first = same.getFirst();
            head(paint, word, first);
            for (var statement : first.statement().lines().toList()) {
                text.detail(statement);
            }
            text.detail(first.reason());
            if (same.size() > 1) {
                text.detail(
                        "also by: " + same.stream().skip(1).map(Attempt::attack).collect(Collectors.joining("; ")));
            }
            if (first.accepted().isPresent()) {
                text.detail("accepted: " + first.accepted().get());
            }
        }
    }

    /// Writes the unchecked attacks, except where another attack of the same role and object was checked.
    private void unchecked() throws IOException {
        for (var same : grouped(report.attempts().cells())) {
            if (same.stream().allMatch(cell -> cell.outcome() == Outcome.COULD_NOT_CHECK)) {
                head(Paint.YELLOW, "could not check", same.getFirst());
                text.detail(same.getFirst().reason());
            }
        }
    }

    private void head(Paint paint, String word, Attempt cell) throws IOException {
        text.head(
                paint,
                word,
                ProbeReport.rule(cell.claim()),
                "%s, %s, as %s".formatted(cell.object(), cell.gate(), cell.role()));
    }

    private static Iterable<List<Attempt>> grouped(List<Attempt> cells) {
        return cells.stream()
                .collect(Collectors.groupingBy(
                        cell -> new Place(cell.claim(), cell.role(), cell.object(), cell.gate()),
                        LinkedHashMap::new,
                        Collectors.toList()))
                .values();
    }
}
