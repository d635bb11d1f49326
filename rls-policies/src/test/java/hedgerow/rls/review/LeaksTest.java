package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// docs/leaks.md names every known leak, and says of each what the pages of the rules say.
class LeaksTest {

    private static final Path TABLE = Path.of("..", "docs", "leaks.md");
    private static final Pattern ROW = Pattern.compile("\\| ([A-Z]\\d{2}) \\| ([^|]+) \\| ([^|]*) \\| ([^|]*) \\|");
    private static final Map<String, Integer> GROUPS =
            Map.of("A", 17, "B", 43, "C", 29, "D", 10, "E", 14, "F", 2, "P", 9);
    private static final List<RulePage> PAGES = RuleCatalog.load().pages();

    private record Row(String leak, String what, String rules, String beside) {

        @Override
        public String toString() {
            return "| %s | %s | %s | %s |".formatted(leak, what, rules, beside);
        }
    }

    @Test
    void every_leak_has_a_line() throws IOException {
        var known = GROUPS.entrySet().stream()
                .flatMap(group -> IntStream.rangeClosed(1, group.getValue())
                        .mapToObj(number -> "%s%02d".formatted(group.getKey(), number)));
        assertThat(rows()).extracting(Row::leak).containsExactlyInAnyOrderElementsOf(known.toList());
    }

    @Test
    void every_line_names_the_rules_whose_pages_name_the_leak() throws IOException {
        var rows = rows();
        var expected =
                rows.stream().map(row -> new Row(row.leak(), row.what(), rules(row.leak()), row.beside()).toString());
        assertThat(rows).map(Row::toString).containsExactlyElementsOf(expected.toList());
    }

    @Test
    void every_leak_is_covered_by_a_rule_or_said_to_be_covered_otherwise() throws IOException {
        assertThat(rows())
                .filteredOn(row -> row.rules().isBlank() && row.beside().isBlank())
                .isEmpty();
    }

    @Test
    void no_page_names_a_leak_that_does_not_exist() throws IOException {
        var known = rows().stream().map(Row::leak).toList();
        assertThat(PAGES)
                .allSatisfy(page -> assertThat(page.leaks()).as(page.slug()).isSubsetOf(known));
    }

    private static String rules(String leak) {
        return PAGES.stream()
                .filter(page -> page.leaks().contains(leak))
                .map(RulePage::slug)
                .map(slug -> "[%1$s](../rls-policies/rules/%1$s/rule.md)".formatted(slug))
                .collect(Collectors.joining(", "));
    }

    private static List<Row> rows() throws IOException {
        try (Stream<String> lines = Files.lines(TABLE)) {
            return lines.map(ROW::matcher)
                    .filter(Matcher::matches)
                    .map(row -> new Row(row.group(1), row.group(2), row.group(3), row.group(4)))
                    .toList();
        }
    }
}
