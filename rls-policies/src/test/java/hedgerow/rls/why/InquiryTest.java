package hedgerow.rls.why;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.rls.why.Explanation.Answer;
import hedgerow.rls.why.Explanation.Command;
import hedgerow.rls.why.Explanation.Outcome;
import hedgerow.rls.why.Explanation.Trial;
import hedgerow.rls.why.Explanation.Verdict;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Explains rows of schemas as people write them.
@Tag("isolation")
class InquiryTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String PASSWORD = "only-for-this-test";
    private static final List<String> ROLES =
            List.of("authenticator", "authenticated", "shop_owner", "shop_app", "shop_job", "shop_team", "shop_member");

    private static final String SCHEMA = """
        create role authenticated; create role authenticator login noinherit password '%1$s';
        grant authenticated to authenticator;
        create role shop_owner login; create role shop_app login; create role shop_job login bypassrls;
        create role shop_team; create role shop_member login noinherit; grant shop_team to shop_member;
        create schema auth; create schema shop authorization shop_owner;
        grant usage on schema auth to authenticated;
        grant usage on schema shop to public;
        create function auth.uid() returns uuid stable language sql
            as $$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;

        create table shop.member (team int, user_id uuid);
        create table shop.note (id int primary key, team int not null, title text, api_key text, tags jsonb);
        alter table shop.note enable row level security;
        create policy members on shop.note to authenticated
            using (team in (select m.team from shop.member m where m.user_id = (select auth.uid())));
        create policy not_archived on shop.note as restrictive to authenticated using (title <> 'archived');
        grant select on shop.member to authenticated;
        grant select (id, team, title), update (title), delete on shop.note to authenticated;
        insert into shop.member values (1, '00000000-0000-0000-0000-000000000001');
        insert into shop.note values (1, 1, 'ours', 'k1', '{"a": 1}'), (2, 2, 'theirs', 'k2', null),
                                     (3, 1, 'archived', 'k3', null);

        create table shop.ledger (id int, tenant text, amount int, primary key (id, tenant)) partition by list (tenant);
        create table shop.ledger_a partition of shop.ledger for values in ('a');
        create table shop.ledger_b partition of shop.ledger for values in ('b');
        alter table shop.ledger enable row level security;
        create policy home on shop.ledger using (tenant = current_setting('app.tenant', true));
        grant select, insert, update, delete on shop.ledger to shop_app;
        insert into shop.ledger values (1, 'a', 10), (2, 'b', 20);

        create table shop.price (id int primary key, amount int); grant select on shop.price to shop_app;
        insert into shop.price values (1, 5);
        create table shop.owned (id int primary key, secret_word text); alter table shop.owned owner to shop_owner;
        alter table shop.owned enable row level security; insert into shop.owned values (1, 'x');
        grant select on shop.owned to shop_app, shop_job;
        create table shop.locked (id int primary key, tenant uuid, k text);
        alter table shop.locked enable row level security;
        create policy home on shop.locked using (tenant = current_setting('app.tenant')::uuid);
        create policy by_key on shop.locked as restrictive using (k = current_setting('app.api_key', true));
        insert into shop.locked values (1, '00000000-0000-0000-0000-000000000001', 'deep');
        grant select, update on shop.locked to shop_app;
        create table shop.grouped (id int primary key); alter table shop.grouped enable row level security;
        create policy team on shop.grouped to shop_team using (true); insert into shop.grouped values (1);
        grant select on shop.grouped to shop_member;
        create table shop.tagged (id int primary key, tags jsonb); alter table shop.tagged enable row level security;
        create policy tagged on shop.tagged using (tags ? current_setting('app.tag', true) and tags <> '["what?"]');
        insert into shop.tagged values (1, '["red"]'); grant select, update on shop.tagged to shop_app;
        create table shop.stamped (id int primary key, tenant text); alter table shop.stamped enable row level security;
        create policy home on shop.stamped using (tenant = 'a') with check (tenant = 'b');
        create function shop.stamp() returns trigger language plpgsql as $$ begin new.tenant = 'b'; return new; end $$;
        create trigger stamp before update on shop.stamped for each row execute function shop.stamp();
        insert into shop.stamped values (1, 'a'); grant select, update on shop.stamped to shop_app;
        create view shop.notes as select * from shop.note;
        create view shop.own_notes with (security_invoker) as select * from shop.note;
        create materialized view shop.totals as select count(*) from shop.note;
        create function shop.spend() returns boolean language plpgsql
            as $$ begin insert into shop.price values (99, 1); return true; end $$;
        """;

    private static Connection admin;

    @BeforeAll
    static void load() throws SQLException {
        admin = DATABASE.admin();
        execute(SCHEMA.formatted(PASSWORD));
    }

    @AfterAll
    static void unload() throws SQLException {
        execute("drop schema shop, auth cascade; drop owned by %1$s; drop role %1$s"
                .formatted(String.join(", ", ROLES)));
        admin.close();
    }

    private static void execute(String sql) throws SQLException {
        try (var statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Explanation ask(Connection connection, String role, String table, String where, String... settings)
            throws SQLException {
        var named = new LinkedHashMap<String, String>();
        Arrays.stream(settings).map(each -> each.split("=", 2)).forEach(each -> named.put(each[0], each[1]));
        var session = new Inquiry.Session(Optional.ofNullable(role), named, Inquiry.Binding.NONE);
        return new Inquiry(connection, session, Duration.ofSeconds(2)).explain(table, where, true);
    }

    private static Explanation ask(String role, String table, String where, String... settings) throws SQLException {
        return ask(admin, role, table, where, settings);
    }

    private static Verdict on(Explanation explanation, Command command) {
        return explanation.commands().get(command.ordinal());
    }

    private static final String ALICE =
            "request.jwt.claims={\"sub\": \"00000000-0000-0000-0000-000000000001\", \"role\": \"authenticated\"}";

    private static void assertOutcomes(Explanation explanation, String outcomes) {
        assertThat(explanation.commands())
                .extracting(verdict -> verdict.outcome().name())
                .as(explanation.toString())
                .containsExactly(outcomes.split(" "));
        assertThat(explanation.commands()).noneMatch(Verdict::isContradicted);
    }

    private static void assertTrials(Explanation explanation, String results) {
        assertThat(explanation.commands())
                .extracting(verdict -> verdict.trial().orElseThrow().result().name())
                .as(explanation.toString())
                .containsExactly(results.split(" "));
    }

    // --- policies ------------------------------------------------------------------------------------------------

    @Test
    void a_members_row_is_admitted_by_the_membership_and_the_claims() throws SQLException {
        var own = ask("authenticated", "shop.note", "id = 1", ALICE);
        assertOutcomes(own, "ALLOWED DENIED ALLOWED ALLOWED");
        assertTrials(own, "PASSED REFUSED PASSED PASSED");
        assertThat(on(own, Command.SELECT).reason()).isEqualTo("policy members is true");
        assertThat(on(own, Command.INSERT).reason()).isEqualTo("authenticated lacks INSERT on shop.note");
        assertThat(on(own, Command.UPDATE).privilege().columns()).containsExactly("title");
    }

    @Test
    void a_hidden_row_is_explained_to_whoever_sees_it() throws SQLException {
        var foreign = ask("authenticated", "shop.note", "id = 2", ALICE);
        assertOutcomes(foreign, "DENIED DENIED DENIED DENIED");
        assertTrials(foreign, "REFUSED REFUSED REFUSED REFUSED");
        assertThat(on(foreign, Command.DELETE).reason()).isEqualTo("no permissive policy is true");
        assertThat(on(foreign, Command.UPDATE).reason()).isEqualTo("the old row: no permissive policy is true");
        assertThat(foreign.row()).containsEntry("team", "'2'").doesNotContainKey("api_key");
    }

    @Test
    void a_restrictive_policy_is_named_with_the_value_that_it_refuses() throws SQLException {
        var archived = ask("authenticated", "shop.note", "id = 3", ALICE);
        assertOutcomes(archived, "DENIED DENIED DENIED DENIED");
        assertThat(on(archived, Command.SELECT).reason()).isEqualTo("restrictive policy not_archived is not true");
        assertThat(on(archived, Command.SELECT).policies().getLast().terms())
                .singleElement()
                .satisfies(term -> {
                    assertThat(term.result()).isEqualTo("false");
                    assertThat(term.values()).containsEntry("title", "'archived'");
                });
    }

    @Test
    void without_claims_nothing_is_admitted() throws SQLException {
        var unset = ask("authenticated", "shop.note", "id = 1");
        assertOutcomes(unset, "DENIED DENIED DENIED DENIED");
        assertThat(on(unset, Command.SELECT).policies())
                .extracting(Answer::policy, Answer::result)
                .contains(org.assertj.core.api.Assertions.tuple("members", Optional.of(false)));
    }

    @Test
    void rows_of_a_partitioned_table_are_explained_and_tried() throws SQLException {
        assertTrials(ask("shop_app", "shop.ledger", "id = 1", "app.tenant=a"), "PASSED PASSED PASSED PASSED");
        var foreign = ask("shop_app", "shop.ledger", "id = 2", "app.tenant=a");
        assertTrials(foreign, "REFUSED REFUSED REFUSED REFUSED");
        assertThat(on(foreign, Command.INSERT)
                        .policies()
                        .getFirst()
                        .terms()
                        .getFirst()
                        .values())
                .containsEntry("tenant", "'b'")
                .containsEntry("current_setting('app.tenant'::text, true)", "'a'");
    }

    @Test
    void a_partition_is_not_fenced_by_its_parent() throws SQLException {
        execute("grant select on shop.ledger_b to shop_app");
        var partition = ask("shop_app", "shop.ledger_b", "id = 2", "app.tenant=a");
        assertThat(partition.exemption()).contains("row security is not enabled on the table");
        assertThat(on(partition, Command.SELECT).allowed()).isTrue();
    }

    @Test
    void a_policy_that_fails_is_the_reason_for_which_the_statement_fails() throws SQLException {
        var failing = ask("shop_app", "shop.locked", "id = 1", "app.tenant=none");
        assertThat(on(failing, Command.SELECT).outcome()).isEqualTo(Outcome.UNDECIDED);
        assertThat(on(failing, Command.SELECT).policies().getFirst().failure())
                .contains("SQLSTATE 22P02: invalid input syntax for type uuid: \"none\"");
        assertThat(on(failing, Command.SELECT).trial().map(Trial::detail)).contains("SQLSTATE 22P02");
        assertThat(failing.commands()).noneMatch(Verdict::isOpen).noneMatch(Verdict::isContradicted);
    }

    @Test
    void operators_with_question_marks_are_no_parameters() throws SQLException {
        assertOutcomes(ask("shop_app", "shop.tagged", "tags ? 'red'", "app.tag=red"), "ALLOWED DENIED ALLOWED DENIED");
        admin.setAutoCommit(false);
        assertThat(new Why(admin).explain("shop", "tagged", Map.of("id", "1"))).isPresent();
        execute("set local role shop_app; set local app.tag = 'red'");
        var seen = new Why(admin).explain("shop", "tagged", Map.of("id", "1"));
        admin.rollback();
        admin.setAutoCommit(true);
        assertThat(on(seen.orElseThrow(), Command.UPDATE).allowed()).isTrue();
    }

    @Test
    void a_before_trigger_that_makes_the_trial_inconclusive_is_named() throws SQLException {
        var stamped = ask("shop_app", "shop.stamped", "id = 1");
        assertThat(on(stamped, Command.UPDATE).outcome()).isEqualTo(Outcome.DENIED);
        assertThat(on(stamped, Command.UPDATE).trial().orElseThrow().detail()).startsWith("a BEFORE trigger or a rule");
        assertThat(stamped.commands()).noneMatch(Verdict::isContradicted);
    }

    // --- roles ---------------------------------------------------------------------------------------------------

    @Test
    void exemption_is_explained() throws SQLException {
        assertThat(ask("shop_app", "shop.price", "id = 1").exemption())
                .contains("row security is not enabled on the table");
        assertThat(ask("shop_owner", "shop.owned", "id = 1").exemption())
                .contains("shop_owner owns the table, and row security is not forced");
        assertThat(ask("shop_job", "shop.owned", "id = 1").exemption()).contains("shop_job has BYPASSRLS");
        assertThat(ask(null, "shop.owned", "id = 1").exemption().orElseThrow()).endsWith(" is a superuser");
        assertTrials(ask("shop_owner", "shop.owned", "id = 1"), "PASSED PASSED PASSED PASSED");
    }

    @Test
    void a_table_without_policies_admits_nothing() throws SQLException {
        var closed = ask("shop_app", "shop.owned", "id = 1");
        assertOutcomes(closed, "DENIED DENIED DENIED DENIED");
        assertThat(on(closed, Command.SELECT).reason()).isEqualTo("no permissive policy is for SELECT");
    }

    @Test
    void a_policy_for_a_group_does_not_bind_a_member_that_does_not_inherit() throws SQLException {
        var member = ask("shop_member", "shop.grouped", "id = 1");
        assertThat(on(member, Command.SELECT).reason()).isEqualTo("no permissive policy is for SELECT");
        assertTrials(member, "REFUSED REFUSED REFUSED REFUSED");
    }

    // --- whoever asks --------------------------------------------------------------------------------------------

    private static Connection authenticator() throws SQLException {
        return DATABASE.adminUrl()
                .withUser("authenticator", Optional.of(PASSWORD))
                .connect();
    }

    @Test
    void an_ordinary_login_learns_only_about_rows_that_its_role_sees() throws SQLException {
        try (var login = authenticator()) {
            var own = ask(login, "authenticated", "shop.note", "id = 1", ALICE);
            assertThat(on(own, Command.SELECT).allowed()).isTrue();
            assertTrials(own, "PASSED REFUSED PASSED PASSED");
            assertThat(own.notes()).anyMatch(note -> note.startsWith("authenticated may not read whole rows"));
            for (var where : List.of("id = 2", "id = 4711")) {
                assertThatThrownBy(() -> ask(login, "authenticated", "shop.note", where, ALICE))
                        .isInstanceOf(WhyProblem.class)
                        .hasMessage("shop.note: neither authenticator nor authenticated sees such a row");
            }
        }
    }

    @Test
    void a_login_becomes_no_role_that_it_may_not_become() throws SQLException {
        try (var login = authenticator()) {
            assertThatThrownBy(() -> ask(login, "shop_job", "shop.note", "id = 1"))
                    .isInstanceOf(WhyProblem.class)
                    .hasMessage("role cannot be set: permission denied to set role \"shop_job\"");
        }
    }

    @Test
    void a_setting_that_the_server_does_not_take_is_refused() {
        assertThatThrownBy(() -> ask("shop_app", "shop.price", "id = 1", "search_path=\"no end"))
                .isInstanceOf(WhyProblem.class)
                .hasMessageStartingWith("search_path cannot be set: ");
    }

    @Test
    void an_unreadable_column_reveals_nothing_through_the_condition() throws SQLException {
        try (var login = authenticator()) {
            assertThatThrownBy(() -> ask(login, "authenticated", "shop.note", "api_key = 'k1'", ALICE))
                    .isInstanceOf(WhyProblem.class)
                    .hasMessageContaining("sees such a row");
        }
    }

    @Test
    void secrets_are_not_shown() throws SQLException {
        var locked = ask(
                "shop_app",
                "shop.locked",
                "id = 1",
                "app.tenant=00000000-0000-0000-0000-000000000001",
                "app.api_key=guessed");
        assertThat(locked.toString())
                .doesNotContain("'deep'")
                .doesNotContain("guessed")
                .contains("(not shown)");
        assertThat(on(locked, Command.SELECT).reason()).isEqualTo("restrictive policy by_key is not true");
    }

    // --- the condition -------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id = 1; delete from shop.price",
                "true) or (true",
                "id = 1) union select (null::shop.price",
                "id = 'no end",
                "\\! ls",
                "",
                "title ~",
                "no_such_column = 1"
            })
    void a_condition_is_one_expression(String where) {
        assertThatThrownBy(() -> ask("shop_app", "shop.price", where))
                .isInstanceOfSatisfying(
                        WhyProblem.class,
                        problem -> assertThat(problem.isRefusal()).isTrue());
    }

    @Test
    void a_condition_that_picks_several_rows_is_refused() {
        assertThatThrownBy(() -> ask("authenticated", "shop.note", "id > 1"))
                .hasMessage("the condition picks more than one row");
    }

    @Test
    void a_condition_writes_nothing_and_ends_in_time() throws SQLException {
        assertThatThrownBy(() -> ask("shop_app", "shop.price", "id = 1 and shop.spend()"))
                .isInstanceOf(WhyProblem.class)
                .hasMessageContaining("cannot execute INSERT in a read-only transaction");
        assertThatThrownBy(() -> ask("shop_app", "shop.price", "pg_sleep(60) is not null"))
                .isInstanceOf(WhyProblem.class)
                .hasMessageContaining("57014");
    }

    @Test
    void a_comment_ends_with_the_condition() throws SQLException {
        assertThat(ask("shop_app", "shop.price", "id = 1 -- the first").row()).containsEntry("id", "'1'");
    }

    @Test
    void nothing_stays_that_was_tried() throws SQLException {
        ask("shop_app", "shop.ledger", "id = 1", "app.tenant=a");
        try (var statement = admin.createStatement();
                var row = statement.executeQuery(
                        "select (select count(*) from shop.ledger), current_setting('app.tenant', true),"
                                + " current_user")) {
            row.next();
            assertThat(row.getInt(1)).isEqualTo(2);
            assertThat(row.getString(2)).isNullOrEmpty();
            assertThat(row.getString(3)).isNotEqualTo("shop_app");
        }
    }

    // --- what is no table ----------------------------------------------------------------------------------------

    @Test
    void a_view_has_no_policies_and_leads_to_its_tables() {
        assertThatThrownBy(() -> ask("shop_app", "shop.notes", "id = 1"))
                .hasMessageStartingWith(
                        "shop.notes is a view, which has no policies; those of its tables are asked as" + " its owner ")
                .asString()
                .contains("ask about shop.note, as that role");
        assertThatThrownBy(() -> ask("shop_app", "shop.own_notes", "id = 1"))
                .hasMessageContaining("whoever reads it, since it is a security_invoker view");
        assertThatThrownBy(() -> ask("shop_app", "shop.totals", "true")).hasMessageContaining("is a materialized view");
    }

    @Test
    void a_wrong_name_is_refused() {
        assertThatThrownBy(() -> ask("shop_app", "shop.prise", "true")).hasMessage("there is no table shop.prise");
        assertThatThrownBy(() -> ask("shop_app", "shop.price cross join shop.note", "true"))
                .hasMessageStartingWith("shop.price cross join shop.note is not the name of a table");
    }
}
