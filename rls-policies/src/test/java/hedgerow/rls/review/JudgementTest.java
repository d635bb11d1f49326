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
