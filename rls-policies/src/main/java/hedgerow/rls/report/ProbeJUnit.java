package hedgerow.rls.report;

import hedgerow.rls.probe.Attempt;
import hedgerow.rls.probe.Outcome;
import java.io.Writer;
import java.util.List;
import javax.xml.stream.XMLStreamException;

/// A report in JUnit XML: a case per attack. A leak is a failure; an unchecked attack or a gap is an error;
/// an accepted leak is skipped.
final class ProbeJUnit {

    private ProbeJUnit() {}

    static void write(ProbeReport report, Writer out) {
        var cells = report.attempts().cells();
        var counts = new ClaimsJUnit.Counts(
                cells.size(),
                report.open().size(),
                report.cells(Outcome.COULD_NOT_CHECK).size(),
                report.accepted().size());
        ClaimsJUnit.write(
                report.frame(),
                "not attacked",
                counts,
                suite -> {
                    for (var cell : cells) {
                        suite.start(ProbeReport.rule(cell.claim()), ProbeReport.place(cell));
                        outcome(suite, cell);
                        suite.end();
                    }
                },
                out);
    }

    private static void outcome(ClaimsJUnit suite, Attempt cell) throws XMLStreamException {
        var statement = List.of(cell.statement());
        if (cell.accepted().isPresent()) {
            suite.skipped(cell.accepted().get());
        } else if (cell.outcome() == Outcome.LEAKED) {
            suite.failure(cell.reason(), statement);
        } else if (cell.outcome() == Outcome.COULD_NOT_CHECK) {
            suite.error(cell.reason(), statement);
        }
    }
}
