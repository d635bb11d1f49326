package hedgerow.rls.report;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Verdict;
import hedgerow.rls.review.AcceptedProofs;
import java.io.Writer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A report in SARIF 2.1.0: a result for each cell that is refuted or unknown.
record ProofSarif(ProofReport report, ClaimsSarif log) {

    static void write(ProofReport report, Writer out) {
        var sarif = new ProofSarif(report, new ClaimsSarif(report.frame(), AcceptedProofs::rule));
        report.open().forEach(sarif::result);
        report.unknown().forEach(sarif::result);
        report.accepted().forEach(sarif::result);
        sarif.log.write(out);
    }

    private void result(Cell cell) {
        var properties = log.result(
                AcceptedProofs.rule(cell.claim()),
                cell.verdict() instanceof Verdict.Refuted,
                message(cell),
                ProofReport.object(cell),
                report.location(cell),
                cell.accepted());
        properties.put("gate", cell.gate());
        cell.roles().forEach(properties.putArray("roles")::add);
        if (cell.verdict() instanceof Verdict.Refuted(var leak)) {
            properties.put("seen", leak.seen());
            properties.put("script", leak.script());
            leak.ids().forEach(properties.putArray("leaks")::add);
        }
    }

    private String message(Cell cell) {
        var lines = Stream.concat(ProofReport.lines(cell).stream(), report.notes(cell).stream());
        return "%s: %s".formatted(ProofReport.place(cell), lines.collect(Collectors.joining("; ")));
    }
}
