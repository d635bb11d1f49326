package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The list of vulnerabilities is rules/vulnerabilities.tsv; its rules contain it as VALUES, because a rule
/// is one statement.
class VulnerabilitiesTest {

    private static final Path RULES = Path.of("rules");

    private record Vulnerability(String rule, String cve, List<Integer> fixed, String extension, String what) {

        static Vulnerability parse(String line) {
            var cell = line.split("\t", -1);
            assertThat(cell).as(line).hasSize(5);
            var fixed = Stream.of(cell[2].split(" ")).map(Vulnerability::number).toList();
            return new Vulnerability(cell[0] + "-vulnerability", cell[1], fixed, cell[3], cell[4]);
        }

        /// The number in the form of `server_version_num`: 15.4 is 150004.
        private static int number(String version) {
            var part = version.split("\\.");
            return Integer.parseInt(part[0]) * 10_000 + Integer.parseInt(part[1]);
        }

        String sql() {
            var versions = fixed.stream().map(String::valueOf).collect(Collectors.joining(", "));
            return "('%s', array[%s], %s,\n            '%s')"
                    .formatted(cve, versions, literal(extension), what.replace("'", "''"));
        }

        private static String literal(String extension) {
            return extension.equals("-") ? "null" : "'" + extension + "'";
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"row-security-vulnerability", "server-vulnerability"})
    void the_rule_carries_the_list(String rule) throws IOException {
        var values = list().stream()
                .filter(vulnerability -> vulnerability.rule().equals(rule))
                .map(Vulnerability::sql)
                .collect(Collectors.joining(",\n           ", "    values ", "\n"));
        assertThat(Files.readString(RULES.resolve(rule).resolve("rule.sql")))
                .as("the VALUES of %s must be:%n%s", rule, values)
                .contains(values);
    }

    @Test
    void every_line_has_versions_under_review() throws IOException {
        assertThat(list()).allSatisfy(vulnerability -> {
            assertThat(vulnerability.cve()).matches("CVE-20\\d{2}-\\d{4,6}");
            assertThat(vulnerability.fixed()).isSorted().allMatch(version -> version / 10_000 >= 15);
            assertThat(vulnerability.what()).hasSizeLessThan(105);
        });
    }

    @Test
    void no_vulnerability_is_listed_twice() throws IOException {
        assertThat(list()).extracting(Vulnerability::cve).doesNotHaveDuplicates();
    }

    private static List<Vulnerability> list() throws IOException {
        try (Stream<String> lines = Files.lines(RULES.resolve("vulnerabilities.tsv"))) {
            return lines.filter(line -> !line.startsWith("#"))
                    .map(Vulnerability::parse)
                    .toList();
        }
    }
}
