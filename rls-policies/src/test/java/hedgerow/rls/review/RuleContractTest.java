package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.function.Executable;

/// The contract of every rule: it reports bad.sql, is silent on good.sql, and its fix mends what it found.
///
/// Only some rules: `-Drule=rls-not-forced,policy-*`.
class RuleContractTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final Path FOLDERS = Path.of("rules");
    private static final List<String> HEADINGS =
            List.of("What", "Why", "How it is exploited", "How to mend", "False alarms", "Sources");
    private static final RuleCatalog RULES = RuleCatalog.load();

    private static Connection connection;

    @BeforeAll
    static void connect() throws SQLException {
        connection = DATABASE.admin();
    }

    @AfterAll
    static void disconnect() throws SQLException {
        connection.close();
    }

    @TestFactory
    Stream<DynamicNode> rules() {
        return RULES.folders().stream().filter(RuleContractTest::isWanted).map(RuleContractTest::tests);
    }

    private static boolean isWanted(RuleFolder rule) {
        return Stream.of(System.getProperty("rule", "*").split(","))
                .anyMatch(glob -> rule.page().slug().matches(glob.replace("*", ".*")));
    }

    private static DynamicContainer tests(RuleFolder rule) {
        var slug = rule.page().slug();
        var page = test(slug + ": page", () -> pageIsWhole(rule.page()));
        if (!rule.page().appliesTo(DATABASE.major())) {
            return dynamicContainer(slug, List.of(page));
        }
        return dynamicContainer(
                slug,
                List.of(
                        page,
                        test(slug + ": bad speaks", () -> badSpeaks(rule)),
                        test(slug + ": good is silent", () -> goodIsSilent(rule)),
                        test(slug + ": fix mends", () -> fixMends(rule))));
    }

    private static DynamicTest test(String name, Executable executable) {
        return dynamicTest(name, executable);
    }

    // --- the promises --------------------------------------------------------------------------------------------

    private static void pageIsWhole(RulePage page) {
        var headings =
                page.text().lines().filter(line -> line.startsWith("## ")).map(line -> line.substring(3));
        assertThat(headings).containsExactlyElementsOf(HEADINGS);
        assertThat(Stream.of(page.text().split("(?m)^## .*$")).skip(1)).noneMatch(String::isBlank);
        assertThat(page.title()).doesNotEndWith(".").doesNotContain("\n");
        assertThat(page.leaks()).allMatch(leak -> leak.matches("[A-Z]\\d{2}"));
    }

    private static void badSpeaks(RuleFolder rule) throws Exception {
        try (var scratch = new Scratch(connection)) {
            scratch.load(script(rule, "bad.sql"));
            var findings = scratch.find(rule);
            assertThat(findings).isNotEmpty();
            assertThat(findings).extracting(Finding::object).isSorted();
            assertThat(findings)
                    .allMatch(finding -> !finding.detail().isBlank()
                            && !finding.detail().endsWith(".")
                            && finding.detail().lines().count() == 1);
        }
    }

    private static void goodIsSilent(RuleFolder rule) throws Exception {
        try (var scratch = new Scratch(connection)) {
            scratch.load(script(rule, "good.sql"));
            assertThat(scratch.find(rule)).isEmpty();
        }
    }

    /// The fix silences the rule, and no other rule reports anything new at warn or error.
    private static void fixMends(RuleFolder rule) throws Exception {
        try (var scratch = new Scratch(connection)) {
            scratch.load(script(rule, "bad.sql"));
            var fixes = scratch.find(rule).stream()
                    .map(Finding::fix)
                    .flatMap(Optional::stream)
                    .distinct()
                    .toList();
            if (fixes.isEmpty()) {
                return;
            }
            var spoilt = scratch.mark();
            for (var fix : fixes) {
                scratch.load(fix);
            }
            var after = scratch.findAll();
            assertThat(after)
                    .filteredOn(
                            f -> f.rule().equals(rule.page().slug()) && f.fix().isPresent())
                    .isEmpty();
            scratch.backTo(spoilt);
            var alarms = after.stream()
                    .filter(finding -> finding.severity() != Severity.INFO)
                    .toList();
            var speaking = alarms.stream().map(Finding::rule).collect(Collectors.toSet());
            var before = scratch.findAll(other -> speaking.contains(other.page().slug()));
            assertThat(before.stream().map(RuleContractTest::identity))
                    .containsAll(alarms.stream().map(RuleContractTest::identity).toList());
        }
    }

    private static List<String> identity(Finding finding) {
        return List.of(finding.rule(), finding.object(), finding.severity().label());
    }

    private static String script(RuleFolder rule, String file) throws IOException {
        return Files.readString(FOLDERS.resolve(rule.page().slug()).resolve(file));
    }
}
