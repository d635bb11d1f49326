package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlCommandTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private static final String COUNT = "select count(*) as orders from app.payment_order";

    @TempDir
    private Path folder;

    /// The result of a command.
    ///
    /// @param out standard output
    /// @param err standard error
    private record Answer(int exit, String out, String err) {}

    // --- one tenant ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"psql", "builtin"})
    void a_tenant_is_named_by_slug_or_id_and_sees_its_own(String runner) throws SQLException {
        var expected = orders(false);
        var id = query("select id from app.organization where slug = 'acme'");
        for (var name : List.of("acme", id)) {
            var answer = sql("--tenant", name, "--runner", runner, "--csv", "-c", COUNT);
            assertThat(answer.out()).as(answer.err()).isEqualTo("orders\n" + expected + "\n");
            assertThat(answer.err()).contains("acme, test data, as hedgerow_worker for system:sql", "committed in ");
            assertThat(answer.exit()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"psql", "builtin"})
    void live_data_is_asked_for(String runner) throws SQLException {
        var expected = orders(true);
        var answer = sql("--tenant", "acme", "--live", "--runner", runner, "--csv", "-c", COUNT);
        assertThat(answer.out()).isEqualTo("orders\n" + expected + "\n");
        assertThat(answer.err()).contains("acme, live data");
    }

    @ParameterizedTest
    @ValueSource(strings = {"psql", "builtin"})
    void an_actor_has_the_rights_of_its_role(String runner) throws SQLException {
        var viewer = actor("viewer");
        var reads =
                sql("--tenant", "acme", "--as", viewer, "--runner", runner, "-c", "select app.role(), current_user");
        assertThat(reads.out()).contains("viewer | hedgerow_app");
        var writes = sql("--tenant", "acme", "--as", viewer, "--runner", runner, "-c", "delete from app.customer");
        assertThat(writes.exit()).isEqualTo(1);
        assertThat(writes.err()).contains("error[42501]: permission denied", "at:     <command>:1:1");
    }

    @Test
    void someone_of_another_tenant_is_refused() throws SQLException {
        var answer = sql("--tenant", "globex", "--as", actor("owner"), "-c", "select 1");
        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.err()).contains("error[28000]");
    }

    @Test
    void a_file_is_named_in_errors() throws IOException {
        var file = Files.writeString(folder.resolve("a.sql"), "select 1;\nselect nowhere;\n");
        var answer = sql("--tenant", "acme", "-f", file.toString());
        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.err()).contains("error[42703]", file + ":2:8", file + ":2:1  select nowhere", "rolled back");
    }

    @Test
    void standard_input_is_the_default() throws IOException {
        var in = System.in;
        try (var script = new ByteArrayInputStream("select 'from stdin' as a".getBytes(StandardCharsets.UTF_8))) {
            System.setIn(script);
            assertThat(sql("--tenant", "acme").out()).contains(" from stdin\n(1 row)");
        } finally {
            System.setIn(in);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"psql", "builtin"})
    void a_dry_run_is_announced_and_leaves_nothing(String runner) throws SQLException {
        var before = query("select string_agg(name, ',' order by id) from app.customer");
        var rename = "update app.customer set name = 'dry'";
        var answer = sql("--tenant", "acme", "--as", actor("owner"), "--dry-run", "--runner", runner, "-c", rename);
        assertThat(answer.exit()).as(answer.err()).isZero();
        assertThat(answer.out()).contains("UPDATE ").doesNotContain("UPDATE 0");
        assertThat(answer.err()).contains("dry run: rolled back in ");
        assertThat(query("select string_agg(name, ',' order by id) from app.customer"))
                .isEqualTo(before);
    }

    @Test
    void an_owner_without_superuser_rights_finds_the_tenants() throws SQLException {
        var owner = "owner_of_" + DATABASE.adminUrl().database();
        admin("create role %s login password 'theirs' in role hedgerow_owner, hedgerow_auth, hedgerow_worker", owner);
        admin(
                "grant connect on database %2$s to %1$s",
                owner, DATABASE.adminUrl().database());
        try {
            var url = DATABASE.adminUrl().withUser(owner, Optional.of("theirs")).libpq();
            var answer = run(
                    "sql",
                    "--admin-database",
                    url,
                    "--every-tenant",
                    "--csv",
                    "-c",
                    "select slug from app.organization");
            assertThat(answer.out()).as(answer.err()).isEqualTo("slug\nacme\nslug\nglobex\nslug\ninitech\n");
        } finally {
            admin(
                    "revoke connect on database %2$s from %1$s",
                    owner, DATABASE.adminUrl().database());
            admin("drop role %s", owner);
        }
    }

    @Test
    void a_login_that_sees_no_tenant_gets_an_error() {
        var url = DATABASE.url(Logins.WORKER).libpq();
        var answer = run("sql", "--admin-database", url, "--tenant", "acme", "-c", "select 1");
        assertThat(answer.exit()).isEqualTo(2);
        assertThat(answer.err()).contains("shows no tenant");
    }

    // --- every tenant --------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"psql", "builtin"})
    void every_tenant_has_its_turn(String runner) {
        var answer = sql("--every-tenant", "--csv", "--runner", runner, "-c", "select slug from app.organization");
        assertThat(answer.out()).isEqualTo("slug\nacme\nslug\nglobex\nslug\ninitech\n");
        assertThat(answer.err()).contains("2/3 globex", "ok       initech", "3 ok (committed), 0 failed, 0 skipped");
        assertThat(answer.exit()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"psql", "builtin"})
    void a_failure_stops_or_not_as_asked(String runner) {
        var script = "select 1 / (slug <> 'globex')::int from app.organization";
        var stopped = sql("--every-tenant", "--runner", runner, "-c", script);
        assertThat(stopped.exit()).isEqualTo(1);
        assertThat(stopped.err()).contains("ok       acme", "failed   globex", "skipped  initech", "1 ok", "1 skipped");
        var continued = sql("--every-tenant", "--on-error", "continue", "--runner", runner, "-c", script);
        assertThat(continued.exit()).isEqualTo(1);
        assertThat(continued.err())
                .contains("ok       initech", "2 ok (committed), 1 failed, 0 skipped", "division by zero");
    }

    // --- refusals ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"psql", "builtin"})
    void a_script_that_would_leave_is_refused_before_it_runs(String runner) {
        var answer = sql("--tenant", "acme", "--runner", runner, "-c", "select 1;\ncommit;\nset role postgres");
        assertThat(answer.exit()).isEqualTo(2);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err())
                .contains("<command>:2:1: COMMIT is refused", "<command>:3:1: SET role", "Nothing was run.");
    }

    @Test
    void bad_usage_is_exit_status_2() {
        assertThat(sql("-c", "select 1").exit()).isEqualTo(2);
        assertThat(sql("--tenant", "acme", "--every-tenant", "-c", "select 1").exit())
                .isEqualTo(2);
        assertThat(sql("--tenant", "acme", "-c", "select 1", "-f", "x.sql").exit())
                .isEqualTo(2);
        assertThat(sql("--tenant", "acme", "-c", "").err()).contains("there is nothing to run");
        assertThat(sql("--tenant", "acme", "-f", "none.sql").err()).contains("none.sql: there is no such file");
        assertThat(sql("--tenant", "acme", "--as", "root", "-c", "select 1").err())
                .contains("user:<uuid>");
        var unknown = sql("--tenant", "acmee", "-c", "select 1");
        assertThat(unknown.exit()).isEqualTo(2);
        assertThat(unknown.err()).contains("there is no tenant acmee", "acme, globex, initech");
    }

    @Test
    void an_unreachable_database_is_exit_status_3() {
        var answer = run(
                "sql",
                "--admin-database",
                "postgresql://me:s3cret@127.0.0.1:1/x",
                "--tenant",
                "acme",
                "-c",
                "select 1");
        assertThat(answer.exit()).isEqualTo(3);
        assertThat(answer.err()).contains("error[database-unreachable]").doesNotContain("s3cret");
    }

    @Test
    void help_has_examples() {
        assertThat(run("sql", "--help").out())
                .contains("hedgerow sql --tenant acme -c", "--every-tenant", "Exit status:");
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private static String actor(String role) throws SQLException {
        return query("""
            select 'user:' || m.user_id
              from app.membership m
              join app.organization t on t.id = m.organization_id
             where t.slug = 'acme' and m.status = 'active' and m.role = '%s'
             limit 1
            """.formatted(role));
    }

    private static String orders(boolean live) throws SQLException {
        return query("""
            select count(*)
              from app.payment_order o
              join app.organization t on t.id = o.organization_id
             where t.slug = 'acme' and o.livemode = %s
            """.formatted(live));
    }

    private static Answer sql(String... arguments) {
        var all = new ArrayList<>(
                List.of("sql", "--admin-database", DATABASE.adminUrl().libpq()));
        all.addAll(List.of(arguments));
        var answer = run(all.toArray(String[]::new));
        DATABASE.adminUrl()
                .password()
                .ifPresent(password -> assertThat(answer.out() + answer.err()).doesNotContain(password));
        return answer;
    }

    private static Answer run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var commands = Hedgerow.commandLine();
        commands.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        var exit = commands.execute(arguments);
        return new Answer(exit, out.toString(), err.toString());
    }

    private static void admin(String sql, Object... names) throws SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement()) {
            statement.execute(sql.formatted(names));
        }
    }

    private static String query(String sql) throws SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
