package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The changes by each fix, fact by fact, are in `fixes-<version>.txt` for the oldest and the newest
/// PostgreSQL, for a person to read; nothing else may change.
///
/// Beside the `bad.sql` of the rules, `kept/<slug>*.sql` are schemas in which a fix has much to keep. The first line of
/// a schema that needs a newer PostgreSQL than the oldest is `-- since <version>`. After a change, for each version:
///
///     mvn -pl rls-policies -am -Dregenerate -Dtest=FixTest -Dsurefire.failIfNoSpecifiedTests=false test
class FixTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final Path RESOURCES = Path.of("src/test/resources/hedgerow/rls/review");
    private static final Pattern SINCE = Pattern.compile("\\A-- since (\\d+)\n");
    private static final RuleCatalog RULES = RuleCatalog.load();

    @Test
    void a_fix_changes_only_the_recorded_facts() throws IOException, SQLException {
        var golden = RESOURCES.resolve("fixes-%d.txt".formatted(DATABASE.major()));
        assumeTrue(Files.exists(golden), "the facts are those of other versions");
        var changes = new StringBuilder();
        try (var connection = DATABASE.admin()) {
            for (var schema : schemas().entrySet()) {
                changes.append(changes(connection, schema.getKey(), schema.getValue()));
            }
        }
        if (System.getProperty("regenerate") != null) {
            Files.writeString(golden, changes);
        }
        assertThat(changes.toString()).isEqualTo(Files.readString(golden));
    }

    /// The scripts by name.
    private static Map<String, Path> schemas() throws IOException {
        var schemas = new TreeMap<String, Path>();
        for (var rule : RULES.folders()) {
            var slug = rule.page().slug();
            if (rule.page().appliesTo(DATABASE.major())) {
                schemas.put(slug, Path.of("rules", slug, "bad.sql"));
            }
        }
        try (Stream<Path> kept = Files.list(RESOURCES.resolve("kept"))) {
            for (var file : kept.toList()) {
                if (since(file) <= DATABASE.major()) {
                    schemas.put(file.getFileName().toString().replace(".sql", ""), file);
                }
            }
        }
        return schemas;
    }

    private static int since(Path script) throws IOException {
        var since = SINCE.matcher(Files.readString(script));
        return since.find() ? Integer.parseInt(since.group(1)) : 0;
    }

    private static String changes(Connection connection, String name, Path script) throws SQLException, IOException {
        var slug = name.replaceFirst("\\..*", "");
        var rule = RULES.folders().stream()
                .filter(folder -> folder.page().slug().equals(slug))
                .findFirst()
                .orElseThrow();
        try (var scratch = new Scratch(connection)) {
            scratch.load(Files.readString(script));
            var fixes = fixes(scratch.find(rule));
            if (fixes.isEmpty()) {
                return "";
            }
            var before = scratch.state();
            for (var fix : fixes) {
                scratch.load(fix);
            }
            var after = scratch.state();
            assertThat(fixes(scratch.find(rule))).as(name).isEmpty();
            return "== %s%n%s%s%s%n"
                    .formatted(
                            name,
                            lines("fix: ", fixes),
                            lines("- ", without(before, after)),
                            lines("+ ", without(after, before)));
        }
    }

    private static List<String> fixes(List<Finding> findings) {
        return findings.stream()
                .map(Finding::fix)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    private static List<String> without(List<String> lines, List<String> others) {
        var known = new HashSet<>(others);
        return lines.stream().filter(line -> !known.contains(line)).toList();
    }

    private static String lines(String head, List<String> lines) {
        return lines.stream()
                .map(line -> head + line.replaceAll("\\s+", " ").replaceAll("database \\w+", "database x") + "\n")
                .collect(Collectors.joining());
    }
}
