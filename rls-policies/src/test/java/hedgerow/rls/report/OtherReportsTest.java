package hedgerow.rls.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/// Reports for JUnit, in Markdown and as GitHub annotations.
class OtherReportsTest {

    private static final String GITHUB = Reviews.written(Reviews.report(), Format.GITHUB);
    private static final String MARKDOWN = Reviews.written(Reviews.report(), Format.MARKDOWN);

    @Test
    void an_annotation_stands_on_a_line_of_a_file() {
        assertThat(GITHUB)
                .contains(
                        "::error file=db/schema one.sql,line=12,title=rls-not-forced%3A app.invoice::row security does"
                            + " not bind the owner billing%0Afix: alter table app.invoice force row level security\n");
    }

    @Test
    void an_annotation_is_one_line_whatever_it_names() {
        assertThat(GITHUB.lines()).hasSize(4).allMatch(line -> line.matches("::(error|warning|notice) .*"));
        assertThat(GITHUB).contains("file=a%2Cb%3Ac%25.sql,line=3,");
    }

    @Test
    void junit_fails_with_the_review_and_lists_rules_without_findings() throws Exception {
        var suite = junit().getDocumentElement();
        assertThat(suite.getAttribute("failures")).isEqualTo("2");
        assertThat(suite.getAttribute("skipped")).isEqualTo("1");
        assertThat(suite.getAttribute("errors")).as("not reviewed").isEqualTo("1");
        assertThat(suite.getElementsByTagName("error").getLength()).isEqualTo(1);
        assertThat(suite.getElementsByTagName("failure").getLength()).isEqualTo(2);
        var first = (Element) suite.getElementsByTagName("testcase").item(0);
        assertThat(suite.getElementsByTagName("testcase").getLength())
                .isEqualTo(Integer.parseInt(suite.getAttribute("tests")));
        assertThat(first.getAttribute("classname")).isNotBlank();
    }

    @Test
    void markdown_shows_names_and_obeys_none() {
        assertThat(MARKDOWN)
                .startsWith("# Row security: failed\n")
                .contains("### `rls-not-forced` on `app.invoice`\n")
                .contains("```sql\nalter table app.invoice force row level security\n```\n")
                .contains("````sql\n")
                .contains("| a &#124; table of notes | 2027-01-31 |");
        assertThat(MARKDOWN).contains("<details><summary>1 note</summary>\n", "</details>\n");
        assertThat(MARKDOWN.replaceAll("(?s)(`+)(?!`).*?(?<!`)\\1(?!`)", "").replaceAll("</?(details|summary)>", ""))
                .doesNotContain("<", "@", "\033", "\u202e");
    }

    private static Document junit() throws Exception {
        var xml = Reviews.written(Reviews.report(), Format.JUNIT);
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)));
    }
}
