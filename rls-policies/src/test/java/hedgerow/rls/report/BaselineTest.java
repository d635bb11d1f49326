package hedgerow.rls.report;

import static hedgerow.rls.report.Reviews.NOTE;
import static hedgerow.rls.report.Reviews.NOT_FORCED;
import static hedgerow.rls.report.Reviews.finding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import hedgerow.rls.review.Finding;
import hedgerow.rls.review.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineTest {

    @TempDir
    Path folder;

    @Test
    void known_findings_do_not_fail() throws IOException {
        var report = Reviews.report(baseline(NOT_FORCED, NOTE), NOT_FORCED, NOTE);
        assertThat(report.fails()).isFalse();
        assertThat(report.fresh()).isEmpty();
        assertThat(Reviews.written(report, Format.TEXT))
                .doesNotContain("error[")
                .endsWith(
                        "partial: 0 errors, 0 warnings, 0 notes; 1 accepted; 1 examined; 2 known from the baseline\n");
        assertThat(Reviews.written(report, Format.JSON)).contains("\"known\" : true");
        assertThat(Reviews.written(report, Format.SARIF)).contains("\"unchanged\"");
        assertThat(Reviews.written(report, Format.JUNIT)).contains("failures=\"0\"");
        assertThat(Reviews.written(report, Format.GITHUB)).doesNotContain("::error");
    }

    @Test
    void new_findings_fail() throws IOException {
        assertThat(Reviews.report(baseline(NOTE), NOT_FORCED, NOTE).fresh())
                .flatExtracting(Group::places)
                .containsExactly(NOT_FORCED);
    }

    @Test
    void other_words_do_not_make_a_finding_new() throws IOException {
        var reworded = with(NOT_FORCED, NOT_FORCED.severity(), "the owner is not bound");
        assertThat(Reviews.report(baseline(NOT_FORCED), reworded).fresh()).isEmpty();
    }

    @Test
    void a_finding_that_has_become_worse_is_new() throws IOException {
        var harmless = with(NOT_FORCED, Severity.INFO, NOT_FORCED.detail());
        assertThat(Reviews.report(baseline(harmless), NOT_FORCED).fails()).isTrue();
        assertThat(Reviews.report(baseline(NOT_FORCED), harmless).fails()).isFalse();
    }

    @Test
    void one_earlier_finding_covers_one() throws IOException {
        var second = with(NOT_FORCED, NOT_FORCED.severity(), "in another way");
        assertThat(Reviews.report(baseline(NOT_FORCED), NOT_FORCED, second).fresh())
                .flatExtracting(Group::places)
                .containsExactly(second);
    }

    @Test
    void a_new_place_of_a_known_cause_is_new() throws IOException {
        var elsewhere = finding(
                NOT_FORCED.rule(),
                NOT_FORCED.severity(),
                "app.refund",
                NOT_FORCED.detail(),
                Optional.empty(),
                Optional.empty());
        assertThat(Reviews.report(baseline(NOT_FORCED), NOT_FORCED, elsewhere).fresh())
                .flatExtracting(Group::places)
                .containsExactly(elsewhere);
        assertThat(Reviews.report(baseline(NOT_FORCED, elsewhere), NOT_FORCED, elsewhere)
                        .fresh())
                .isEmpty();
    }

    @Test
    void a_report_of_version_1_is_a_baseline_too() throws IOException {
        var old = Files.writeString(folder.resolve("old.json"), """
            {"version": 1, "findings": [{"rule": "rls-not-forced", "severity": "error", "object": "app.invoice"}]}
            """);
        assertThat(Reviews.report(Baseline.read(old), NOT_FORCED).fresh()).isEmpty();
    }

    @Test
    void a_file_that_is_no_report_is_refused() throws IOException {
        for (var content : new String[] {"", "[]", "{\"findings\": 1}", "{\"findings\": [{\"rule\": 7}]}", "no json"}) {
            var file = Files.writeString(folder.resolve("other.json"), content);
            assertThatIllegalArgumentException().as(content).isThrownBy(() -> Baseline.read(file));
        }
    }

    private Baseline baseline(Finding... findings) throws IOException {
        var json = Reviews.written(Reviews.report(Baseline.none(), findings), Format.JSON);
        return Baseline.read(Files.writeString(folder.resolve("baseline.json"), json));
    }

    private static Finding with(Finding finding, Severity severity, String detail) {
        return finding(finding.rule(), severity, finding.object(), detail, Optional.empty(), Optional.empty());
    }
}
