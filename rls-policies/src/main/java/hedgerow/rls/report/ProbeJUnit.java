package hedgerow.rls.report;

import hedgerow.rls.probe.Attempt;
import hedgerow.rls.probe.Outcome;
import java.io.Writer;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// A report in JUnit XML: a case per attack. A leak is a failure; an unchecked attack or a gap is an error.
record ProbeJUnit(ProbeReport report, XMLStreamWriter xml) {

    static void write(ProbeReport report, Writer out) {
        try {
            var xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
            new ProbeJUnit(report, xml).write();
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("the report is not well-formed XML", e);
        }
    }

    private void write() throws XMLStreamException {
        var gaps = report.attempts().gaps();
        var cells = report.attempts().cells();
        xml.writeStartDocument("UTF-8", "1.0");
        line();
        xml.writeStartElement("testsuite");
        attribute("name", "hedgerow probe");
        attribute("tests", Integer.toString(cells.size() + gaps.size()));
        attribute("failures", Integer.toString(report.cells(Outcome.LEAKED).size()));
        attribute(
                "errors", Integer.toString(report.cells(Outcome.COULD_NOT_CHECK).size() + gaps.size()));
        for (var cell : cells) {
            start(ProbeReport.rule(cell.claim()), ProbeReport.place(cell));
            outcome(cell);
            xml.writeEndElement();
        }
        for (var gap : gaps) {
            start("not attacked", gap);
            xml.writeEmptyElement("error");
            attribute("message", gap);
            xml.writeEndElement();
        }
        line();
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private void outcome(Attempt cell) throws XMLStreamException {
        switch (cell.outcome()) {
            case LEAKED -> writeProblem("failure", cell);
            case COULD_NOT_CHECK -> writeProblem("error", cell);
            case HELD -> {}
        }
    }

    private void writeProblem(String element, Attempt cell) throws XMLStreamException {
        xml.writeStartElement(element);
        attribute("message", cell.reason());
        xml.writeCharacters(JUnitReport.text(cell.statement()));
        xml.writeEndElement();
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
