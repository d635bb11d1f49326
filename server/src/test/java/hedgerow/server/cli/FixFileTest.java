package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The options `prove --fix` and `review --fix-file`.
class FixFileTest {

    private static final String OPEN = """
        create role app_user login;
        create table payment (id uuid primary key, tenant_id uuid not null);
        alter table payment enable row level security;
        create policy home on payment for insert
            with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
        create policy looks on payment for select using (true);
        grant select, insert on payment to app_user;
        """;

    /// A schema in which the table can only be read through the function, whose body knows no tenant.
    private static final String ONLY_WAY = OPEN.replace("for select using (true)", "for delete using (false)")
                    .replace("grant select, insert", "grant insert")
            + """
            create function payments() returns setof uuid stable security definer language sql
                set search_path = pg_catalog, pg_temp as 'select id from public.payment';
            """;

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    @TempDir
    private Path folder;

    private record Answer(int exit, String out, String err) {}

    @BeforeAll
    static void makeHole() throws SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement()) {
            statement.execute("""
                create schema hole;
                create table hole.invoice (id uuid, organization_id uuid not null);
                alter table hole.invoice enable row level security;
                create policy looks on hole.invoice using (true);
                create policy kept on hole.invoice as restrictive for insert
                    with check (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid);
                grant usage on schema hole to hedgerow_app;
                grant select on hole.invoice to hedgerow_app
                """);
        }
    }

    @Test
    void fixes_of_files_close_their_cells_and_keep_the_exit_status() throws IOException {
        var answer = prove(OPEN, "--fix", fixes().toString());
        assertThat(answer.exit()).as(answer.out() + answer.err()).isEqualTo(1);
        assertThat(answer.err()).contains("fixes: 2 of 2 refuted cells closed by 1 verified fix: " + fixes());
        var script = Files.readString(fixes());
        assertThat(script)
                .contains("\nbegin;\n", "\n-- 1. policy looks on public.payment\n", "\ncommit;\n")
                .contains("--    closes: disjoint-reads public.payment, SELECT, as app_user (B01)\n")
                .contains("--    takes:  app_user: SELECT of public.payment reaches fewer rows\n")
                .contains("\nalter policy looks on public.payment using (")
                .doesNotContain("Not fixed");
        var fixed = prove(OPEN + script);
        assertThat(fixed.exit()).as(fixed.out()).isZero();
        assertThat(fixed.out()).contains("P  disjoint-reads        public.payment x app_user");
    }

    @Test
    void a_fix_that_would_deny_everybody_is_none() throws IOException {
        var answer = prove(ONLY_WAY, "--fix", fixes().toString());
        assertThat(answer.exit()).as(answer.out() + answer.err()).isEqualTo(1);
        assertThat(answer.err()).contains("fixes: no fix was found for 2 refuted cells: ");
        assertThat(Files.readString(fixes()))
                .contains("-- Not fixed:\n", "--   disjoint-reads public.payments(), EXECUTE, reads public.payment,")
                .contains(": none found\n")
                .doesNotContain("begin;", "erified");
    }

    @Test
    void a_file_that_exists_is_kept_unless_forced() throws IOException {
        Files.writeString(fixes(), "precious");
        var answer = prove(OPEN, "--fix", fixes().toString());
        assertThat(answer.exit()).isEqualTo(2);
        assertThat(answer.err()).contains("fixes.sql exists: name another file, or add --force to replace it");
        assertThat(Files.readString(fixes())).isEqualTo("precious");
        assertThat(prove(OPEN, "--fix", fixes().toString(), "--force").exit()).isEqualTo(1);
        assertThat(Files.readString(fixes())).contains("alter policy looks");
    }

    @Test
    void fixes_go_to_standard_output_where_the_report_does_not() throws IOException {
        assertThat(prove(OPEN, "--fix", "-").err()).contains("--fix - would mix fixes with the report");
        var report = folder.resolve("report.txt").toString();
        assertThat(prove(OPEN, "--fix", "-", "--output", report).out()).startsWith("-- 2 of 2 refuted cells closed");
    }

    @Test
    void a_live_database_is_fixed_on_a_copy_alone() throws IOException, SQLException {
        var url = DATABASE.url(Logins.REVIEWER).libpq();
        var refused = run("prove", url, "--fix", fixes().toString());
        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.err()).contains("--fix tries patches on a copy of a live database: add --copy\n");
        assertThat(run("prove", url, "--replay", "--fix", fixes().toString()).err())
                .contains("add --copy, and leave out --replay");
        assertThat(fixes()).doesNotExist();
        var answer = run("prove", url, "--schema", "hole", "--copy", "--fix", fixes().toString());
        assertThat(answer.exit()).as(answer.out() + answer.err()).isEqualTo(1);
        assertThat(Files.readString(fixes())).contains("alter policy looks on hole.invoice using (");
        assertThat(policy()).isEqualTo("true");
    }

    private static String policy() throws SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement();
                var row = statement.executeQuery("""
                    select pg_get_expr(polqual, polrelid) from pg_policy
                     where polname = 'looks' and polrelid = 'hole.invoice'::regclass
                    """)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void a_review_writes_the_same_fixes() throws IOException {
        var answer = run("review", "--file", file(OPEN), "--fix-file", fixes().toString());
        assertThat(answer.exit()).as(answer.out() + answer.err()).isEqualTo(1);
        assertThat(Files.readString(fixes())).contains("\nalter policy looks on public.payment using (");
        var live = run("review", DATABASE.url(Logins.REVIEWER).libpq(), "--fix-file", "other.sql");
        assertThat(live.exit()).isEqualTo(2);
        assertThat(live.err()).contains("use hedgerow prove --copy --fix <file>");
    }

    @Test
    void options_that_do_not_belong_together_are_refused() throws IOException {
        assertThat(prove(OPEN, "--force").err()).contains("--force is for --fix");
        assertThat(prove(OPEN, "--fix", fixes().toString(), "--diff", "other.sql")
                        .err())
                .contains("leave out --smt2, --check-with and --fix");
        assertThat(prove(OPEN, "--fix", folder.resolve("none/fixes.sql").toString())
                        .err())
                .contains("there is no folder");
    }

    private Path fixes() {
        return folder.resolve("fixes.sql");
    }

    private Answer prove(String sql, String... options) throws IOException {
        return run(Stream.concat(Stream.of("prove", "--file", file(sql)), Stream.of(options))
                .toArray(String[]::new));
    }

    private String file(String sql) throws IOException {
        return Files.writeString(folder.resolve("schema.sql"), sql).toString();
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
