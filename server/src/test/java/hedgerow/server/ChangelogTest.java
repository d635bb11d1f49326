package hedgerow.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Checks the files and both lists for psql and Liquibase, which run the same files.
class ChangelogTest {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final String POLICIES = "rls-policies/policies";
    private static final List<String> FOLDERS = List.of("sql/roles", "sql/functions", "sql/schema", POLICIES);

    private static final Pattern PSQL = Pattern.compile("(?m)^\\\\(?:ir|set file) (?!once\\.sql)(\\S+)$");
    private static final Pattern LIQUIBASE = Pattern.compile("(?m)^ *- include: \\{file: \"?(\\S+?)\"?\\}$");
    private static final Pattern CHANGESET = Pattern.compile("(?m)^--changeset (.*)$");
    private static final Pattern POLICY = Pattern.compile("(?m)^create policy \\w+ on \\w+\\.(\\w+)");
    private static final Predicate<String> COMMAND_OF_PSQL = line -> line.startsWith("\\");

    /// A comment that Liquibase mistakes for a directive: it takes `-- Rollback is manual` for a rollback.
    private static final Predicate<String> LOOKS_LIKE_A_DIRECTIVE = Pattern.compile("(?i)^\\s*--\\s+(changeset|comment|"
                    + "ignorelines|liquibase|preconditions?|property|rollback|validchecksum)\\b")
            .asPredicate();

    // --- the lists -----------------------------------------------------------------------------------------------

    @Test
    void both_install_the_same_files_in_the_same_order() {
        assertThat(ofPsql()).isNotEmpty().doesNotHaveDuplicates().isEqualTo(ofLiquibase());
    }

    @Test
    void every_file_is_installed() {
        var installed =
                ofLiquibase().stream().flatMap(ChangelogTest::inEachMode).distinct();
        assertThat(installed).containsExactlyInAnyOrderElementsOf(files());
    }

    // --- the files -----------------------------------------------------------------------------------------------

    @Test
    void a_changeset_has_the_name_of_its_file_and_is_never_split() {
        assertThat(files())
                .allSatisfy(file -> assertThat(CHANGESET.matcher(read(file)).results())
                        .extracting(found -> found.group(1).replaceAll(" run\\w+:true", ""))
                        .containsExactly("hedgerow:%s splitStatements:false stripComments:false".formatted(id(file))));
    }

    @Test
    void a_changeset_ends_with_its_rollback() {
        assertThat(files())
                .allSatisfy(file -> assertThat(read(file))
                        .startsWith("--liquibase formatted sql\n")
                        .matches("(?s).*;\n+(--rollback [^\n]+\n)+"));
    }

    @Test
    void a_file_holds_nothing_that_only_one_of_them_understands() {
        var bad = COMMAND_OF_PSQL.or(LOOKS_LIKE_A_DIRECTIVE);
        assertThat(files())
                .allSatisfy(file -> assertThat(read(file).lines().filter(bad)).isEmpty());
    }

    @Test
    void a_policy_file_holds_the_policies_of_its_table_alone() {
        assertThat(files().stream().filter(file -> file.startsWith(POLICIES)))
                .allSatisfy(file -> assertThat(POLICY.matcher(read(file)).results())
                        .extracting(MatchResult::group)
                        .allMatch(policy -> policy.endsWith("." + stem(file))));
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private static List<String> ofPsql() {
        return PSQL.matcher(read("sql/install.sql"))
                .results()
                .map(found -> found.group(1).replaceAll(":(mode|seal)", "\\${$1}"))
                .map(name -> name.startsWith("sql/")
                        ? name
                        : Path.of("sql", name).normalize().toString())
                .toList();
    }

    private static List<String> ofLiquibase() {
        return LIQUIBASE
                .matcher(read("sql/changelog.yaml"))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static Stream<String> inEachMode(String name) {
        return Stream.of("plain", "sealed")
                .flatMap(mode -> Stream.of("none", "hmac", "reserved")
                        .map(seal -> name.replace("${mode}", mode).replace("${seal}", seal)));
    }

    private static List<String> files() {
        return Stream.concat(Stream.of("sql/preflight.sql"), FOLDERS.stream().flatMap(ChangelogTest::sql))
                .toList();
    }

    private static Stream<String> sql(String folder) {
        try (var files = Files.list(ROOT.resolve(folder))) {
            return files
                    .map(file -> ROOT.relativize(file).toString())
                    .filter(name -> name.endsWith(".sql"))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String id(String file) {
        return (file.startsWith(POLICIES) ? "policies-" : "") + stem(file).replace('_', '-');
    }

    private static String stem(String file) {
        return file.replaceFirst(".*/", "").replace(".sql", "");
    }

    private static String read(String file) {
        try {
            return Files.readString(ROOT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
