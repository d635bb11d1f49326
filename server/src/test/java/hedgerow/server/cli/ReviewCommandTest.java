package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ReviewCommandTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    @TempDir
    private Path folder;

    /// The result of a command.
    ///
    /// @param out standard output
    /// @param err standard error
    private record Answer(int exit, String out, String err) {}

    @BeforeAll
    static void makeHole() throws SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement()) {
            statement.execute("create schema hole; create table hole.invoice (organization_id uuid, id int);"
                    + " grant usage on schema hole to hedgerow_app; grant select on hole.invoice to hedgerow_app");
        }
    }

    @Test
    void a_hole_is_found_and_fails() {
        var answer = review("--schema", "hole", "--rule", "rls-disabled");
        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.out())
                .startsWith("connected as hedgerow_reviewer: row security binds this connection")
                .contains("error[rls-disabled]", "on:   hole.invoice");
        assertThat(answer.err()).isEmpty();
    }

    @Test
    void a_clean_schema_passes() {
        var answer = review("--config", "../rls-policies/policies/hedgerow.yaml");
        assertThat(answer.exit()).as(answer.out()).isZero();
        assertThat(answer.out()).contains("passed: 0 errors, 0 warnings", " examined");
    }

    @Test
    void code_that_no_rule_could_read_is_listed_and_is_no_pass() {
        var answer = review("--schema", "app", "--schema", "app_private");
        assertThat(answer.exit()).isEqualTo(4);
        assertThat(answer.out())
                .contains("function app.find_api_key(bytea) is not decided: ", "partial: 0 errors, 0 warnings");
    }

    @Test
    void only_the_asked_level_fails() {
        assertThat(review("--schema", "hole", "--rule", "advisory-*").exit()).isZero();
        assertThat(review("--schema", "hole", "--rule", "advisory-*", "--fail-on", "info")
                        .exit())
                .isEqualTo(1);
    }

    @Test
    void a_report_is_written_and_is_the_baseline_of_the_next() throws IOException {
        var report = folder.resolve("report.json");
        var first = review("--schema", "hole", "--format", "json", "--output", report.toString());
        assertThat(first.exit()).isEqualTo(1);
        assertThat(first.out()).isEmpty();
        assertThat(Files.readString(report)).contains("\"rls-disabled\"", "\"partial\"");
        assertThat(review("--schema", "hole", "--baseline", report.toString()).exit())
                .isZero();
    }

    @Test
    void a_configuration_accepts_with_a_reason() throws IOException {
        var config = Files.writeString(folder.resolve("hedgerow.yaml"), """
            schemas: [hole]
            accepted:
              - {rule: rls-disabled, object: hole.invoice, reason: "on purpose, for this test"}
            """);
        var answer = review("--config", config.toString(), "--rule", "rls-disabled");
        assertThat(answer.exit()).isZero();
        assertThat(answer.out()).contains("0 errors", "1 accepted");
    }

    @Test
    void files_are_reviewed_with_file_and_line() throws IOException {
        var file = Files.writeString(folder.resolve("schema.sql"), """
            create role app login;

            create table public.invoice (tenant_id uuid, id int);
            grant select on public.invoice to app;
            """);
        var answer = run("review", "--file", file.toString(), "--rule", "rls-disabled");
        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.out()).contains("error[rls-disabled]", "at:   %s:3".formatted(file));
    }

    @Test
    void a_partial_review_without_findings_is_no_pass() throws IOException {
        var file = Files.writeString(folder.resolve("schema.sql"), "create extension no_such_extension;");
        var answer = run("review", "--file", file.toString(), "--rule", "rls-disabled");
        assertThat(answer.exit()).isEqualTo(4);
        assertThat(answer.out()).contains("%s:1: ".formatted(file), "partial: 0 errors");
        var tolerant = run("review", "--file", file.toString(), "--rule", "rls-disabled", "--fail-on", "error");
        assertThat(tolerant.exit()).isEqualTo(4);
        assertThat(tolerant.out()).contains("partial: 0 errors");
        assertThat(run("review", "--diff", file.toString(), "--file", file.toString())
                        .exit())
                .isEqualTo(4);
    }

    @Test
    void a_platform_is_recognized() throws IOException {
        var file = Files.writeString(folder.resolve("schema.sql"), """
            create table note (id uuid primary key, owner uuid not null default auth.uid());
            grant select on note to anon, authenticated;
            """);
        assertThat(run("review", "--file", file.toString(), "--rule", "rls-disabled")
                        .out())
                .contains("hint: looks like Supabase: --preset supabase\n");
        assertThat(run("review", "--file", file.toString(), "--rule", "rls-disabled", "--preset", "supabase")
                        .out())
                .doesNotContain("looks like");
    }

    @Test
    void a_fix_names_nothing_of_the_server_that_loaded_the_files() throws IOException {
        var file = Files.writeString(folder.resolve("schema.sql"), """
            create role desk_owner nologin;
            create role desk_job login;
            grant desk_owner to desk_job;
            create table bill (org_id uuid not null, id uuid not null, primary key (org_id, id));
            alter table bill owner to desk_owner;
            alter table bill enable row level security, force row level security;
            create policy bill_home on bill using (org_id = nullif(current_setting('app.org', true), '')::uuid);
            grant select on bill to desk_job;
            """);
        assertThat(run("review", "--file", file.toString(), "--all").out())
                .contains("fix:  revoke desk_owner from desk_job\n", "on database :\"DBNAME\" from public\n")
                .doesNotContain("hedgerow_superuser", "database review from");
    }

    /// The fault is in the terminal.
    @Test
    void an_internal_error_is_exit_status_70_and_names_the_step() {
        var err = new StringWriter();
        var commands = Hedgerow.commandLine();
        commands.setErr(new PrintWriter(err)).setOut(new PrintWriter(Writer.nullWriter()) {
            @Override
            public void write(String text, int from, int length) {
                throw new IllegalStateException("injected");
            }
        });
        var url = DATABASE.url(Logins.REVIEWER).libpq();
        assertThat(commands.execute("review", url, "--rule", "rls-disabled")).isEqualTo(70);
        assertThat(err.toString()).contains("internal error while writing the report", "injected");
    }

    @Test
    void a_view_that_opens_a_table_is_a_difference() throws IOException {
        var before = """
            create role app login;
            create table public.bill (org_id uuid not null);
            alter table public.bill enable row level security;
            create policy home on public.bill to app using (org_id = current_setting('app.org')::uuid);
            grant select on public.bill to app;
            """;
        var old = Files.writeString(folder.resolve("old.sql"), before);
        var now = Files.writeString(
                folder.resolve("now.sql"),
                before + "create view public.bills as select * from public.bill; grant select on public.bills to app;");
        var answer = run("review", "--file", now.toString(), "--diff", old.toString());
        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.out())
                .startsWith("weaker        app  public.bills  select  none -> open as postgres")
                .contains("not compared: ");
    }

    @Test
    void files_are_loaded_in_the_schema_in_which_their_tool_works(@TempDir Path folder) throws IOException {
        var file = folder.resolve("V1__invoice.sql");
        Files.writeString(
                file,
                "create table invoice (tenant_id uuid); grant usage on schema app to shop; grant select on app.invoice"
                        + " to shop;");
        assertThat(run("review", "--file", folder.toString()).out())
                .contains("public.invoice")
                .doesNotContain("in app,");
        var answer = run("review", "--file", folder.toString(), "--search-path", "app,public");
        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.out()).contains("app.invoice", "names without a schema are in app, public");
        var refused = run("review", "--file", folder.toString(), "--search-path", "pg_mine");
        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains("the search path: ").contains("pg_mine");
        var live = review("--search-path", "app");
        assertThat(live.exit()).isEqualTo(2);
        assertThat(live.err()).contains("--search-path is for --file");
    }

    @Test
    void files_are_loaded_into_the_version_that_is_asked_for() throws IOException {
        var file = Files.writeString(folder.resolve("schema.sql"), "create table a (id int);");
        var answer = run("review", "--file", file.toString(), "--postgres", "16", "--rule", "rls-disabled");
        assertThat(answer.exit()).isZero();
        assertThat(run("review", "--file", file.toString(), "--postgres", "14").exit())
                .isEqualTo(2);
    }

    @Test
    void a_database_does_not_differ_from_itself() {
        var url = DATABASE.url(Logins.REVIEWER).libpq();
        assertThat(review("--diff", url).exit()).isZero();
        assertThat(review("--diff", url, "--format", "html").exit()).isEqualTo(2);
    }

    @Test
    void rules_are_listed_and_explained() {
        assertThat(run("review", "--list").out()).contains("rls-not-forced", "Row security does not bind the owner");
        assertThat(run("review", "--explain", "rls-not-forced").out()).contains("## How to mend", "at most error");
        assertThat(run("review", "--explain", "no-such-rule").exit()).isEqualTo(2);
    }

    @Test
    void bad_usage_is_exit_status_2() throws IOException {
        var config = Files.writeString(folder.resolve("wrong.yaml"), "shemas: [app]\n");
        assertThat(run("review").exit()).isEqualTo(2);
        assertThat(review("--rule", "no-such-rule").exit()).isEqualTo(2);
        assertThat(review("--schema", "no_such_schema").err()).contains("no schema no_such_schema");
        assertThat(review("--schema", "no_such_schema").exit()).isEqualTo(2);
        assertThat(run("review", "--file", "none.sql").exit()).isEqualTo(2);
        assertThat(run("review", "--file", "x.sql", "postgresql://localhost/x").exit())
                .isEqualTo(2);
        var wrong = review("--config", config.toString());
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).contains("wrong.yaml:1: unknown key shemas");
    }

    @Test
    void an_unreachable_database_is_exit_status_3() {
        var answer = run("review", "postgresql://me:s3cret@127.0.0.1:1/x");
        assertThat(answer.exit()).isEqualTo(3);
        assertThat(answer.err()).contains("error[database-unreachable]").doesNotContain("s3cret");
    }

    private static Answer review(String... options) {
        var url = DATABASE.url(Logins.REVIEWER).libpq();
        return run(Stream.concat(Stream.of("review", url), Stream.of(options)).toArray(String[]::new));
    }

    private static Answer run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var commands = Hedgerow.commandLine();
        commands.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        var exit = commands.execute(arguments);
        return new Answer(exit, out.toString(), err.toString());
    }
}
