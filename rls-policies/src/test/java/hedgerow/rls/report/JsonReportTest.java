package hedgerow.rls.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JsonReportTest {

    private static final String JSON = Reviews.written(Reviews.report(), Format.JSON);

    @Test
    void it_fits_its_schema() throws IOException {
        assertThat(errors(JSON)).isEmpty();
    }

    @Test
    void the_schema_is_strict() throws IOException {
        assertThat(errors(JSON.replace("\"error\",", "\"fatal\","))).isNotEmpty();
    }

    @Test
    void it_contains_everything_that_programs_need() {
        var report = new JsonMapper().readTree(JSON);
        assertThat(report.at("/partial").booleanValue()).isTrue();
        assertThat(report.at("/roles/0/can_become/0").stringValue()).isEqualTo("clerk");
        assertThat(report.at("/findings/0/leak/0").stringValue()).isEqualTo("A04");
        assertThat(report.at("/findings/0/severity").stringValue()).isEqualTo("error");
        assertThat(report.at("/findings/1/places/0/object").stringValue()).isEqualTo(Reviews.HOSTILE);
        assertThat(report.at("/findings/2/places/0/fix").isNull()).isTrue();
        assertThat(report.at("/reviewed/at").stringValue()).isEqualTo("2026-03-04T05:06:07Z");
        assertThat(report.at("/reviewed/user").stringValue()).isEqualTo("billing");
        assertThat(report.at("/examined/0/object").stringValue()).isEqualTo("function app.f()");
        assertThat(report.at("/summary/risks/0").stringValue())
                .isEqualTo("Row security does not bind the owner: app.invoice");
        assertThat(report.at("/access/0/select/verdict").stringValue()).isEqualTo("open");
    }

    @Test
    void equal_reviews_are_written_equally() {
        assertThat(Reviews.written(Reviews.report(), Format.JSON)).isEqualTo(JSON);
    }

    private static Iterable<?> errors(String json) throws IOException {
        var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("../docs/review.schema.json")));
        return schema.validate(json, InputFormat.JSON);
    }
}
