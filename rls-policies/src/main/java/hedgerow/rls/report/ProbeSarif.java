package hedgerow.rls.report;

import hedgerow.rls.probe.Attempt;
import hedgerow.rls.probe.Outcome;
import java.io.Writer;
import java.util.Optional;

/// A report in SARIF 2.1.0: a result for each attack that leaked or could not be checked.
final class ProbeSarif {

    private ProbeSarif() {}

    static void write(ProbeReport report, Writer out) {
        var log = new ClaimsSarif(report.frame(), ProbeReport::rule);
        report.open().forEach(cell -> result(log, cell));
        report.cells(Outcome.COULD_NOT_CHECK).forEach(cell -> result(log, cell));
        report.accepted().forEach(cell -> result(log, cell));
        log.write(out);
    }

    private static void result(ClaimsSarif log, Attempt cell) {
        log.result(
                        ProbeReport.rule(cell.claim()),
                        cell.outcome() == Outcome.LEAKED,
                        ProbeReport.place(cell) + ": " + cell.reason(),
                        cell.object(),
                        Optional.empty(),
                        cell.accepted())
                .put("gate", cell.gate())
                .put("role", cell.role())
                .put("attack", cell.attack())
                .put("statement", cell.statement());
    }
}
