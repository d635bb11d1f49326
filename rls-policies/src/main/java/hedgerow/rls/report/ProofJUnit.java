package hedgerow.rls.report;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Verdict;
import hedgerow.rls.review.AcceptedProofs;
import java.io.Writer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// A report in JUnit XML: a case per cell. A refuted cell is a failure, an unknown one or a gap an error,
/// an accepted one is skipped.
record ProofJUnit(ProofReport report, XMLStreamWriter xml) {

    static void write(ProofReport report, Writer out) {
        try {
            var xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
            new ProofJUnit(report, xml).write();
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("the report is not well-formed XML", e);
        }
    }

    private void write() throws XMLStreamException {
        var gaps = report.proofs().gaps();
        xml.writeStartDocument("UTF-8", "1.0");
        line();
        xml.writeStartElement("testsuite");
        attribute("name", "hedgerow prove");
        attribute("tests", Integer.toString(report.proofs().cells().size() + gaps.size()));
        attribute("failures", Integer.toString(report.open().size()));
        attribute("errors", Integer.toString(report.unknown().size() + gaps.size()));
        attribute("skipped", Integer.toString(report.accepted().size()));
        for (var cell : report.proofs().cells()) {
            start(AcceptedProofs.rule(cell.claim()), ProofReport.place(cell));
            outcome(cell);
            xml.writeEndElement();
        }
        for (var gap : gaps) {
            start("not looked at", gap);
            xml.writeEmptyElement("error");
            attribute("message", gap);
            xml.writeEndElement();
        }
        line();
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    /// Writes the outcome of a cell. The output of a passed cell is its verdict and the core of its proof.
    private void outcome(Cell cell) throws XMLStreamException {
        if (cell.accepted().isPresent()) {
            xml.writeEmptyElement("skipped");
            attribute("message", cell.accepted().get());
        } else if (cell.verdict() instanceof Verdict.Refuted(var leak)) {
            writeProblem("failure", leak.seen() ? "refuted, and seen" : "refuted, not seen: " + leak.unseen(), cell);
        } else if (cell.verdict() instanceof Verdict.Unknown) {
            writeProblem("error", "unknown", cell);
        } else {
            output(Stream.concat(Stream.of(cell.verdict().id()), ProofReport.lines(cell).stream()));
        }
        if (ProofReport.script(cell).isPresent()) {
            output(ProofReport.script(cell).get().lines());
        }
    }

    private void writeProblem(String element, String message, Cell cell) throws XMLStreamException {
        xml.writeStartElement(element);
        attribute("message", message);
        text(Stream.concat(ProofReport.lines(cell).stream(), report.notes(cell).stream()));
        xml.writeEndElement();
    }

    private void output(Stream<String> lines) throws XMLStreamException {
        xml.writeStartElement("system-out");
        text(lines);
        xml.writeEndElement();
    }

    private void text(Stream<String> lines) throws XMLStreamException {
        xml.writeCharacters(JUnitReport.text(lines.collect(Collectors.joining("\n"))));
    }

    private void start(String claim, String name) throws XMLStreamException {
        line();
        xml.writeStartElement("testcase");
        attribute("classname", claim);
        attribute("name", name);
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, Visible.line(value));
    }

    private void line() throws XMLStreamException {
        xml.writeCharacters("\n");
    }
}
