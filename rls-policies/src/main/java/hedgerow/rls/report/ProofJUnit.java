package hedgerow.rls.report;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Verdict;
import hedgerow.rls.review.AcceptedProofs;
import java.io.Writer;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;

/// A report in JUnit XML: a case per cell. A refuted cell is a failure, an unknown one or a gap an error,
/// an accepted one is skipped.
record ProofJUnit(ProofReport report, ClaimsJUnit suite) {

    static void write(ProofReport report, Writer out) {
        var counts = new ClaimsJUnit.Counts(
                report.proofs().cells().size(),
                report.open().size(),
                report.unknown().size(),
                report.accepted().size());
        ClaimsJUnit.write(report.frame(), "not looked at", counts, suite -> new ProofJUnit(report, suite).cases(), out);
    }

    private void cases() throws XMLStreamException {
        for (var cell : report.proofs().cells()) {
            suite.start(AcceptedProofs.rule(cell.claim()), ProofReport.place(cell));
            outcome(cell);
            suite.end();
        }
    }

    /// Writes the outcome of a cell. The output of a passed cell is its verdict and the core of its proof.
    private void outcome(Cell cell) throws XMLStreamException {
        if (cell.accepted().isPresent()) {
            suite.skipped(cell.accepted().get());
        } else if (cell.verdict() instanceof Verdict.Refuted(var leak)) {
            suite.failure(leak.seen() ? "refuted, and seen" : "refuted, not seen: " + leak.unseen(), story(cell));
        } else if (cell.verdict() instanceof Verdict.Unknown) {
            suite.error("unknown", story(cell));
        } else {
            suite.output(Stream.concat(Stream.of(cell.verdict().id()), ProofReport.lines(cell).stream()));
        }
        if (ProofReport.script(cell).isPresent()) {
            suite.output(ProofReport.script(cell).get().lines());
        }
    }

    private List<String> story(Cell cell) {
        return Stream.concat(ProofReport.lines(cell).stream(), report.notes(cell).stream())
                .toList();
    }
}
