package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The options `--format`, `--baseline` and `--diff`, on files.
class ReviewReportTest {

    private static final String BAD = "../rls-policies/corpus/guc-table-forgotten/bad.sql";
    private static final String GOOD = "../rls-policies/corpus/guc-table-forgotten/good.sql";

    @TempDir
    Path folder;

    @Test
    void only_findings_outside_the_baseline_fail() throws IOException {
        var json = folder.resolve("baseline.json");
        assertThat(review("--file", BAD, "--format", "json", "--output", json.toString())
                        .exit())
                .isEqualTo(1);
        assertThat(Files.readString(json)).contains("\"rls-disabled\"", "\"open\"");
        assertThat(review("--file", BAD, "--baseline", json.toString()).exit()).isZero();
        Files.writeString(json, "{\"findings\": []}");
        assertThat(review("--file", BAD, "--baseline", json.toString()).exit()).isEqualTo(1);
    }

    @Test
    void a_difference_names_the_weaker_objects() {
        var weaker = review("--file", BAD, "--diff", GOOD);
        assertThat(weaker.said())
                .contains("weaker        shop_app  shop.gift_card  select  fenced by tenant -> open\n");
        assertThat(weaker.exit()).isEqualTo(1);
        assertThat(review("--file", GOOD, "--diff", BAD, "--format", "json").exit())
                .isZero();
    }

    @Test
    void a_baseline_that_is_none_is_bad_usage() throws IOException {
        var other = Files.writeString(folder.resolve("other.json"), "{}");
        assertThat(review("--file", GOOD, "--baseline", other.toString()).exit())
                .isEqualTo(2);
        assertThat(review("--file", GOOD, "--baseline", "absent.json").exit()).isEqualTo(2);
        assertThat(review("--file", GOOD, "--diff", BAD, "--format", "html").exit())
                .isEqualTo(2);
    }

    private static InProcess review(String... arguments) {
        return InProcess.run(new ReviewCommand(), arguments);
    }
}
