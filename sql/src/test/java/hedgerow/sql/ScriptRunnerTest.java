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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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

    @RegisterExtension
    static final HedgerowDatabase SEALED = HedgerowDatabase.migrated().sealed();

    private static final NamedTenant ACME = new NamedTenant(UUID.randomUUID(), "acme");
    private static final NamedTenant GLOBEX = new NamedTenant(UUID.randomUUID(), "globex");

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
        for (var tenant : new NamedTenant[] {ACME, GLOBEX}) {
            create(DATABASE, tenant);
        }
        create(SEALED, ACME);
        admin(
                "create table public.note (text text unique, organization_id uuid default app.organization_id())",
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
        run(
                runner,
                ACME,
                "insert into note values ('of acme'); delete from note where text = 'of globex'; select text from"
                        + " note;");
        assertThat(out.toString())
                .contains("INSERT 0 1", "DELETE 0", " of acme\n(1 row)", "Time: ")
                .doesNotContain("of globex");
        assertThat(notes()).isEqualTo("of acme,of globex");
    }

    @ParameterizedTest
    @EnumSource
    void the_actor_is_the_worker_unless_another_is_named(Runner runner) {
        run(runner, ACME, "select current_user, app.actor(), app.livemode(), app.organization_id()");
        assertThat(out.toString())
                .contains("hedgerow_worker | system:sql | f ", ACME.id().toString());
    }

    @ParameterizedTest
    @EnumSource
    void an_actor_who_may_not_act_is_refused(Runner runner) {
        var stranger = new Binding(ACME, "user:" + UUID.randomUUID(), false);
        failure(() -> run(runner, stranger, "select 1", false), "28000", "this actor may not act");
    }

    @ParameterizedTest
    @EnumSource
    void a_sealed_database_wants_no_token_from_its_owner(Runner runner) {
        var live = new Binding(ACME, Binding.SYSTEM, true);
        runner.get().run(script("select app.livemode()"), SEALED.adminUrl(), live, options());
        assertThat(out.toString()).contains(" t");
    }

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
        run(runner, ACME, "do $$ begin raise notice 'half way' using hint = 'wait'; end $$;");
        assertThat(err.toString()).contains("NOTICE:  half way", "HINT:  wait").doesNotContain("LOCATION");
    }

    @ParameterizedTest
    @EnumSource
    void csv_is_nothing_but_the_results(Runner runner) {
        runner.get()
                .run(
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
        Files.writeString(
                folder.resolve("outer.sql"), "\\ir inner.sql\nselect text as t from note \\gset\n\\echo got :t\n");
        new PsqlRunner().check(SqlScript.read(folder.resolve("outer.sql")));
        new PsqlRunner()
                .run(
                        SqlScript.read(folder.resolve("outer.sql")),
                        DATABASE.adminUrl(),
                        new Binding(ACME, Binding.SYSTEM, false),
                        options());
        assertThat(out.toString()).contains("got included");
    }

    /// Runs random scripts: psql sends exactly the statements that our parser finds, one by one, in order.
    @Test
    void psql_cuts_a_script_where_we_cut_it() throws IOException {
        Runner.PSQL.get();
        var pieces = List.of(
                "'",
                "''",
                "\"",
                "$$",
                "$a$",
                "$",
                "--",
                "/*",
                "*/",
                "\n",
                "\n",
                "\r\n",
                " ",
                "E'",
                "U&'",
                "'a'\n'b'",
                ";",
                ";",
                "(",
                ")",
                "select",
                "a$b",
                "::",
                "1",
                "1e",
                ".",
                "ä",
                "create",
                "function",
                "begin",
                "end",
                "case",
                "+",
                "-",
                "/");
        var compared = 0;
        for (var seed = 0; seed < 1_500 && compared < 150; seed++) {
            var random = new Random(seed);
            var text = random.ints(4 + random.nextInt(16), 0, pieces.size())
                    .mapToObj(pieces::get)
                    .collect(Collectors.joining());
            try {
                var ours = script(text).statements().stream()
                        .map(statement -> code(statement.text()))
                        .toList();
                assertThat(sent(text)).as("seed %d: %s", seed, text).isEqualTo(ours);
                compared++;
            } catch (ScriptProblem refused) {
                continue; // it has no end: psql would not even send it
            }
        }
        assertThat(compared).isEqualTo(150);
    }

    /// The statements that psql sends: it echoes each, with its duration.
    private List<String> sent(String text) throws IOException {
        var file = Files.writeString(folder.resolve("random.sql"), text).toString();
        var url = DATABASE.adminUrl();
        var psql = new ProcessBuilder("psql", "-X", "-e", "-o", "/dev/null", "-d", url.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        psql.command().addAll(List.of("-c", "\\timing on", "-f", file));
        url.password().ifPresent(password -> psql.environment().put("PGPASSWORD", password));
        var said = new String(psql.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return Stream.of(said.replace("Timing is on.\n", "").split("Time: [0-9.]+ ms[^\n]*\n"))
                .map(ScriptRunnerTest::code)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }

    /// The text without the space and comments between tokens, and without the semicolon at the end.
    private static String code(String text) {
        var lexer = new SqlLexer(new ScriptSource("code", Optional.empty(), text));
        var code = new StringBuilder();
        while (lexer.hasNext()) {
            var token = lexer.next();
            code.append(token.isCode() ? token.text() + " " : "");
        }
        return code.toString().replaceFirst("(; )+$", "");
    }

    // --- errors --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void an_error_names_statement_and_place_and_takes_all_back(Runner runner) throws SQLException {
        failure(
                () -> run(
                        runner,
                        ACME,
                        "insert into note values ('x');\n  select 1,\n    nowhere\n  from note;\nselect 3;\n"),
                "42703",
                "error[42703]: column \"nowhere\" does not exist",
                "at:     script:3:5",
                "in:     script:2:3  select 1,",
                "The transaction was rolled back.");
        assertThat(notes()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void the_failing_statement_is_identified_among_others_in_its_line(Runner runner) {
        failure(() -> run(runner, ACME, "select 1; select 1/0; select 2;"), "22012", "script:1:11", "select 1/0");
    }

    @ParameterizedTest
    @EnumSource
    void detail_and_hint_are_shown(Runner runner) {
        failure(
                () -> run(
                        runner,
                        ACME,
                        "do $$ begin raise 'no' using detail = 'why', hint = 'do', errcode = 'AB123'; end $$"),
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
                () -> new PsqlRunner()
                        .run(
                                SqlScript.read(file),
                                DATABASE.adminUrl(),
                                new Binding(ACME, Binding.SYSTEM, false),
                                options()),
                "42703",
                file + ":4:3",
                file + ":3:1");
    }

    // --- the second line of defence ------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void a_setting_changed_in_a_block_is_noticed(Runner runner) throws SQLException {
        for (var change : new String[] {
            "set local app.organization_id = ''%s''".formatted(GLOBEX.id()),
            "set local app.livemode = ''true''",
            "set local app.actor = ''system:other''",
            "set local app.role = ''owner''",
            "reset role"
        }) {
            failure(
                    () -> run(
                            runner,
                            ACME,
                            "insert into note values ('x'); do $$ begin execute '%s'; end $$;".formatted(change)),
                    "",
                    "changed its",
                    "rolled back");
        }
        assertThat(notes()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_block_cannot_commit(Runner runner) throws SQLException {
        failure(
                () -> run(runner, ACME, "insert into note values ('x'); do $$ begin commit; end $$;"),
                "2D000",
                "invalid transaction");
        assertThat(notes()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_role_that_bypasses_row_security_is_refused(Runner runner) throws SQLException {
        admin("alter role hedgerow_worker bypassrls");
        try {
            failure(
                    () -> run(runner, ACME, "select 1"),
                    "42501",
                    "row security does not bind the role hedgerow_worker");
        } finally {
            admin("alter role hedgerow_worker nobypassrls");
        }
    }

    @Test
    void no_password_is_in_argv_or_output() throws Exception {
        var password = DATABASE.adminUrl().password().orElse("no password");
        var running = new Thread(() -> run(Runner.PSQL, ACME, "select pg_sleep(1)"));
        running.start();
        Eventually.holds(
                "psql runs",
                Duration.ofSeconds(10),
                () -> ProcessHandle.current()
                        .descendants()
                        .anyMatch(process -> process.info()
                                .commandLine()
                                .filter(line -> line.contains("ON_ERROR_STOP"))
                                .isPresent()));
        assertThat(ProcessHandle.current().descendants())
                .noneMatch(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains(password))
                        .isPresent());
        running.join();
        assertThat(out.toString() + err).doesNotContain(password);
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    @BeforeEach
    void quiet() {
        out.getBuffer().setLength(0);
    }

    private void run(Runner runner, NamedTenant tenant, String sql) {
        run(runner, new Binding(tenant, Binding.SYSTEM, false), sql, false);
    }

    private void run(Runner runner, Binding binding, String sql, boolean dryRun) {
        var script = script(sql.replace(" note", " public.note").replace("copy loose", "copy public.loose"));
        runner.get().check(script);
        runner.get()
                .run(
                        script,
                        DATABASE.adminUrl(),
                        binding,
                        new Options(new PrintWriter(out), new PrintWriter(err), false, dryRun));
    }

    private Options options() {
        return new Options(new PrintWriter(out), new PrintWriter(err), false, false);
    }

    private static void failure(ThrowingCallable action, String state, String... parts) {
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

    private static void create(HedgerowDatabase database, NamedTenant tenant) throws SQLException {
        var insert = "insert into app.organization (id, slug, name, country, default_currency)"
                + " values ('%s', '%s', 'A tenant', 'DE', 'EUR')".formatted(tenant.id(), tenant.slug());
        admin(database, "select app.bind('%s', 'system:test', false)".formatted(tenant.id()), insert);
    }

    private static void admin(String... statements) throws SQLException {
        admin(DATABASE, statements);
    }

    private static void admin(HedgerowDatabase database, String... statements) throws SQLException {
        try (var connection = database.admin();
                var statement = connection.createStatement()) {
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
                var rows = statement.executeQuery(
                        "select coalesce(string_agg(text, ',' order by text), '') from public.note")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
