package hedgerow.rls.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Leak;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.Verdict;
import hedgerow.rls.report.ProofReport.Format;
import hedgerow.rls.review.Location;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import tools.jackson.databind.json.JsonMapper;

class ProofReportsTest {

    private static final String HOSTILE = "app.\"a<b> `| \u202e @x\"";
    private static final String SCRIPT = "begin;\nset local role \"a<b\";\nselect 1 from app.note;\nrollback;\n";

    private static final ProofReport REPORT = new ProofReport(
            "PostgreSQL 18.6, database <shop>",
            new Proofs(
                    List.of(
                            cell(Claim.DISJOINT_READS, "app.note", Cell.Kind.TABLE, leak(true, ""), ""),
                            cell(
                                    Claim.DISJOINT_READS,
                                    HOSTILE,
                                    Cell.Kind.VIEW,
                                    leak(false, "the role <v1> is gone"),
                                    ""),
                            cell(
                                    Claim.WRITES_STAY_HOME,
                                    "app.f(uuid)",
                                    Cell.Kind.FUNCTION,
                                    leak(true, ""),
                                    "on purpose"),
                            cell(
                                    Claim.WRITES_STAY_HOME,
                                    "copy on app.note",
                                    Cell.Kind.TRIGGER,
                                    new Verdict.Unknown(List.of("a loop of <rows>", "EXECUTE of a text")),
                                    ""),
                            cell(
                                    Claim.UNBOUND_SEES_NOTHING,
                                    "app.kept",
                                    Cell.Kind.TABLE,
                                    new Verdict.Proved(List.of("policy fence on app.kept")),
                                    ""),
                            cell(
                                    Claim.UNBOUND_SEES_NOTHING,
                                    "app.shut",
                                    Cell.Kind.MATERIALIZED_VIEW,
                                    new Verdict.Closed(List.of("policy none on app.shut")),
                                    "")),
                    List.of("the identity is set by somebody"),
                    List.of("timing"),
                    List.of("a file could not be read")),
            List.of(Claim.DISJOINT_READS, Claim.WRITES_STAY_HOME, Claim.UNBOUND_SEES_NOTHING),
            object -> Optional.ofNullable(Map.of(
                            "policy looks on app.note", new Location("db/schema one.sql", 12),
                            "trigger copy on app.note", new Location("db/more.sql", 3))
                    .get(object)));

    private static Cell cell(Claim claim, String object, Cell.Kind kind, Verdict verdict, String accepted) {
        return new Cell(
                claim,
                List.of("app_user", "other"),
                object,
                kind,
                "SELECT",
                verdict,
                Optional.of(accepted).filter(reason -> !reason.isEmpty()));
    }

    private static Verdict leak(boolean seen, String unseen) {
        return new Verdict.Refuted(new Leak(
                Leak.Kind.ROWS,
                seen,
                unseen,
                "policy looks on app.note",
                List.of("B01", "C06"),
                List.of("there is app.note (id '1')", "shows a row that is not its own"),
                SCRIPT));
    }

    private static String written(Format format) {
        var out = new StringWriter();
        try {
            REPORT.write(format, false, out);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return out.toString();
    }

    @Test
    void json_fits_its_schema() throws IOException {
        assertThat(errors(written(Format.JSON))).isEmpty();
    }

    @Test
    void the_schema_is_strict() throws IOException {
        assertThat(errors(written(Format.JSON).replace("\"B01\"", "\"b\""))).isNotEmpty();
        assertThat(errors(written(Format.JSON).replaceFirst("\"leak\" : \\[[^]]*]", "\"leak\" : []")))
                .isNotEmpty();
    }

    @Test
    void sarif_is_valid_by_the_official_schema() throws IOException {
        assertThat(SarifReportTest.errors(written(Format.SARIF))).isEmpty();
    }

    @Test
    void a_result_stands_where_a_file_makes_the_object_at_fault() {
        var results = new JsonMapper().readTree(written(Format.SARIF)).at("/runs/0/results");
        var place = results.at("/0/locations/0");
        assertThat(place.at("/physicalLocation/artifactLocation/uri").stringValue())
                .isEqualTo("db/schema%20one.sql");
        assertThat(place.at("/physicalLocation/region/startLine").intValue()).isEqualTo(12);
        assertThat(place.at("/logicalLocations/0/fullyQualifiedName").stringValue())
                .isEqualTo("policy looks on app.note");
        assertThat(results.at("/2/locations/0/physicalLocation/artifactLocation/uri")
                        .stringValue())
                .isEqualTo("db/more.sql");
        assertThat(results.at("/0/properties/leaks/0").stringValue()).isEqualTo("B01");
    }

    /// [Format#TEXT] has no scripts; SARIF has only open and accepted cells.
    @ParameterizedTest
    @EnumSource(value = Format.class, names = "TEXT", mode = EnumSource.Mode.EXCLUDE)
    void each_form_has_every_script_story_and_reason(Format format) throws Exception {
        var text = read(format, written(format));
        if (format != Format.SARIF) {
            assertThat(text).contains("app.kept", "app.shut");
        }
        assertThat(text)
                .contains("app.note", "app.f(uuid)", "copy on app.note")
                .contains("set local role \"a<b\";", "select 1 from app.note;")
                .contains("there is app.note (id '1')", "shows a row that is not its own")
                .contains("a loop of <rows>", "EXECUTE of a text", "the role <v1> is gone", "on purpose")
                .contains("policy looks on app.note", "db/schema one.sql", "B01", "C06")
                .contains("a file could not be read");
    }

    @ParameterizedTest
    @EnumSource(value = Format.class, names = "SARIF", mode = EnumSource.Mode.EXCLUDE)
    void each_form_has_every_verdict(Format format) throws Exception {
        var text = read(format, written(format));
        switch (format) {
            case HTML -> assertThat(text).contains(">P</td>", ">p</td>", ">R</td>", ">r</td>", ">?</td>", ">A</td>");
            case TEXT -> assertThat(text).contains("\nP  ", "\np  ", "\nR  ", "\nr  ", "\n?  ", "\nA  ");
            case JSON, MARKDOWN, JUNIT, SARIF ->
                assertThat(text)
                        .containsIgnoringCase("refuted")
                        .contains("proved", "closed")
                        .containsIgnoringCase("unknown");
        }
    }

    @Test
    void the_junit_counters_match_the_cases() throws Exception {
        var suite = xml(written(Format.JUNIT));
        assertThat(suite.getElementsByTagName("testcase").getLength())
                .isEqualTo(Integer.parseInt(suite.getAttribute("tests")));
        assertThat(suite.getElementsByTagName("failure").getLength())
                .isEqualTo(Integer.parseInt(suite.getAttribute("failures")))
                .isEqualTo(2);
        assertThat(suite.getElementsByTagName("error").getLength())
                .isEqualTo(Integer.parseInt(suite.getAttribute("errors")))
                .isEqualTo(2);
        assertThat(suite.getElementsByTagName("skipped").getLength())
                .isEqualTo(Integer.parseInt(suite.getAttribute("skipped")))
                .isEqualTo(1);
    }

    @Test
    void a_hostile_name_is_shown_and_never_obeyed() {
        for (var format : List.of(Format.TEXT, Format.HTML, Format.MARKDOWN, Format.JUNIT)) {
            assertThat(written(format))
                    .as(format.name())
                    .doesNotContain("\u202e")
                    .contains("\\u202e");
        }
        assertThat(written(Format.HTML)).doesNotContain("a<b>");
    }

    /// The texts of a report, unescaped.
    private static String read(Format format, String written) throws Exception {
        return switch (format) {
            case JSON, SARIF -> written.replace("\\\"", "\"").replace("%20", " ");
            case JUNIT -> texts(xml(written));
            case HTML, MARKDOWN, TEXT ->
                written.replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&quot;", "\"")
                        .replace("&#39;", "'")
                        .replace("&#60;", "<")
                        .replace("&#62;", ">");
        };
    }

    private static String texts(Element suite) {
        var text = new StringBuilder(suite.getTextContent());
        for (var name : List.of("testcase", "failure", "error", "skipped")) {
            var elements = suite.getElementsByTagName(name);
            for (var i = 0; i < elements.getLength(); i++) {
                var attributes = elements.item(i).getAttributes();
                for (var j = 0; j < attributes.getLength(); j++) {
                    text.append('\n').append(attributes.item(j).getNodeValue());
                }
            }
        }
        return text.toString();
    }

    private static Element xml(String written) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(written)))
                .getDocumentElement();
    }

    private static Iterable<?> errors(String json) throws IOException {
        var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs/proofs.schema.json")));
        return schema.validate(json, InputFormat.JSON);
    }
}
