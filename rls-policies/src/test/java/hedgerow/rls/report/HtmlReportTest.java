package hedgerow.rls.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
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
}
