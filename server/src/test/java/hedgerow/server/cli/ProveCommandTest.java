package hedgerow.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import de.uni_freiburg.informatik.ultimate.smtinterpol.smtlib2.SMTInterpol;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProveCommandTest {

    private static final String FENCED = """
        create role app_user login;
        create role app_other login;
        create table invoice (id uuid primary key, tenant_id uuid not null);
        alter table invoice enable row level security;
        create policy home on invoice using (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
        grant select, insert on invoice to app_user, app_other;
        """;

    /// A schema with one more role and one more table, which a policy leaves open.
    private static final String OPEN = FENCED + """
        create table payment (id uuid primary key, tenant_id uuid not null);
        alter table payment enable row level security;
        create policy home on payment for insert
            with check (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
        create policy looks on payment for select using (true);
        grant select, insert on payment to app_user;
        """;

    /// A schema with a function about which nothing is known.
    private static final String UNREAD = FENCED + """
        create function pick(statement text) returns bigint language plpgsql security definer as $$
        declare found bigint;
        begin
            execute 'select ' || length(statement) into found;
            return found;
        end $$;
        """;

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    @RegisterExtension
    static final HedgerowDatabase SMALL = HedgerowDatabase.empty();

    @TempDir
    private Path folder;

    /// A schema of seven pigeons in six holes: no row satisfies the second policy, and no solver finds that
    /// out within a millisecond.
    private static String crowded() {
        var columns = new StringJoiner(", add ", "alter table invoice add ", ";");
        var conditions = new StringJoiner(" and ", " create policy crowd on invoice using (", ");");
        for (var pigeon = 0; pigeon < 7; pigeon++) {
            var somewhere = new StringJoiner(" or ", "(", ")");
            for (var hole = 0; hole < 6; hole++) {
                columns.add("p%dh%d boolean".formatted(pigeon, hole));
                somewhere.add("p%dh%d".formatted(pigeon, hole));
                for (var other = 0; other < pigeon; other++) {
                    conditions.add("not (p%dh%d and p%dh%d)".formatted(pigeon, hole, other, hole));
                }
            }
            conditions.add(somewhere.toString());
        }
        return FENCED + columns + conditions;
    }

    /// The result of a command.
    ///
    /// @param out standard output
    /// @param err standard error
    private record Answer(int exit, String out, String err) {

        JsonNode json() {
            return JsonMapper.shared().readTree(out);
        }

        List<JsonNode> cells(String verdict) {
            return json().get("cells")
                    .valueStream()
                    .filter(cell -> cell.get("verdict").asString().equals(verdict))
                    .toList();
        }
    }

    @BeforeAll
    static void makeHole() throws SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement()) {
            statement.execute("create schema hole; create table hole.invoice (id uuid, organization_id uuid not null);"
                + " alter table hole.invoice enable row level security; create policy looks on hole.invoice using"
                + " (true); create policy kept on hole.invoice as restrictive for insert with check (organization_id ="
                + " nullif(current_setting('app.organization_id', true), '')::uuid); grant usage on schema hole to"
                + " hedgerow_app; grant select on hole.invoice to hedgerow_app; insert into hole.invoice values"
                + " (gen_random_uuid(), gen_random_uuid()); create schema afar; create foreign data wrapper far;"
                + " create server far foreign data wrapper far; create foreign table afar.invoice (id uuid,"
                + " organization_id uuid not null) server far; create view afar.invoices as select * from"
                + " afar.invoice; grant usage on schema afar to hedgerow_app; grant select on afar.invoice,"
                + " afar.invoices to hedgerow_app");
        }
    }

    @Test
    void a_fence_is_proved() throws IOException {
        var answer = files(FENCED);
        assertThat(answer.exit()).as(answer.out() + answer.err()).isZero();
        assertThat(answer.out())
                .contains("P  disjoint-reads", "invoice x app_other, app_user", "proved: 0 leaks seen", "assumed: ")
                .contains("not covered: Timing");
        assertThat(answer.err()).isEmpty();
    }

    @Test
    void a_leak_of_files_is_seen_and_reported() throws IOException {
        var answer = files(OPEN);
        assertThat(answer.exit()).as(answer.out() + answer.err()).isEqualTo(1);
        assertThat(answer.out())
                .contains("R  disjoint-reads", "refuted[prove-disjoint-reads]: ", "payment, SELECT, as app_user")
                .contains("shows a row that is not its own", "disjoint-reads        refuted")
                .doesNotContain("not seen: ");
    }

    @Test
    void a_leak_of_a_live_database_is_refuted_and_not_seen() {
        var answer = live("--schema", "hole", "--format", "json");
        assertThat(answer.exit()).as(answer.out() + answer.err()).isEqualTo(5);
        assertThat(answer.cells("refuted")).isNotEmpty().allSatisfy(cell -> {
            assertThat(cell.get("seen").asBoolean()).isFalse();
            assertThat(cell.get("object").asString()).isEqualTo("hole.invoice");
        });
    }

    @Test
    void a_leak_of_a_live_database_is_seen_on_a_copy_and_nothing_is_written() throws SQLException {
        var before = state();
        var url = DATABASE.adminUrl().withParameter("options", "-c default_transaction_read_only=on");
        var answer = run("prove", url.libpq(), "--schema", "hole", "--copy", "--format", "json");
        assertSeen(answer);
        assertThat(state()).isEqualTo(before);
        assertSeen(live("--schema", "hole", "--copy", "--format", "json"));
    }

    @Test
    void a_leak_of_a_live_database_is_seen_on_itself_and_rolled_back() throws SQLException {
        var before = state();
        var answer = run("prove", DATABASE.adminUrl().libpq(), "--schema", "hole", "--replay", "--format", "json");
        assertSeen(answer);
        assertThat(answer.out()).contains("in a transaction that was rolled back");
        assertThat(state()).isEqualTo(before);
    }

    @Test
    void an_undecided_claim_is_attacked_on_a_copy_and_not_in_the_database_itself() throws SQLException {
        try (var connection = SMALL.admin();
                var statement = connection.createStatement()) {
            statement.execute("create schema told; create table told.note (tenant_id uuid not null, body text); alter"
                + " table told.note enable row level security, force row level security; create policy own on"
                + " told.note using (tenant_id = nullif(current_setting('told.tenant', true), '')::uuid); grant usage"
                + " on schema told to hedgerow_app; grant select on told.note to hedgerow_app; create function"
                + " told.search(condition text) returns setof told.note language plpgsql security definer set"
                + " search_path = pg_catalog, pg_temp as $$ begin return query execute 'select * from told.note where"
                + " ' || condition || ' is not null or true'; end $$");
        }
        var url = SMALL.adminUrl().libpq();
        var copied = run("prove", url, "--schema", "told", "--claim", "1", "--copy", "--format", "json");
        assertThat(copied.exit()).as(copied.out() + copied.err()).isEqualTo(1);
        assertThat(copied.cells("refuted")).isNotEmpty().allSatisfy(cell -> {
            assertThat(cell.get("seen").asBoolean()).isTrue();
            assertThat(cell.get("object").asString()).isEqualTo("told.search(text)");
            assertThat(cell.get("script").asString()).contains("told.search(");
        });
        var replayed = run("prove", url, "--schema", "told", "--claim", "1", "--replay", "--format", "json");
        assertThat(replayed.exit()).as(replayed.out() + replayed.err()).isEqualTo(4);
        assertThat(replayed.cells("refuted")).isEmpty();
        assertThat(replayed.cells("unknown")).isNotEmpty();
    }

    @Test
    void a_replay_is_refused_where_it_might_do_harm() throws IOException {
        assertThat(live("--schema", "hole", "--replay").err())
                .contains("--replay is refused: role hedgerow_reviewer is bound by row security", "Use --copy");
        var config = Files.writeString(folder.resolve("hedgerow.yaml"), "production: true\n");
        var answer = live("--replay", "--config", config.toString());
        assertThat(answer.exit()).isEqualTo(2);
        assertThat(answer.err()).contains("--replay is refused: hedgerow.yaml has 'production: true'. Use --copy");
        var typo = Files.writeString(folder.resolve("typo.yaml"), "production: yes\n");
        assertThat(live("--config", typo.toString()).err()).contains("production must be true or false");
    }

    private static void assertSeen(Answer answer) {
        assertThat(answer.exit()).as(answer.out() + answer.err()).isEqualTo(1);
        assertThat(answer.cells("refuted")).isNotEmpty().allSatisfy(cell -> {
            assertThat(cell.get("seen").asBoolean()).isTrue();
            assertThat(cell.get("object").asString()).isEqualTo("hole.invoice");
        });
    }

    /// The contents of everything that the command could have written.
    private static String state() throws SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement();
                var row = statement.executeQuery("""
                    select md5(concat(
                        (select string_agg(rel::text, ' ' order by oid)
                           from (select oid, relname, relacl, relrowsecurity, relfilenode from pg_class) rel),
                        (select string_agg(pol::text, ' ' order by oid) from pg_policy pol),
                        (select string_agg(pro::text, ' ' order by oid)
                           from (select oid, xmin, proname from pg_proc) pro),
                        (select string_agg(rol::text, ' ' order by oid) from pg_authid rol),
                        (select string_agg(mem::text, ' ' order by roleid, member) from pg_auth_members mem),
                        (select string_agg(inv::text, ' ' order by id) from hole.invoice inv),
                        (select string_agg(seq::text, ' ' order by schemaname, sequencename) from pg_sequences seq)))
                    """)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void json_has_every_cell_and_the_summary() throws IOException {
        var json = files(OPEN, "--format", "json").json();
        assertThat(json.propertyNames()).contains("partial", "assumptions", "risks", "gaps", "cells", "summary");
        assertThat(json.get("partial").asBoolean()).isFalse();
        assertThat(json.get("summary").get("disjoint-reads").asString()).isEqualTo("refuted");
        assertThat(json.get("summary").get("writes-stay-home").asString()).isEqualTo("proved");
        var leak = files(OPEN, "--format", "json").cells("refuted").getFirst();
        assertThat(leak.get("seen").asBoolean()).isTrue();
        assertThat(leak.get("script").asString()).contains("app_user");
        assertThat(leak.propertyNames())
                .contains("claim", "roles", "object", "kind", "gate", "leak", "reason", "accepted");
    }

    @Test
    void only_requested_claims_are_decided() throws IOException {
        var claim = files(OPEN, "--claim", "2", "--format", "json");
        assertThat(claim.exit()).as(claim.out()).isZero();
        assertThat(claim.json().get("summary").propertyNames()).containsExactly("writes-stay-home");
        assertThat(files(OPEN, "--claim", "disjoint-reads").exit()).isEqualTo(1);
        assertThat(files(OPEN, "--role", "app_other").exit()).isZero();
        assertThat(files(OPEN, "--role", "app_user").exit()).isEqualTo(1);
        var object = files(OPEN, "--object", "public.invoice");
        assertThat(object.exit()).as(object.out() + object.err()).isZero();
        assertThat(object.out()).doesNotContain("payment");
    }

    @Test
    void proofs_state_their_assumptions_if_requested() throws IOException {
        var plain = files(FENCED, "--claim", "1").out();
        var explained = files(FENCED, "--claim", "1", "--explain").out();
        assertThat(explained).contains("     policy home on public.invoice\n");
        assertThat(plain).doesNotContain("policy home");
    }

    @Test
    void a_configuration_accepts_a_refuted_claim_and_obsolete_entries_are_reported() throws IOException {
        var config = Files.writeString(folder.resolve("hedgerow.yaml"), """
            accepted:
              - {rule: prove-disjoint-reads, object: public.payment, reason: "everybody may look"}
              - {rule: prove-unbound-sees-nothing, object: public.payment, reason: "nobody minds"}
              - {rule: prove-writes-stay-home, object: public.gone, reason: "it was so"}
            """);
        var answer = files(OPEN, "--config", config.toString());
        assertThat(answer.exit()).as(answer.out() + answer.err()).isZero();
        assertThat(answer.out())
                .contains("accepted[prove-disjoint-reads]: public.payment", "everybody may look", "2 accepted")
                .contains("the accepted prove-writes-stay-home on public.gone is no longer found");
        assertThat(run("review", "--file", file(OPEN), "--config", config.toString())
                        .out())
                .contains("the accepted prove-writes-stay-home on public.gone is no longer found");
        var wrong = Files.writeString(
                folder.resolve("wrong.yaml"),
                "accepted:\n" + "  - {rule: prove-everything, object: public.payment, reason: x}\n");
        assertThat(files(OPEN, "--config", wrong.toString()).err()).contains("there is no rule prove-everything");
    }

    @Test
    void every_format_contains_the_leak() throws Exception {
        assertThat(files(OPEN, "--format", "markdown").out())
                .startsWith("# Tenants: refuted")
                .contains("## Refuted", "`disjoint-reads` on `public.payment`");
        assertThat(files(OPEN, "--format", "html").out())
                .startsWith("<!doctype html>")
                .contains(">R</td>", ">P</td>", "public.payment");
        var results = files(OPEN, "--format", "sarif").json().get("runs").get(0).get("results");
        assertThat(results.get(0).get("ruleId").asString()).isEqualTo("prove-disjoint-reads");
        assertThat(results.get(0).get("properties").get("script").asString()).contains("app_user");
        var xml = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(
                        new StringReader(files(OPEN, "--format", "junit").out())))
                .getDocumentElement();
        assertThat(xml.getAttribute("failures"))
                .isEqualTo(Integer.toString(xml.getElementsByTagName("failure").getLength()))
                .isNotEqualTo("0");
    }

    @Test
    void code_of_the_files_cannot_hold_a_proof_up() throws IOException {
        var answer = files(OPEN + """
            create function stay() returns trigger language plpgsql as $$
            begin
                loop
                    begin
                        perform pg_sleep(60);
                    exception when query_canceled then null;
                    end;
                end loop;
            end $$;
            create trigger stay after insert on payment for each row execute function stay();
            """, "--object", "public.payment", "--claim", "1");
        assertThat(answer.exit()).as(answer.out() + answer.err()).isEqualTo(5);
        assertThat(answer.out()).contains("partial: leaks could not be tried: ");
    }

    @Test
    void a_report_is_written() throws IOException {
        var report = folder.resolve("proofs.json");
        assertThat(files(FENCED, "--format", "json", "--output", report.toString())
                        .out())
                .isEmpty();
        assertThat(Files.readString(report)).contains("\"summary\"");
    }

    @Test
    void bad_usage_is_exit_status_2() throws IOException {
        assertThat(run("prove").exit()).isEqualTo(2);
        assertThat(files(FENCED, "--claim", "6").err())
                .contains("there is no claim 6; the claims are disjoint-reads, ");
        assertThat(files(FENCED, "--role", "nobody").err())
                .contains("no login is or becomes nobody; --role is one of app_other, app_user");
        for (var unknown : List.of("--claim=6", "--role=nobody", "--object=x")) {
            assertThat(files(FENCED, unknown).exit()).as(unknown).isEqualTo(2);
        }
        assertThat(files(FENCED, "--timeout", "soon").err()).contains("'soon' is not a time");
        assertThat(files(FENCED, "--smt2", folder.toString()).err()).contains("is not empty; name a new folder");
        assertThat(files(FENCED, "--check-with", "no-such-solver").err()).contains("cannot run no-such-solver");
        assertThat(files(FENCED, "--check-with", "true").err()).contains("does not answer unsat to (assert false)");
        assertThat(files(FENCED, "--copy").err()).contains("--copy is for a live database", "Leave the option out");
        assertThat(files(FENCED, "--replay").err()).contains("--replay is for a live database");
        assertThat(live("--copy", "--replay").err()).contains("--copy and --replay exclude each other");
        assertThat(files(FENCED, "--format", "github").exit()).isEqualTo(2);
        assertThat(run("prove", "--file", "none.sql").exit()).isEqualTo(2);
        assertThat(run("prove", "postgresql://me@127.0.0.1:1/x").exit()).isEqualTo(3);
    }

    /// A solver in a process of its own: the shipped one, on the files that users get.
    private static String solver() {
        var java = Path.of(System.getProperty("java.home"), "bin", "java");
        var jar = Path.of(SMTInterpol.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        return "%s -cp %s%s%s de.uni_freiburg.informatik.ultimate.smtinterpol.Main -q"
                .formatted(java, jar, File.pathSeparator, System.getProperty("java.class.path"));
    }

    @Test
    void another_solver_checks_every_question() throws IOException {
        var questions = folder.resolve("questions");
        var answer = files(
                FENCED, "--role", "app_user", "--claim", "1", "--smt2", questions.toString(), "--check-with", solver());
        assertThat(answer.exit()).as(answer.out() + answer.err()).isZero();
        assertThat(answer.err()).contains(": 2 agree, 0 unknown, 0 disagree");
        assertThat(Files.readAllLines(questions.resolve("index.tsv")))
                .containsExactly(
                        "file\tanswer\tclaim\tobject\tgate\tquestion\trole",
                        "00001-disjoint-reads-public.invoice-SELECT.smt2\tunsat\tdisjoint-reads\tpublic.invoice"
                                + "\tSELECT\tclaim\tapp_user",
                        "00002-disjoint-reads-public.invoice-SELECT-companion.smt2\tsat\tdisjoint-reads"
                                + "\tpublic.invoice\tSELECT\tcompanion\tapp_user");
        assertThat(Files.readString(questions.resolve("00001-disjoint-reads-public.invoice-SELECT.smt2")))
                .contains("; policy home on public.invoice", "(set-info :status unsat)");
    }

    @Test
    void a_solver_that_disagrees_is_an_internal_error() throws IOException {
        var lying = script("grep -q '(assert false)' \"$1\" && echo unsat || echo sat");
        var answer = files(FENCED, "--role", "app_user", "--claim", "1", "--check-with", lying);
        assertThat(answer.exit()).isEqualTo(70);
        assertThat(answer.err()).contains("1 agree, 0 unknown, 1 disagree", "answers sat to", "where unsat was found");
        var modest = script("grep -q '(assert false)' \"$1\" && echo unsat || echo unknown");
        assertThat(files(FENCED, "--role", "app_user", "--claim", "1", "--check-with", modest)
                        .err())
                .contains("0 agree, 2 unknown, 0 disagree");
    }

    @Test
    void the_commands_of_the_page_check_a_proof() throws Exception {
        assumeThat(new ProcessBuilder("sh", "-c", "command -v z3").start().waitFor())
                .as("z3 on the PATH")
                .isZero();
        var page = Files.readString(Path.of("../docs/prover.md"));
        var loop = page.substring(page.indexOf("for file in proofs"), page.indexOf("  done\n") + 7);
        files(FENCED, "--role", "app_user", "--smt2", folder.resolve("proofs").toString());
        assertThat(shell(loop)).isEmpty();
        var proof = folder.resolve("proofs").resolve("00001-disjoint-reads-public.invoice-SELECT.smt2");
        var text = Files.readString(proof);
        Files.writeString(proof, text.replaceAll("(?s)(; policy [^\n]*\n)\\(assert.*?(?=\n[;(])", "$1"));
        assertThat(Files.readString(proof)).isNotEqualTo(text);
        assertThat(shell(loop)).isEqualTo("differs: proofs/%s\n".formatted(proof.getFileName()));
    }

    private String shell(String commands) throws IOException {
        var process = new ProcessBuilder("sh", "-c", commands)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), UTF_8);
    }

    private String script(String line) throws IOException {
        var file = Files.writeString(Files.createTempFile(folder, "solver", ".sh"), "#!/bin/sh\n" + line + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file.toString();
    }

    @Test
    void a_name_that_is_almost_right_is_answered_with_the_right_one() throws IOException {
        assertThat(files(FENCED, "--claim", "disjoint-read").err()).contains("did you mean disjoint-reads?");
        assertThat(files(FENCED, "--role", "app_usr").err()).contains("did you mean app_user?");
        assertThat(files(FENCED, "--object", "invoice").err())
                .contains("there is no invoice: did you mean public.invoice?");
        assertThat(files(FENCED, "--object", "public.invoices").err()).contains("did you mean public.invoice?");
    }

    @Test
    void every_exit_status_has_its_case() throws IOException {
        assertThat(files(FENCED).exit()).isZero();
        assertThat(files(OPEN).exit()).isEqualTo(1);
        assertThat(run("prove", "--nonsense").exit()).isEqualTo(2);
        assertThat(run("prove", "postgresql://me@127.0.0.1:1/x").exit()).isEqualTo(3);
        assertThat(files(UNREAD).exit()).isEqualTo(4);
        assertThat(live("--schema", "hole").exit()).isEqualTo(5);
    }

    @Test
    void a_claim_that_takes_too_long_is_unknown() throws IOException {
        var crowded = crowded();
        var brief =
                files(crowded, "--claim", "1", "--object", "public.invoice", "--timeout", "1ms", "--format", "json");
        assertThat(brief.exit()).as(brief.out()).isEqualTo(4);
        assertThat(brief.cells("unknown"))
                .as(brief.out())
                .anySatisfy(
                        cell -> assertThat(cell.get("reason").asString()).contains("the solver gave up within 1 ms"));
        var enough = files(crowded, "--claim", "1", "--object", "public.invoice", "--timeout", "1m");
        assertThat(enough.exit()).as(enough.out()).isZero();
    }

    @Test
    void claims_beyond_the_budget_are_unknown() throws IOException {
        var brief = files(FENCED, "--budget", "1ms", "--format", "json");
        assertThat(brief.exit()).as(brief.out()).isEqualTo(4);
        assertThat(brief.cells("unknown"))
                .as(brief.out())
                .anySatisfy(
                        cell -> assertThat(cell.get("reason").asString()).contains("time ran out before it was asked"));
        assertThat(files(FENCED, "--budget", "1m").exit()).isZero();
    }

    /// One question, which is accepted once: the preset accepts TRUNCATE by the roles of its API, and by nobody else.
    @Test
    void an_accepted_truncate_privilege_accepts_its_gate() throws IOException {
        var notes = """
            create table note (id uuid primary key, owner uuid not null default auth.uid());
            alter table note enable row level security;
            create policy own on note using (owner = (select auth.uid()));
            """;
        var granted = files(notes, "--preset", "supabase", "--object", "public.note", "--format", "json");
        assertThat(granted.exit()).as(granted.out() + granted.err()).isZero();
        assertThat(granted.cells("refuted")).singleElement().satisfies(cell -> {
            assertThat(cell.get("gate").asString()).isEqualTo("TRUNCATE");
            assertThat(cell.get("accepted").asString()).contains("its API sends nothing");
        });
        var reviewed = run("review", "--file", file(notes), "--preset", "supabase", "--format", "json");
        assertThat(reviewed.json().get("accepted").valueStream())
                .isNotEmpty()
                .allSatisfy(accepted ->
                        assertThat(accepted.get("object").asString()).startsWith("role "));
        var other = files(
                notes + "create role job login; grant truncate on note to job;",
                "--preset",
                "supabase",
                "--object",
                "public.note",
                "--role",
                "job");
        assertThat(other.exit()).as(other.out() + other.err()).isEqualTo(1);
    }

    @Test
    void a_foreign_table_and_a_view_of_it_are_unknown() {
        var answer = live("--schema", "afar", "--format", "json");
        assertThat(answer.exit()).as(answer.out() + answer.err()).isEqualTo(4);
        assertThat(answer.cells("unknown"))
                .extracting(cell -> cell.get("object").asString())
                .contains("afar.invoice", "afar.invoices");
        assertThat(answer.cells("proved")).isEmpty();
    }

    @Test
    void a_difference_is_shown_by_a_row_that_was_tried_on_both() throws IOException {
        var before = Files.writeString(folder.resolve("before.sql"), FENCED).toString();
        var weaker = diff(before, FENCED + "create policy looks on invoice for select using (true);", "json");
        assertThat(weaker.exit()).as(weaker.out() + weaker.err()).isEqualTo(1);
        assertThat(weaker.json().get("changes").valueStream()).hasSize(2).allSatisfy(change -> {
            assertThat(change.get("direction").asString()).isEqualTo("weaker");
            assertThat(change.get("command").asString()).isEqualTo("select");
            assertThat(change.at("/rows/0/seen").asBoolean()).isTrue();
            assertThat(change.at("/rows/0/script").asString()).contains("select id, tenant_id");
        });
        assertThat(diff(before, FENCED + "create policy looks on invoice for select using (true);", "markdown")
                        .out())
                .startsWith("# Row security: 2 weaker")
                .contains("there is public.invoice");
    }

    @Test
    void policies_that_admit_the_same_rows_are_no_difference() throws IOException {
        var before = Files.writeString(folder.resolve("before.sql"), FENCED).toString();
        var answer = diff(
                before,
                FENCED.replace(
                        "create policy home on invoice using (tenant_id = nullif(current_setting('app.tenant', true),"
                                + " '')::uuid)",
                        "create policy own on invoice using (case when nullif(current_setting('app.tenant', true),"
                                + " '')::uuid = tenant_id then true else false end)"),
                "text");
        assertThat(answer.exit()).as(answer.out() + answer.err()).isZero();
        assertThat(answer.out()).startsWith("nothing changed");
        assertThat(diff(before, FENCED, "sarif").exit()).isEqualTo(2);
        assertThat(run("prove", "--file", before, "--diff", before, "--claim", "1")
                        .err())
                .contains("--diff compares everything");
    }

    private Answer diff(String before, String after, String format) throws IOException {
        return run("prove", "--file", file(after), "--diff", before, "--format", format);
    }

    private Answer files(String sql, String... options) throws IOException {
        return run(Stream.concat(Stream.of("prove", "--file", file(sql)), Stream.of(options))
                .toArray(String[]::new));
    }

    private String file(String sql) throws IOException {
        return Files.writeString(folder.resolve("schema.sql"), sql).toString();
    }

    private static Answer live(String... options) {
        var url = DATABASE.url(Logins.REVIEWER).libpq();
        return run(Stream.concat(Stream.of("prove", url), Stream.of(options)).toArray(String[]::new));
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
