package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProbeCommandTest {

    private static final String FENCED = """
        create role app_user login;
        create table invoice (id uuid primary key, tenant_id uuid not null, note text);
        alter table invoice enable row level security;
        create policy home on invoice using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
        grant select, insert, update, delete on invoice to app_user;
        """;

    private static final String LOGIN =
            "do $$ begin if to_regrole('app_user') is null then create role app_user login; end if; end $$;";

    private static final String OPEN = FENCED.replace("using (tenant_id =", "using (true or tenant_id =");

    /// A schema with a table for which no row can be made.
    private static final String UNFILLED = FENCED + """
        create table odd (id int primary key check (id > 1 and id < 1), tenant_id uuid not null);
        alter table odd enable row level security;
        create policy home on odd using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
        grant select on odd to app_user;
        """;

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    @TempDir
    private Path folder;

    private record Answer(int exit, String out, String err) {

        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }
    }

    private Answer probe(String sql, String... more) throws IOException {
        var file = Files.writeString(folder.resolve("schema.sql"), sql);
        return run(Stream.concat(Stream.of("--file", file.toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    private Answer run(String... args) throws IOException {
        return run(Files.writeString(folder.resolve("none.yaml"), "shared_tables: []\n"), args);
    }

    private static Answer run(Path config, String... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        var line = Hedgerow.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        var exit = line.execute(Stream.concat(Stream.of("probe", "--config", config.toString()), Stream.of(args))
                .toArray(String[]::new));
        return new Answer(exit, out.toString(), err.toString());
    }

    @Test
    void what_holds_is_clean() throws IOException {
        var answer = probe(FENCED, "--format", "json");
        assertThat(answer.exit()).as(answer.err() + answer.out()).isZero();
        assertThat(answer.json().get("summary").valueStream().map(JsonNode::asString))
                .containsOnly("held");
        assertThat(answer.json().get("cells").valueStream())
                .hasSizeGreaterThan(40)
                .allSatisfy(cell -> assertThat(cell.propertyStream().map(java.util.Map.Entry::getKey))
                        .contains("role", "object", "attack", "claim", "outcome", "statement", "reason"));
    }

    @Test
    void a_leak_is_shown_with_its_statement() throws IOException {
        var answer = probe(OPEN);
        assertThat(answer.exit()).as(answer.err()).isEqualTo(1);
        assertThat(answer.out())
                .contains(
                        "leaked[probe-disjoint-reads]: public.invoice, SELECT, as app_user",
                        "set local session authorization app_user",
                        "shows, of the other tenant: ",
                        "disjoint-reads        leaked",
                        "membership-earned     held");
    }

    @Test
    void a_table_that_cannot_be_filled_could_not_be_checked() throws IOException {
        var answer = probe(UNFILLED, "--format", "json");
        assertThat(answer.exit()).as(answer.err()).isEqualTo(4);
        assertThat(answer.json().get("gaps").valueStream().map(JsonNode::asString))
                .anyMatch(gap -> gap.startsWith("public.odd: no row could be made: ") && gap.contains("odd_id_check"));
        assertThat(answer.json().get("summary").get("disjoint-reads").asString())
                .isEqualTo("could-not-check");
    }

    @Test
    void one_claim_and_object_is_attacked_alone() throws IOException {
        var answer = probe(
                OPEN,
                "--claim",
                "writes-stay-home",
                "--object",
                "public.invoice",
                "--role",
                "app_user",
                "--format",
                "json");
        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.json()
                        .get("cells")
                        .valueStream()
                        .map(cell -> cell.get("claim").asString()))
                .containsOnly("writes-stay-home");
    }

    @Test
    void every_form_of_the_report_is_well_formed() throws Exception {
        var junit = probe(OPEN, "--format", "junit").out();
        var suite = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(junit)))
                .getDocumentElement();
        assertThat(Integer.parseInt(suite.getAttribute("failures"))).isPositive();
        var sarif = probe(OPEN, "--format", "sarif").json();
        assertThat(sarif.at("/runs/0/results")
                        .valueStream()
                        .map(result -> result.get("ruleId").asString()))
                .contains("probe-disjoint-reads", "probe-writes-stay-home");
        assertThat(probe(OPEN, "--format", "html").out()).contains("<h2>Leaked</h2>", "<td>L</td>");
    }

    private Path accepting(String expires) throws IOException {
        return Files.writeString(folder.resolve("accepting.yaml"), """
            accepted:
              - rule: prove-writes-stay-home
                object: public.invoice
                reason: a nightly job clears the table
            """ + expires);
    }

    @Test
    void an_accepted_leak_is_shown_with_its_reason_and_fails_nothing() throws Exception {
        var sql = FENCED + "create policy anybody on invoice for delete using (true);";
        var file = Files.writeString(folder.resolve("schema.sql"), sql).toString();
        var claim = "writes-stay-home";
        var text = run(accepting(""), "--file", file, "--claim", claim);
        assertThat(text.exit()).as(text.err() + text.out()).isZero();
        assertThat(text.out())
                .contains(
                        "accepted[probe-writes-stay-home]: public.invoice, DELETE, as app_user",
                        "  accepted: a nightly job clears the table",
                        "writes-stay-home      held")
                .containsPattern("held: 0 attacks leaked, \\d+ held, \\d+ could not be checked; \\d leaks? accepted")
                .doesNotContain("leaked[");
        var json = run(accepting(""), "--file", file, "--claim", claim, "--format", "json")
                .json();
        assertThat(json.get("summary").get(claim).asString()).isEqualTo("held");
        assertThat(json.get("cells").valueStream())
                .filteredOn(cell -> cell.get("outcome").asString().equals("leaked"))
                .isNotEmpty()
                .allSatisfy(cell -> assertThat(cell.get("accepted").asString()).startsWith("a nightly job"));
        assertThat(json.get("cells").valueStream())
                .filteredOn(cell -> cell.get("outcome").asString().equals("held"))
                .allSatisfy(cell -> assertThat(cell.get("accepted").isNull()).isTrue());
        var sarif = run(accepting(""), "--file", file, "--claim", claim, "--format", "sarif")
                .json();
        assertThat(sarif.at("/runs/0/results").valueStream())
                .filteredOn(result -> result.get("kind").asString().equals("fail"))
                .isNotEmpty()
                .allSatisfy(result -> assertThat(
                                result.at("/suppressions/0/justification").asString())
                        .startsWith("a nightly job"));
        var junit = run(accepting(""), "--file", file, "--claim", claim, "--format", "junit")
                .out();
        assertThat(junit).contains("failures=\"0\"", "<skipped message=\"a nightly job clears the table\"");
        assertThat(run(accepting(""), "--file", file, "--claim", claim, "--format", "html")
                        .out())
                .contains("<h2>Accepted</h2>", "<p>a nightly job clears the table</p>", "<td>A</td>")
                .doesNotContain("<h2>Leaked</h2>");
    }

    @Test
    void an_acceptance_that_has_expired_accepts_nothing() throws IOException {
        var sql = FENCED + "create policy anybody on invoice for delete using (true);";
        var file = Files.writeString(folder.resolve("schema.sql"), sql).toString();
        var answer = run(accepting("    expires: 2020-01-31\n"), "--file", file, "--claim", "writes-stay-home");
        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.out())
                .contains(
                        "the accepted prove-writes-stay-home on public.invoice expired on 2020-01-31",
                        "; 0 leaks accepted");
    }

    @Test
    void a_preset_accepts_what_its_platform_cannot_send() throws IOException {
        var sql = """
            create table public.note (id uuid primary key, user_id uuid not null default auth.uid(), body text);
            alter table public.note enable row level security;
            create policy own on public.note to authenticated
                using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
            """;
        var answer = probe(sql, "--preset", "supabase", "--object", "public.note", "--claim", "writes-stay-home");
        assertThat(answer.exit()).as(answer.err() + answer.out()).isZero();
        assertThat(answer.out())
                .contains("accepted[probe-writes-stay-home]: public.note, TRUNCATE, as authenticated", "accepted: ");
    }

    @Test
    void a_live_database_is_not_attacked() throws IOException {
        var answer = run("postgresql://nobody@localhost/none");
        assertThat(answer.exit()).isEqualTo(2);
        assertThat(answer.err()).contains("a live database is not attacked").contains("--copy");
        assertThat(probe(FENCED, "--copy").err()).contains("--copy is of a live database");
    }

    @Test
    void a_copy_of_a_live_database_is_attacked_and_nothing_is_written_to_it() throws IOException, SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement()) {
            statement.execute(OPEN);
            var answer = run(DATABASE.adminUrl().libpq(), "--copy", "--format", "json");
            assertThat(answer.exit()).as(answer.err()).isEqualTo(1);
            assertThat(answer.json().get("summary").get("disjoint-reads").asString())
                    .isEqualTo("leaked");
            try (var rows = statement.executeQuery("select count(*) from invoice")) {
                rows.next();
                assertThat(rows.getInt(1)).isZero();
            }
        }
    }

    @Test
    void a_live_database_is_attacked_in_a_transaction_that_is_rolled_back() throws IOException, SQLException {
        try (var database = DATABASE.copy();
                var connection = database.admin();
                var statement = connection.createStatement()) {
            statement.execute(OPEN.replace("create role app_user login;", LOGIN));
            var url = database.adminUrl().libpq();
            var name = connection.getCatalog();
            statement.execute("insert into invoice values (gen_random_uuid(), gen_random_uuid(), 'kept')");
            var answer = run(url, "--rollback", name, "--as", "app_user", "--format", "json");
            assertThat(answer.exit()).as(answer.err()).isEqualTo(1);
            assertThat(answer.json().get("summary").get("disjoint-reads").asString())
                    .isEqualTo("leaked");
            assertThat(answer.out()).contains("numbers drawn from sequences stay drawn");
            try (var rows = statement.executeQuery("select string_agg(note, ',') from invoice")) {
                rows.next();
                assertThat(rows.getString(1)).isEqualTo("kept");
            }
            assertThat(run(url, "--rollback", "shop", "--as", "app_user").err())
                    .contains("the database is called " + name + ", and --rollback names shop");
            assertThat(run(url, "--rollback", name).err()).contains("--rollback is refused without --as");
            assertThat(run(url, "--rollback", name, "--as", "app_usr").err())
                    .contains("app_usr is not a login under review; --as takes one of [");
            var production = Files.writeString(folder.resolve("hedgerow.yaml"), "production: true\n");
            assertThat(run(production, url, "--rollback", name, "--as", "app_user")
                            .err())
                    .contains("--rollback is refused: hedgerow.yaml has 'production: true'. Use --copy");
            statement.execute("alter table invoice alter note set storage external");
            statement.execute(
                    "insert into invoice select gen_random_uuid(), gen_random_uuid(), repeat(md5(n::text), 200)"
                            + " from generate_series(1, 12000) n");
            assertThat(run(url, "--rollback", name, "--as", "app_user").err())
                    .contains("--rollback is refused: its tables take ", " MB", "Use --copy");
        }
    }

    @Test
    void what_holds_is_written_as_tests() throws IOException {
        var test = folder.resolve("java").resolve("TenantsTest.java");
        var answer = probe(
                FENCED,
                "--emit",
                "junit5",
                test.toString(),
                "--emit",
                "pgtap",
                folder.resolve("tap").toString());
        assertThat(answer.exit()).as(answer.err()).isZero();
        assertThat(answer.err()).containsPattern("[1-9][0-9]+ tests in .*TenantsTest.java");
        assertThat(test).content().contains("class TenantsTest {", "insert into hedgerow_case values (1, ");
        assertThat(folder.resolve("tap").resolve("tenants_1.sql")).content().containsPattern("select plan\\([1-9]");
        assertThat(probe(FENCED, "--emit", "junit5", "tests.sql").err())
                .contains("tests.sql is not a Java source file; name one such as TenantsTest.java");
        assertThat(probe(FENCED, "--emit", "junit4", "T.java").err())
                .contains("no tests are written as junit4; --emit is junit5 or pgtap");
    }

    @Test
    void equal_seeds_make_equal_rows() throws IOException {
        var first = statements(probe(FENCED, "--seed", "7", "--format", "json"));
        assertThat(statements(probe(FENCED, "--seed", "7", "--format", "json"))).isEqualTo(first);
        assertThat(statements(probe(FENCED, "--seed", "8", "--format", "json")))
                .hasSameSizeAs(first)
                .isNotEqualTo(first);
        assertThat(probe(FENCED, "--seed", "7").out()).contains("assumed: Rows follow from seed 7.");
    }

    private static List<String> statements(Answer answer) {
        assertThat(answer.exit()).as(answer.err()).isZero();
        return answer.json()
                .get("cells")
                .valueStream()
                .map(cell -> cell.get("statement").asString())
                .toList();
    }

    @Test
    void random_statements_are_sent_and_a_failing_one_is_shown_as_a_script() throws IOException {
        var held = probe(FENCED, "--fuzz", "2000", "--format", "json");
        assertThat(held.exit()).as(held.err() + held.out()).isZero();
        assertThat(held.json()
                        .get("cells")
                        .valueStream()
                        .map(cell -> cell.get("attack").asString()))
                .contains("fuzz twin", "fuzz insensitivity", "fuzz partition", "fuzz write")
                .allMatch(attack -> attack.startsWith("fuzz "));
        var leaked = probe(OPEN, "--fuzz", "2000", "--seed", "3");
        assertThat(leaked.exit()).as(leaked.err()).isEqualTo(1);
        assertThat(leaked.out())
                .contains("leaked[probe-disjoint-reads]: public.invoice, SELECT, as app_user")
                .containsPattern("(?s)set local session authorization app_user;.*select .* from public.invoice");
        assertThat(probe(OPEN, "--fuzz", "2000", "--seed", "3").out()).isEqualTo(leaked.out());
        assertThat(probe(OPEN, "--fuzz", "-1").err()).contains("--fuzz is a number of statements: -1 is none");
        assertThat(probe(OPEN, "--fuzz", "5", "--emit", "pgtap", "x").err()).contains("which --fuzz leaves out");
    }

    @Test
    void a_wrong_name_is_refused() throws IOException {
        assertThat(probe(FENCED, "--role", "app_usr").err()).contains("no login is or becomes app_usr");
        assertThat(probe(FENCED, "--object", "invoice").err()).contains("there is nothing to attack about invoice");
        assertThat(run().exit()).isEqualTo(2);
    }
}
