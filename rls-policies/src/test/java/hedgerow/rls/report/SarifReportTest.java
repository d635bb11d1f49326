package hedgerow.rls.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SarifReportTest {

    private static final String SARIF = Reviews.written(Reviews.report(), Format.SARIF);
    private static final JsonNode RUN = new JsonMapper().readTree(SARIF).at("/runs/0");

    @Test
    void it_is_valid_by_the_official_schema() throws IOException {
        assertThat(errors(SARIF)).isEmpty();
    }

    @Test
    void the_official_schema_notices() throws IOException {
        assertThat(errors(SARIF.replace("\"startLine\" : 12", "\"startLine\" : 0")))
                .isNotEmpty();
    }

    @Test
    void a_finding_stands_where_a_file_made_its_object() {
        var place = RUN.at("/results/0/locations/0/physicalLocation");
        assertThat(place.at("/artifactLocation/uri").stringValue()).isEqualTo("db/schema%20one.sql");
        assertThat(place.at("/region/startLine").intValue()).isEqualTo(12);
        assertThat(RUN.at("/results/2/locations/0").has("physicalLocation")).isFalse();
    }

    @Test
    void a_file_name_with_a_colon_is_no_scheme() {
        assertThat(RUN.at("/results/1/locations/0/physicalLocation/artifactLocation/uri")
                        .stringValue())
                .isEqualTo("./a,b:c%25.sql");
    }

    @Test
    void a_rule_brings_its_page() {
        var rule = RUN.at("/tool/driver/rules/" + RUN.at("/results/0/ruleIndex").intValue());
        assertThat(rule.at("/id").stringValue()).isEqualTo("rls-not-forced");
        assertThat(rule.at("/help/markdown").stringValue()).contains("## How to mend");
        assertThat(rule.at("/properties/tags").values())
                .extracting(JsonNode::stringValue)
                .contains("A04");
    }

    @Test
    void a_fingerprint_outlives_the_wording() {
        var finding = Reviews.NOT_FORCED;
        var reworded = Reviews.finding(
                finding.rule(), finding.severity(), finding.object(), "other words", finding.fix(), finding.location());
        assertThat(Fingerprint.of(reworded))
                .isEqualTo(RUN.at("/results/0/partialFingerprints/hedgerow~1v1").stringValue())
                .isNotEqualTo(Fingerprint.of(Reviews.NOTE));
    }

    @Test
    void an_accepted_finding_is_suppressed_with_its_reason() {
        assertThat(RUN.at("/results/3/suppressions/0/justification").stringValue())
                .isEqualTo("a | table of notes");
    }

    static Iterable<?> errors(String sarif) throws IOException {
        try (var schema = SarifReportTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
                    .getSchema(schema)
                    .validate(sarif, InputFormat.JSON);
        }
    }
}
