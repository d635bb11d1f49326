package hedgerow.rls.report;

import hedgerow.rls.probe.Attempt;
import hedgerow.rls.probe.Outcome;
import hedgerow.rls.prove.Claim;
import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/// A report for a terminal: the number of attacks on each object that held, then each leak, then the
/// attacks that could not be checked.
final class ProbeText {

    private static final String RESET = "\033[0m";
    private static final String DIM = "\033[2m";
    private static final String RED = "\033[1;31m";
    private static final String YELLOW = "\033[1;33m";
    private static final String GREEN = "\033[1;32m";

    private final ProbeReport report;
    private final boolean colour;
    private final Writer out;

    private ProbeText(ProbeReport report, boolean colour, Writer out) {
        this.report = report;
        this.colour = colour;
        this.out = out;
    }

    static void write(ProbeReport report, boolean colour, Writer out) throws IOException {
        new ProbeText(report, colour, out).write();
    }

    private void write() throws IOException {
        var attempts = report.attempts();
        line(Visible.line(report.server()));
        for (var gap : attempts.gaps()) {
            line(paint(YELLOW, "partial") + ": " + Visible.line(gap));
        }
        held();
        leaks();
        unchecked();
        line("");
        for (var assumption : attempts.assumptions()) {
            line(paint(DIM, "assumed: " + Visible.line(assumption)));
        }
        for (var risk : attempts.risks()) {
            line(paint(DIM, "not covered: " + Visible.line(risk)));
        }
        line("");
        for (var claim : report.summary().entrySet()) {
            line("%-21s %s".formatted(claim.getKey().id(), painted(claim.getValue())));
        }
        line(report.conclusion());
    }

    private void held() throws IOException {
        var held = report.cells(Outcome.HELD).stream()
                .collect(Collectors.groupingBy(Attempt::claim, LinkedHashMap::new, Collectors.toList()));
        line("");
        for (var claim : held.entrySet()) {
            var cells = claim.getValue();
            line("%s  %-21s %s on %s by %s"
                    .formatted(
                            paint(GREEN, "held"),
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
    private void leaks() throws IOException {
        for (var same : grouped(report.cells(Outcome.LEAKED))) {
            var first = same.getFirst();
            line("");
            line(paint(RED, "leaked[%s]".formatted(ProbeReport.rule(first.claim()))) + ": "
                    + Visible.line("%s, %s, as %s".formatted(first.object(), first.gate(), first.role())));
            for (var statement : first.statement().lines().toList()) {
                line("  " + Visible.line(statement));
            }
            line("  " + Visible.line(first.reason()));
            if (same.size() > 1) {
                line("  also by: "
                        + Visible.line(
                                same.stream().skip(1).map(Attempt::attack).collect(Collectors.joining("; "))));
            }
        }
    }

    /// Writes the unchecked attacks, except where another attack of the same role and object was checked.
    private void unchecked() throws IOException {
        for (var same : grouped(report.attempts().cells())) {
            if (same.stream().allMatch(cell -> cell.outcome() == Outcome.COULD_NOT_CHECK)) {
                var first = same.getFirst();
                line("");
                line(paint(YELLOW, "could not check[%s]".formatted(ProbeReport.rule(first.claim()))) + ": "
                        + Visible.line("%s, %s, as %s".formatted(first.object(), first.gate(), first.role())));
                line("  " + Visible.line(first.reason()));
            }
        }
    }

    private static Iterable<List<Attempt>> grouped(List<Attempt> cells) {
        return cells.stream()
                .collect(Collectors.groupingBy(
                        cell -> new Place(cell.claim(), cell.role(), cell.object(), cell.gate()),
                        LinkedHashMap::new,
                        Collectors.toList()))
                .values();
    }

    private String painted(Outcome outcome) {
        return switch (outcome) {
            case LEAKED -> paint(RED, outcome.id());
            case HELD -> paint(GREEN, outcome.id());
            case COULD_NOT_CHECK -> paint(YELLOW, outcome.id());
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
