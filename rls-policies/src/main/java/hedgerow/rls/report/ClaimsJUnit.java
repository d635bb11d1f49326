package hedgerow.rls.report;

import java.io.Writer;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// A suite of JUnit XML about claims: a case for each cell, and an error for each gap.
record ClaimsJUnit(XMLStreamWriter xml) {

    /// The numbers of cases, without those of the gaps.
    record Counts(int all, int failures, int errors, int skipped) {}

    interface Cases {
        void write(ClaimsJUnit suite) throws XMLStreamException;
    }

    /// Writes a suite.
    ///
    /// @param unexamined the class of the gaps
    static void write(ClaimsFrame frame, String unexamined, Counts counts, Cases cases, Writer out) {
        try {
            var xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
            new ClaimsJUnit(xml).write(frame, unexamined, counts, cases);
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("the report is not well-formed XML", e);
        }
    }

    private void write(ClaimsFrame frame, String unexamined, Counts counts, Cases cases) throws XMLStreamException {
        var gaps = frame.gaps();
        xml.writeStartDocument("UTF-8", "1.0");
        line();
        xml.writeStartElement("testsuite");
        attribute("name", frame.tool());
        attribute("tests", Integer.toString(counts.all + gaps.size()));
        attribute("failures", Integer.toString(counts.failures));
        attribute("errors", Integer.toString(counts.errors + gaps.size()));
        attribute("skipped", Integer.toString(counts.skipped));
        cases.write(this);
        for (var gap : gaps) {
            start(unexamined, gap);
            xml.writeEmptyElement("error");
            attribute("message", gap);
            end();
        }
        line();
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    void start(String claim, String name) throws XMLStreamException {
        line();
        xml.writeStartElement("testcase");
        attribute("classname", claim);
        attribute("name", name);
    }

    void end() throws XMLStreamException {
        xml.writeEndElement();
    }

    void skipped(String reason) throws XMLStreamException {
        xml.writeEmptyElement("skipped");
        attribute("message", reason);
    }

    void failure(String message, List<String> lines) throws XMLStreamException {
        problem("failure", message, lines);
    }

    void error(String message, List<String> lines) throws XMLStreamException {
        problem("error", message, lines);
    }

    private void problem(String element, String message, List<String> lines) throws XMLStreamException {
        xml.writeStartElement(element);
        attribute("message", message);
        text(lines.stream());
        xml.writeEndElement();
    }

    void output(Stream<String> lines) throws XMLStreamException {
        xml.writeStartElement("system-out");
        text(lines);
        xml.writeEndElement();
    }

    private void text(Stream<String> lines) throws XMLStreamException {
        xml.writeCharacters(JUnitReport.text(lines.collect(Collectors.joining("\n"))));
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, Visible.line(value));
    }

    private void line() throws XMLStreamException {
        xml.writeCharacters("\n");
    }
}
