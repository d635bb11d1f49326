package hedgerow.rls.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import hedgerow.rls.review.Severity;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HtmlReportTest {

    private static final String PAGE = Reviews.written(Reviews.report(), Format.HTML);

    @Test
    void a_value_is_text_wherever_it_is_put() {
        assertThat(Html.of("<p title=\"{}\">{}{}</p>", "\"'<", "&", List.of(Html.of("<b>{}</b>", ">")))
                        .markup())
                .isEqualTo("<p title=\"&quot;&#39;&lt;\">&amp;<b>&gt;</b></p>");
    }

    @Test
    void a_template_gets_all_its_values() {
        assertThatIllegalArgumentException().isThrownBy(() -> Html.of("{}{}", 1));
    }

    @Test
    void a_hostile_name_makes_no_element() {
        assertThat(PAGE).containsOnlyOnce("<script").doesNotContain("alert(1)</script>", "\033", "\u202e");
    }

    @Test
    void the_page_loads_nothing() {
        assertThat(PAGE)
                .contains("default-src 'none'")
                .doesNotContain("<link", "<img", "<iframe", "@import", "url(", "unsafe-inline", " style=", " onclick");
    }

    @Test
    void the_verdict_and_the_gaps_come_first() {
        assertThat(PAGE.indexOf("<h1>Row security: failed, partial</h1>")).isPositive();
        assertThat(PAGE.indexOf("postgis")).isBetween(PAGE.indexOf("</h1>"), PAGE.indexOf("id=\"findings\""));
    }

    @Test
    void the_summary_names_the_database_the_date_the_versions_and_who_connected() {
        var summary = PAGE.substring(PAGE.indexOf("id=\"summary\""), PAGE.indexOf("id=\"findings\""))
                .replaceAll("<[^>]*>", "");
        assertThat(summary)
                .contains("database shop on localhost:5432, PostgreSQL 18.6", "2026-03-04T05:06:07Z", "Hedgerow 1.2.3")
                .contains("connectedas billing", "1 error", "Row security does not bind the owner: app.invoice")
                .contains("130 rules on 3 tables");
    }

    @Test
    void a_cell_that_a_finding_opens_is_not_shown_as_fenced() {
        var fenced = "<td class=\"fenced\">fenced <small>members, fence</small></td>";
        assertThat(invoice(PAGE)).contains(fenced);
        var finding = Reviews.finding(
                "with-check-open",
                Severity.ERROR,
                "policy members on app.invoice",
                "accepts any row",
                Optional.empty(),
                Optional.empty());
        var page = Reviews.written(Reviews.report(Baseline.none(), finding), Format.HTML);
        assertThat(invoice(page))
                .contains("<td class=\"open\">open <small><a href=\"#rule-with-check-open\">")
                .doesNotContain(fenced);
    }

    /// The row of the matrix about invoices.
    private static String invoice(String page) {
        var begin = page.indexOf("<th scope=\"row\">app.invoice</th>");
        return page.substring(begin, page.indexOf("</tr>", begin));
    }
}
