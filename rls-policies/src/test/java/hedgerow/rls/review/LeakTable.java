package hedgerow.rls.review;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The lines of docs/leaks.md.
final class LeakTable {

    private static final Path FILE = Path.of("..", "docs", "leaks.md");
    private static final Pattern ROW =
            Pattern.compile("\\| ([A-Z]\\d{2}) \\| ([^|]+) \\| ([^|]*) \\| ([^|]*) \\| ([^|]*) \\| ([^|]*) \\|");
    private static final Pattern CASE = Pattern.compile("\\[([\\w-]+)]\\(\\.\\./rls-policies/corpus/\\1\\)");

    private LeakTable() {}

    /// A line of the table.
    ///
    /// @param proved the case of the corpus on which `prove` refutes it, as a link; empty if there is none
    /// @param probed the case on which `probe` sees it
    record Row(String leak, String what, String rules, String proved, String probed, String beside) {

        private static Optional<Row> of(String line) {
            return Optional.of(ROW.matcher(line))
                    .filter(Matcher::matches)
                    .map(row -> new Row(
                            row.group(1), row.group(2), row.group(3), row.group(4), row.group(5), row.group(6)));
        }

        Row withRules(String other) {
            return new Row(leak, what, other, proved, probed, beside);
        }

        Row withCases(Optional<String> proving, Optional<String> probing) {
            return new Row(leak, what, rules, link(proving), link(probing), beside);
        }

        private static String link(Optional<String> name) {
            return name.map(each -> "[%1$s](../rls-policies/corpus/%1$s)".formatted(each))
                    .orElse("");
        }

        @Override
        public String toString() {
            return "| %s | %s | %s | %s | %s | %s |".formatted(leak, what, rules, proved, probed, beside);
        }
    }

    static List<Row> rows() throws IOException {
        try (Stream<String> lines = Files.lines(FILE)) {
            return lines.flatMap(line -> Row.of(line).stream()).toList();
        }
    }

    /// The name of a case, from its link.
    static Optional<String> named(String link) {
        return Optional.of(CASE.matcher(link)).filter(Matcher::matches).map(found -> found.group(1));
    }

    static void rewrite(UnaryOperator<Row> change) throws IOException {
        var lines = Files.readAllLines(FILE).stream()
                .map(line -> Row.of(line).map(change).map(Row::toString).orElse(line))
                .toList();
        Files.writeString(FILE, String.join("\n", lines) + "\n");
    }
}
