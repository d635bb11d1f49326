package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.sql.ScriptRunner.Options;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScriptRunnerTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final Tenant ACME = new Tenant(UUID.randomUUID(), "acme");
    private static final Tenant GLOBEX = new Tenant(UUID.randomUUID(), "globex");

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private enum Runner {
        BUILTIN,
        PSQL;

        ScriptRunner get() {
            Assumptions.assumeTrue(this == BUILTIN || PsqlRunner.isInstalled(), "no psql on the PATH");
            return this == BUILTIN ? new BuiltinRunner() : new PsqlRunner();
        }
    }

    @BeforeAll
    static void tenants() throws SQLException {
        for (var tenant : new Tenant[] {ACME, GLOBEX}) {
            admin("select app.bind('%s', 'system:test', false)".formatted(tenant.id()),
                    "insert into app.organization (id, slug, name, country, default_currency) values ('%s', '%s', 'A tenant', 'DE', 'EUR')"
                            .formatted(tenant.id(), tenant.slug()));
        }
        admin("create table public.note (text text unique, organization_id uuid default app.organization_id())",
                "alter table public.note enable row level security",
                "create policy fence on public.note using (organization_id = app.organization_id())",
                "create table public.loose (line text)",
                "grant usage on schema public to public",
                "grant all on public.note, public.loose to hedgerow_app, hedgerow_worker");
    }

    @AfterEach
    void empty() throws SQLException {
        admin("truncate public.note, public.loose");
    }

    // --- what a script does --------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void a_script_runs_for_its_tenant_alone(Runner runner) throws SQLException {
        run(runner, GLOBEX, "insert into note values ('of globex');");
        run(runner, ACME, "insert into note values ('of acme'); delete from note where text = 'of globex'; select text from note;");
        assertThat(out.toString()).contains("INSERT 0 1", "DELETE 0", " of acme\n(1 row)", "Time: ").doesNotContain("of globex");
        assertThat(notes()).isEqualTo("of acme,of globex");
    }

    @ParameterizedTest
    @EnumSource
    void it_is_the_worker_or_whom_it_is_told(Runner runner) {
        run(runner, ACME, "select current_user, app.actor(), app.livemode(), app.organization_id()");
        assertThat(out.toString()).contains("hedgerow_worker | system:sql | f ", ACME.id().toString());
    }

    @ParameterizedTest
    @EnumSource
    void an_actor_who_may_not_act_is_refused(Runner runner) {
        var stranger = new Binding(ACME, "user:" + UUID.randomUUID(), false);
        failure(() -> run(runner, stranger, "select 1", false), "28000", "this actor may not act");
    }

    @ParameterizedTest
    @EnumSource
    void a_sealed_database_wants_no_token_from_its_owner(Runner runner) throws Exception {
        try (var sealed = SEALED.copy(); var connection = sealed.admin(); var statement = connection.createStatement()) {
            statement.execute("begin; select app.bind('%s', 'system:test', true)".formatted(ACME.id()));
            statement.execute("insert into app.organization (id, slug, name, country, default_currency) values ('%s', 'acme', 'A', 'DE', 'EUR')".formatted(ACME.id()));
            statement.execute("commit");
            runner.get().run(script("select app.livemode()"), sealed.adminUrl(), new Binding(ACME, Binding.SYSTEM, true), options());
            assertThat(out.toString()).contains(" t");
        }
    }

    @RegisterExtension
    static final HedgerowDatabase SEALED = HedgerowDatabase.migrated().sealed();

    @ParameterizedTest
    @EnumSource
    void a_dry_run_leaves_nothing(Runner runner) throws SQLException {
        run(runner, new Binding(ACME, Binding.SYSTEM, false), "insert into note values ('x');", true);
        assertThat(out.toString()).contains("INSERT 0 1");
        assertThat(notes()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void copy_blocks_are_data(Runner runner) throws SQLException {
        run(runner, ACME, "copy loose from stdin;\ncommit;\n'\\\\N\n\\.\ncopy loose to stdout;\n");
        assertThat(out.toString()).contains("COPY 2", "commit;\n'\\\\N\n");
    }

    @ParameterizedTest
    @EnumSource
    void notices_are_shown(Runner runner) {
        run(runner, ACME, "do $$ begin raise notice 'half way'; end $$;");
        assertThat(err.toString()).contains("NOTICE:  half way").doesNotContain("LOCATION");
    }

    @ParameterizedTest
    @EnumSource
    void csv_is_nothing_but_the_results(Runner runner) {
        runner.get().run(
                script("insert into note values ('a,\"b'); select text, 1 as n from note"),
                DATABASE.adminUrl(),
                new Binding(ACME, Binding.SYSTEM, false),
                new Options(new PrintWriter(out), new PrintWriter(err), true, false));
        assertThat(out.toString()).isEqualTo("text,n\n\"a,\"\"b\",1\n");
    }

    @Test
    void both_runners_print_the_same() {
        var sql = """
                select 1 as number, 'text' as "a longer name", null as nothing;
                select 'of two' || chr(10) || 'lines' as a, 'ä€' as b, -1.50 as c;
                select 1 as none where false;
                savepoint a;
                """;
        run(Runner.BUILTIN, ACME, sql);
        var builtin = untimed();
        run(Runner.PSQL, ACME, sql);
        assertThat(builtin).isEqualTo(untimed());
    }

    @Test
    void psql_commands_work_with_psql() throws IOException {
        Files.writeString(folder.resolve("inner.sql"), "insert into note values ('included');\n");
        Files.writeString(folder.resolve("outer.sql"), "\\ir inner.sql\nselect text as t from note \\gset\n\\echo got :t\n");
        new PsqlRunner().check(SqlScript.read(folder.resolve("outer.sql")));
        new PsqlRunner().run(
                SqlScript.read(folder.resolve("outer.sql")),
                DATABASE.adminUrl(),
                new Binding(ACME, Binding.SYSTEM, false),
                options());
        assertThat(out.toString()).contains("got included");
    }

    // --- errors --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void an_error_names_statement_and_place_and_takes_all_back(Runner runner) throws SQLException {
        failure(
                () -> run(runner, ACME, "insert into note values ('x');\n  select 1,\n    nowhere\n  from note;\nselect 3;\n"),
                "42703",
                "error[42703]: column \"nowhere\" does not exist",
                "at:     script:3:5",
                "in:     script:2:3  select 1,",
                "The transaction was rolled back.");
        assertThat(notes()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void the_statement_is_told_apart_from_others_in_its_line(Runner runner) {
        failure(() -> run(runner, ACME, "select 1; select 1/0; select 2;"), "22012", "script:1:11", "select 1/0");
    }

    @ParameterizedTest
    @EnumSource
    void detail_and_hint_are_shown(Runner runner) {
        failure(
                () -> run(runner, ACME, "do $$ begin raise 'no' using detail = 'why', hint = 'do', errcode = 'AB123'; end $$"),
                "AB123",
                "error[AB123]: no",
                "detail: why",
                "hint:   do");
        failure(() -> run(runner, ACME, "select lenght('a')"), "42883", "hint:   No function matches");
    }

    @Test
    void a_file_is_named_in_errors() throws IOException {
        var file = Files.writeString(folder.resolve("it's.sql"), "select 1;\n\nselect\n  x;\n");
        failure(
                () -> new PsqlRunner().run(
                        SqlScript.read(file), DATABASE.adminUrl(), new Binding(ACME, Binding.SYSTEM, false), options()),
                "42703",
                file + ":4:3",
                file + ":3:1");
    }

    // --- the second line of defence ------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void a_setting_changed_in_a_block_is_noticed(Runner runner) throws SQLException {
        for (var change : new String[] {
            "set local app.organization_id = ''%s''".formatted(GLOBEX.id()), "set local app.livemode = ''true''",
            "set local app.actor = ''system:other''", "set local app.role = ''owner''", "reset role"
        }) {
            failure(
                    () -> run(runner, ACME, "insert into note values ('x'); do $$ begin execute '%s'; end $$;".formatted(change)),
                    "",
                    "changed its",
                    "rolled back");
        }
        assertThat(notes()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_block_cannot_commit(Runner runner) throws SQLException {
        failure(() -> run(runner, ACME, "insert into note values ('x'); do $$ begin commit; end $$;"), "2D000", "invalid transaction");
        assertThat(notes()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_role_that_bypasses_row_security_is_refused(Runner runner) throws SQLException {
        admin("alter role hedgerow_worker bypassrls");
        try {
            failure(() -> run(runner, ACME, "select 1"), "42501", "row security does not bind the role hedgerow_worker");
        } finally {
            admin("alter role hedgerow_worker nobypassrls");
        }
    }

    @Test
    void no_password_is_in_argv_or_output() throws Exception {
        var password = DATABASE.adminUrl().password().orElse("no password");
        var running = new Thread(() -> run(Runner.PSQL, ACME, "select pg_sleep(1)"));
        running.start();
        Eventually.holds("psql runs", java.time.Duration.ofSeconds(10), () -> ProcessHandle.current()
                .descendants()
                .anyMatch(process -> process.info().commandLine().filter(line -> line.contains("ON_ERROR_STOP")).isPresent()));
        assertThat(ProcessHandle.current().descendants())
                .noneMatch(process -> process.info().commandLine().filter(line -> line.contains(password)).isPresent());
        running.join();
        assertThat(out.toString() + err).doesNotContain(password);
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    @BeforeEach
    void quiet() {
        out.getBuffer().setLength(0);
    }

    private void run(Runner runner, Tenant tenant, String sql) {
        run(runner, new Binding(tenant, Binding.SYSTEM, false), sql, false);
    }

    private void run(Runner runner, Binding binding, String sql, boolean dryRun) {
        var script = script(sql.replace(" note", " public.note").replace("copy loose", "copy public.loose"));
        runner.get().check(script);
        runner.get().run(
                script, DATABASE.adminUrl(), binding, new Options(new PrintWriter(out), new PrintWriter(err), false, dryRun));
    }

    private Options options() {
        return new Options(new PrintWriter(out), new PrintWriter(err), false, false);
    }

    private static void failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable action, String state, String... parts) {
        assertThatThrownBy(action).isInstanceOfSatisfying(ScriptFailure.class, failure -> {
            assertThat(failure.toString()).contains(parts);
            assertThat(failure.state().orElse("")).isEqualTo(state);
        });
    }

    private String untimed() {
        var text = out.toString().replaceAll("Time: [^\n]*\n", "");
        out.getBuffer().setLength(0);
        return text;
    }

    private static SqlScript script(String sql) {
        try {
            return SqlScript.read("script", new ByteArrayInputStream(sql.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void admin(String... statements) throws SQLException {
        try (var connection = DATABASE.admin(); var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (var sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        }
    }

    private static String notes() throws SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select coalesce(string_agg(text, ',' order by text collate \"C\"), '') from public.note")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
