package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A verdict of the prover is a single finding for its cause, or silences a rule's suspicion.
class JudgementTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String DESK = """
        create role desk_app login;
        create schema desk;
        grant usage on schema desk to desk_app;
        create table desk.bill (org_id uuid not null, id uuid not null, memo text, open boolean not null default false,
            primary key (org_id, id));
        alter table desk.bill enable row level security, force row level security;
        create policy home on desk.bill to desk_app
            using (org_id = (select nullif(current_setting('desk.org', true), '')::uuid));
        grant select, insert, update, delete on desk.bill to desk_app;
        """;

    private static final String PINNED = """
        create view desk.card with (security_barrier) as
            select id, memo from desk.bill
             where org_id = (select nullif(current_setting('desk.org', true), '')::uuid);
        grant select on desk.card to desk_app;
        """;

    private static final String COUNTRIES = """
        alter table desk.country enable row level security, force row level security;
        create policy everybody on desk.country for select to desk_app using (true);
        grant select on desk.country to desk_app;
        """;

    @Test
    void a_suspicion_that_is_disproved_is_no_finding() throws SQLException {
        assertThat(judge(PINNED, Config.NONE).findings()).noneMatch(JudgementTest::isAlarm);
    }

    @Test
    void a_claim_that_several_commands_break_is_one_finding_of_the_policy_at_fault() throws SQLException {
        var judgement = judge("create policy anybody on desk.bill to desk_app using (memo <> '');", Config.NONE);
        assertThat(judgement.findings())
                .filteredOn(JudgementTest::isAlarm)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.object()).isEqualTo("policy anybody on desk.bill");
                    assertThat(finding.severity()).isEqualTo(Severity.ERROR);
                    assertThat(finding.leak()).hasValueSatisfying(leak -> {
                        assertThat(leak.seen()).isTrue();
                        assertThat(leak.script()).contains("desk.bill");
                    });
                });
    }

    @Test
    void only_the_table_with_the_open_policy_is_open() throws SQLException {
        var tables = """
            do $$ begin
                for i in 1..4 loop
                    execute format('create table desk.t%1$s (like desk.bill including all)', i);
                    execute format('alter table desk.t%1$s enable row level security, force row level security', i);
                    execute format('create policy home on desk.t%1$s to desk_app using (org_id ='
                        ' (select nullif(current_setting(''desk.org'', true), '''')::uuid)%2$s)', i,
                        case when i = 3 then ' or memo = ''abc''' else '' end);
                    execute format('grant select, update on desk.t%1$s to desk_app', i);
                end loop;
            end $$;
            """;
        assertThat(judge(tables, Config.NONE).findings())
                .filteredOn(JudgementTest::isAlarm)
                .extracting(Finding::object)
                .containsOnly("policy home on desk.t3");
    }

    @Test
    void rows_that_a_flag_publishes_are_a_warning_that_can_be_accepted() throws SQLException {
        var flag = "create policy shown on desk.bill for select to desk_app using (open);";
        assertThat(judge(flag, Config.NONE).findings())
                .filteredOn(JudgementTest::isAlarm)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.WARN);
                    assertThat(finding.detail()).contains("accept it in hedgerow.yaml");
                });
        var judgement = judge(flag, accepting("disjoint-reads", "unbound-sees-nothing"));
        assertThat(judgement.findings()).noneMatch(JudgementTest::isAlarm);
        assertThat(judgement.accepted()).singleElement().satisfies(accepted -> {
            assertThat(accepted.finding().rule()).isEqualTo("published-rows");
            assertThat(accepted.reason()).isEqualTo("bills may be open");
        });
    }

    @Test
    void a_job_with_bypassrls_is_a_note_beside_a_login_that_is_bound() throws SQLException {
        var job = "create role desk_job login bypassrls; grant usage on schema desk to desk_job;"
                + " grant select on desk.bill to desk_job;";
        assertThat(judge(job, Config.NONE).findings()).noneMatch(JudgementTest::isAlarm);
        assertThat(judge(job + " alter role desk_app nologin;", Config.NONE).findings())
                .filteredOn(finding -> finding.rule().equals("login-bypasses-rls"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.ERROR));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table desk.country (code text primary key, name text not null);",
                "create table desk.country (code text primary key, name text not null, max_users int, max_tokens int);",
                "create table desk.region (id int primary key, name text);"
                        + " create table desk.country (code text primary key, region_id int references desk.region);"
            })
    void a_catalogue_that_everybody_reads_is_a_warning_that_says_how_to_share_it(String table) throws SQLException {
        assertThat(judge(table + COUNTRIES, Config.NONE).findings())
                .filteredOn(JudgementTest::isAlarm)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.severity()).isEqualTo(Severity.WARN);
                    assertThat(finding.object()).isEqualTo("policy everybody on desk.country");
                    assertThat(finding.detail()).contains("shared_tables");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table desk.country (code text primary key, org_id uuid);",
                "create table desk.country (code text primary key, contact_email text);",
                "create table desk.country (code text primary key, \"createdBy\" uuid);",
                "create table desk.country (code text primary key, org_of uuid, bill uuid,"
                        + " foreign key (org_of, bill) references desk.bill);",
                "create table desk.country (code text primary key);"
                        + " create table desk.visit (id int primary key, owner_id text references desk.country);"
            })
    void rows_that_belong_to_somebody_are_an_error_where_everybody_reads_them(String table) throws SQLException {
        assertThat(judge(table + COUNTRIES, Config.NONE).findings())
                .filteredOn(JudgementTest::isAlarm)
                .filteredOn(finding -> finding.object().equals("policy everybody on desk.country"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.severity()).isEqualTo(Severity.ERROR));
    }

    private static final String CHOSEN = """
        create table desk.editor (person uuid primary key, rank text);
        create table desk.role_of (org_id uuid, person uuid, rank text, primary key (org_id, person));
        alter table desk.role_of enable row level security, force row level security;
        alter table desk.editor enable row level security, force row level security;
        create policy self on desk.editor for select to desk_app
            using (person = (select nullif(current_setting('desk.person', true), '')::uuid));
        create policy self on desk.role_of for select to desk_app
            using (person = (select nullif(current_setting('desk.person', true), '')::uuid));
        grant select on desk.editor, desk.role_of to desk_app;
        create table desk.country (code text primary key, name text not null);
        grant select, insert, update, delete on desk.country to desk_app;
        """;

    @ParameterizedTest
    @CsvSource(textBlock = """
        exists (select from desk.editor e where e.person = %s and rank = 'a'); WARN
        %s in (select e.person from desk.editor e where rank = 'a'); WARN
        (select rank from desk.editor e where e.person = %s) = 'a'; WARN
        exists (select from desk.editor e where e.person = %s); ERROR
        exists (select from desk.role_of r where r.person = %s and rank = 'a'); ERROR
        (select rank from desk.role_of r where r.person = %s limit 1) = 'a'; ERROR
        %s is not null; ERROR
        """, delimiter = ';')
    void whoever_is_chosen_for_all_tenants_is_a_warning(String who, Severity expected) throws SQLException {
        var admits = who.formatted("(select nullif(current_setting('desk.person', true), '')::uuid)");
        for (var table : List.of("desk.country", "desk.bill")) {
            var edits = "create policy edits on %s to desk_app using (%s);".formatted(table, admits);
            assertThat(judge(CHOSEN + COUNTRIES + edits, Config.NONE).findings())
                    .filteredOn(finding -> finding.object().equals("policy edits on " + table))
                    .filteredOn(JudgementTest::isAlarm)
                    .isNotEmpty()
                    .allSatisfy(finding -> assertThat(finding.severity()).isEqualTo(expected));
        }
    }

    private static boolean isAlarm(Finding finding) {
        return finding.severity() != Severity.INFO;
    }

    private static Config accepting(String... claims) {
        var accepted = Stream.of(claims)
                .map(claim -> new Config.Acceptance(
                        "prove-" + claim, "desk.bill", "bills may be open", Optional.empty(), OptionalInt.of(1)))
                .toList();
        return new Config(
                Optional.empty(), List.of(), List.of(), List.of(), Map.of(), List.of(), List.of(), accepted, List.of());
    }

    private static Judgement judge(String script, Config config) throws SQLException {
        try (var scratch = new Scratch(DATABASE)) {
            scratch.load(DESK + script);
            scratch.load("grant usage on schema desk to rule_reviewer");
            return scratch.judge(config).judgement();
        }
    }
}
