package hedgerow.rls.report;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.report.AccessMatrix.Cell;
import hedgerow.rls.report.AccessMatrix.Row;
import hedgerow.rls.report.AccessMatrix.Verdict;
import hedgerow.rls.review.Finding;
import hedgerow.rls.review.Location;
import hedgerow.rls.review.Severity;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One cause, one finding; and no cell of the matrix that a finding contradicts.
class ReportTest {

    private static final String HELPER = "the helper of this test is in plpgsql";

    private static final List<Finding> OF_ONE_HELPER = IntStream.rangeClosed(1, 57)
            .mapToObj(i -> Reviews.finding(
                    "slow-policy-function",
                    Severity.WARN,
                    "policy p%d on app.t%d".formatted(i, i),
                    HELPER,
                    Optional.of("alter policy p%d on app.t%d using (true)".formatted(i, i)),
                    Optional.of(new Location("schema.sql", i))))
            .toList();

    private static final Report REPORT = Reviews.report(Baseline.none(), OF_ONE_HELPER.toArray(Finding[]::new));

    @Test
    void one_function_in_57_policies_is_one_finding() {
        assertThat(REPORT.groups()).singleElement().satisfies(group -> {
            assertThat(group.places()).hasSize(57);
            assertThat(group.fix().orElseThrow().lines()).hasSize(57);
        });
        assertThat(Words.counts(REPORT)).isEqualTo("0 errors, 1 warning at 57 places, 0 notes");
    }

    @ParameterizedTest
    @EnumSource
    void every_form_has_it_once(Format format) {
        assertThat(Reviews.written(REPORT, format).split("\\Q" + HELPER + "\\E", -1))
                .as(format.name())
                .hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(names = {"JSON", "SARIF", "JUNIT", "HTML", "MARKDOWN"})
    void every_form_of_a_file_has_all_places(Format format) {
        assertThat(Reviews.written(REPORT, format)).contains("policy p1 on app.t1", "policy p57 on app.t57");
    }

    @Test
    void a_terminal_shows_the_first_places_and_all_on_demand() {
        assertThat(Reviews.written(REPORT, Format.TEXT))
                .contains("on:   policy p5 on app.t5\n", "and:  52 more, with the same detail (--all)\n")
                .doesNotContain("policy p6 ");
        assertThat(Reviews.written(REPORT.withAll(), Format.TEXT)).contains("policy p57 on app.t57\n");
    }

    @Test
    void sarif_has_a_location_for_each_place() {
        JsonNode run =
                new JsonMapper().readTree(Reviews.written(REPORT, Format.SARIF)).at("/runs/0");
        assertThat(run.at("/results").values()).hasSize(2); // the other one is accepted
        assertThat(run.at("/results/0/locations").values()).hasSize(57);
        assertThat(run.at("/properties/summary/counts").stringValue()).contains("1 warning");
    }

    @Test
    void a_cell_is_open_where_an_error_names_its_policy() {
        var findings = List.of(
                error("policy-always-true", "policy members on app.invoice"),
                error("with-check-open", "policy \"odd \"\"name\" on app.note"));
        var fenced = new Cell(Verdict.FENCED, List.of("members"));
        var odd = new Cell(Verdict.FENCED, List.of("odd \"name"));
        var other = new Cell(Verdict.FENCED, List.of("others"));
        var denied = new Cell(Verdict.DENIED, List.of());
        var access = new AccessMatrix(
                        List.of(
                                new Row("app", "app.invoice", fenced, other, fenced, denied),
                                new Row("app", "app.note", odd, odd, odd, odd),
                                new Row("app", "app.other", fenced, fenced, fenced, fenced)),
                        List.of(),
                        List.of())
                .with(findings);
        var open = new Cell(Verdict.OPEN, List.of("members"), List.of("policy-always-true"));
        var written = new Cell(Verdict.OPEN, List.of("odd \"name"), List.of("with-check-open"));
        assertThat(access.rows())
                .containsExactly(
                        new Row("app", "app.invoice", open, other, open, denied),
                        new Row("app", "app.note", odd, written, written, written),
                        new Row("app", "app.other", fenced, fenced, fenced, fenced));
    }

    @Test
    void an_error_about_a_table_opens_all_its_cells() {
        var fenced = new Cell(Verdict.FENCED, List.of("fence"));
        var access = new AccessMatrix(
                        List.of(new Row("app", "app.invoice", fenced, fenced, fenced, fenced)), List.of(), List.of())
                .with(List.of(error("policies-open-on-shards", "app.invoice")));
        assertThat(access.rows().getFirst().select().verdict()).isEqualTo(Verdict.OPEN);
    }

    private static Finding error(String rule, String object) {
        return Reviews.finding(rule, Severity.ERROR, object, "is open", Optional.empty(), Optional.empty());
    }
}
