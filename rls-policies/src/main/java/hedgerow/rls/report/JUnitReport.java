package hedgerow.rls.report;

import java.io.Writer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/// A report in JUnit XML: a case per finding, and one per rule without findings. New findings at the
/// failing level are failures, the others are skipped.
final class JUnitReport {

    private final Report report;
    private final XMLStreamWriter xml;

    private JUnitReport(Report report, XMLStreamWriter xml) {
        this.report = report;
        this.xml = xml;
    }

    static void write(Report report, Writer out) {
        try {
            var xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(out);
            new JUnitReport(report, xml).write();
            xml.flush();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("the report is not XML", e);
        }
    }

    private void write() throws XMLStreamException {
        var byRule = byRule();
        var findings = report.groups();
        var gaps = report.review().gaps();
        var failures = findings.stream().filter(this::fails).count();
        var silent = byRule.values().stream().filter(List::isEmpty).count();
        xml.writeStartDocument("UTF-8", "1.0");
        line();
        xml.writeStartElement("testsuite");
        attribute("name", "hedgerow review");
        attribute("timestamp", report.review().provenance().at().toString());
        attribute("tests", Long.toString(findings.size() + silent + gaps.size()));
        attribute("failures", Long.toString(failures));
        attribute("errors", Long.toString(gaps.size()));
        attribute("skipped", Long.toString(findings.size() - failures));
        for (var rule : byRule.entrySet()) {
            cases(rule.getKey(), rule.getValue());
        }
        for (var gap : gaps) {
            notReviewed(gap);
        }
        line();
        xml.writeStartElement("system-out");
        xml.writeCharacters(text(output()));
        xml.writeEndElement();
        line();
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private String output() {
        var summary = Summary.of(report);
        var examined = report.review().examined().stream()
                .map(each -> "examined: %s %s: %s".formatted(each.object(), each.gap(), each.reason()));
        var lines = Stream.of(
                report.review().connection(),
                report.hint().map(hint -> "hint: " + hint).orElse(""),
                "reviewed: " + summary.reviewed(),
                "coverage: " + summary.coverage(),
                "verdict: " + summary.verdict());
        return Stream.concat(lines, examined).filter(line -> !line.isEmpty()).collect(Collectors.joining("\n"));
    }

    /// The groups by rule, including rules without findings.
    private Map<String, List<Group>> byRule() {
        var byRule = new TreeMap<String, List<Group>>();
        report.rules().forEach(page -> byRule.put(page.slug(), List.of()));
        byRule.putAll(report.groups().stream().collect(Collectors.groupingBy(Group::rule)));
        return byRule;
    }

    private void cases(String rule, List<Group> findings) throws XMLStreamException {
        for (var finding : findings) {
            start(rule, finding.objects());
            outcome(finding);
            xml.writeEndElement();
        }
        if (findings.isEmpty()) {
            start(rule, "no finding");
            xml.writeEndElement();
        }
    }

    /// Writes a gap as an error: it did not pass.
    private void notReviewed(String gap) throws XMLStreamException {
        start("not reviewed", gap);
        xml.writeEmptyElement("error");
        attribute("message", gap);
        xml.writeEndElement();
    }

    private void start(String rule, String name) throws XMLStreamException {
        line();
        xml.writeStartElement("testcase");
        attribute("classname", rule);
        attribute("name", name);
    }

    private void outcome(Group finding) throws XMLStreamException {
        xml.writeStartElement(fails(finding) ? "failure" : "skipped");
        attribute("message", finding.detail());
        if (fails(finding)) {
            attribute("type", finding.severity().label());
            var places = finding.places().stream().map(place -> "on: " + place.object());
            var fix = finding.fix().map(sql -> "fix: " + sql).stream();
            var lines = Stream.of(places, finding.story().stream(), fix).flatMap(each -> each);
            xml.writeCharacters(text(lines.collect(Collectors.joining("\n"))));
        }
        xml.writeEndElement();
    }

    private boolean fails(Group finding) {
        return !finding.known() && report.fails(finding);
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, Visible.line(value));
    }

    private void line() throws XMLStreamException {
        xml.writeCharacters("\n");
    }

    /// Replaces control characters, which XML cannot represent.
    static String text(String text) {
        return text.lines().map(Visible::line).collect(Collectors.joining("\n"));
    }
}
