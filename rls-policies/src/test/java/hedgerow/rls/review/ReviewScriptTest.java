package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import hedgerow.sql.PsqlRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReviewScriptTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final Path SCRIPT = Path.of("review.sql");
    private static final RuleCatalog RULES = RuleCatalog.load();

    @Test
    void the_script_is_made_of_the_rules() throws IOException {
        var wanted = ReviewScript.of(RULES);
        if (System.getProperty("regenerate") != null) {
            Files.writeString(SCRIPT, wanted);
        }
        assertThat(Files.readString(SCRIPT)).isEqualTo(wanted);
    }

    @Test
    void psql_and_the_review_have_the_same_findings() throws IOException, SQLException, InterruptedException {
        assumeTrue(PsqlRunner.isInstalled());
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement()) {
            statement.execute("create table app.script_test (organization_id uuid)");
            statement.execute("grant select on app.script_test to hedgerow_app");
        }
        var said = psql();
        var lines = said.lines().toList();
        assertThat(lines.getFirst()).isEqualTo("rule,severity,object,detail,fix");
        assertThat(lines).anyMatch(line -> line.startsWith("rls-disabled,error,app.script_test,"));
        assertThat(lines.getLast()).startsWith("undecided,info,database ");
        assertThat(lines.subList(1, lines.size() - 1).stream()
                        .map(line -> line.split(",")[0])
                        .collect(Collectors.toSet()))
                .isEqualTo(reviewed());
        assertThat(said).doesNotContain("ERROR");
    }

    private static String psql() throws IOException, InterruptedException {
        var url = DATABASE.url(Logins.REVIEWER);
        var process = new ProcessBuilder("psql", "-X", "-q", "-f", SCRIPT.toString(), url.libpq())
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).isZero();
        return said;
    }

    /// Slugs of the SQL rules with findings.
    private static Set<String> reviewed() throws SQLException {
        try (var connection = DATABASE.reviewer()) {
            var review = new Reviewer(RULES, Config.NONE, ReviewScriptTest::isSql)
                    .review(connection, Origin.live("x"), Progress.NONE)
                    .review();
            assertThat(review.gaps()).noneMatch(gap -> gap.startsWith("rule "));
            return review.findings().stream()
                    .filter(finding -> finding.leak().isEmpty())
                    .map(Finding::rule)
                    .collect(Collectors.toSet());
        }
    }

    private static boolean isSql(RulePage page) {
        return RULES.folders().stream()
                .anyMatch(rule -> rule.page().equals(page) && rule.body() instanceof RuleFolder.Sql);
    }
}
