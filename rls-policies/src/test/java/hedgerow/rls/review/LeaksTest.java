package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// docs/leaks.md names every known leak, and states of each the same as the pages of the rules.
class LeaksTest {

    private static final Map<String, Integer> GROUPS =
            Map.of("A", 17, "B", 43, "C", 29, "D", 10, "E", 14, "F", 2, "P", 9);
    private static final List<RulePage> PAGES = RuleCatalog.load().pages();

    @Test
    void every_leak_has_a_line() throws IOException {
        var known = GROUPS.entrySet().stream()
                .flatMap(group -> IntStream.rangeClosed(1, group.getValue())
                        .mapToObj(number -> "%s%02d".formatted(group.getKey(), number)));
        assertThat(LeakTable.rows())
                .extracting(LeakTable.Row::leak)
                .containsExactlyInAnyOrderElementsOf(known.toList());
    }

    @Test
    void the_front_page_has_their_number() throws IOException {
        var number = GROUPS.values().stream().mapToInt(Integer::intValue).sum();
        assertThat(Files.readString(Path.of("..", "README.md")))
                .contains("[docs/leaks.md](docs/leaks.md) for the %d ways to leak".formatted(number));
    }

    @Test
    void every_line_names_the_rules_whose_pages_name_the_leak() throws IOException {
        var rows = LeakTable.rows();
        var expected = rows.stream().map(row -> row.withRules(rules(row.leak())).toString());
        assertThat(rows).map(LeakTable.Row::toString).containsExactlyElementsOf(expected.toList());
    }

    @Test
    void every_leak_is_covered_by_a_rule_or_otherwise() throws IOException {
        assertThat(LeakTable.rows())
                .filteredOn(row -> row.rules().isBlank() && row.beside().isBlank())
                .isEmpty();
    }

    @Test
    void no_page_names_a_leak_that_does_not_exist() throws IOException {
        var known = LeakTable.rows().stream().map(LeakTable.Row::leak).toList();
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
}
