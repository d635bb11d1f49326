package hedgerow.rls.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.report.Diff.Change;
import hedgerow.rls.report.Diff.Direction;
import hedgerow.rls.report.Diff.Side;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DiffTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String MILL = """
        create role mill_owner nologin;
        create role mill_app login;
        create role mill_root nologin bypassrls;
        create schema mill authorization mill_owner;
        grant usage on schema mill to mill_app;
        set local role mill_owner;
        create function mill.tenant() returns text stable return current_setting('mill.tenant', true);
        create table mill.grain (tenant text not null, weight int, secret text);
        alter table mill.grain enable row level security, force row level security;
        create policy own on mill.grain using (tenant = (select mill.tenant()));
        grant select (tenant, weight), insert, delete on mill.grain to mill_app;
        reset role;
        """;

    private Connection connection;
    private Side before;

    @BeforeEach
    void build() throws SQLException {
        connection = DATABASE.admin();
        connection.setAutoCommit(false);
        execute(MILL);
        before = side();
    }

    @AfterEach
    void forget() throws SQLException {
        connection.rollback();
        connection.close();
    }

    @Test
    void equal_databases_have_no_change() throws SQLException, IOException {
        execute("drop function mill.tenant() cascade");
        execute("""
            create function mill.tenant() returns text stable return current_setting('mill.tenant', true);
            alter function mill.tenant() owner to mill_owner;
            create policy renamed on mill.grain using (tenant = (select mill.tenant()));
            """);
        assertThat(changes()).isEmpty();
        var out = new StringWriter();
        Diff.of(before, side()).write(Format.TEXT, out);
        assertThat(out.toString()).startsWith("nothing changed\nnot compared: constraints, indexes, ");
    }

    @Test
    void one_permissive_policy_more_is_weaker() throws SQLException {
        execute("create policy old on mill.grain for select using (weight > 1000)");
        assertThat(changes()).containsExactly(change(Direction.WEAKER, "select", "fenced", "fenced by old"));
    }

    @Test
    void one_restrictive_policy_more_is_stronger() throws SQLException {
        execute("create policy floor on mill.grain as restrictive for delete using (weight = 0)");
        assertThat(changes())
                .containsExactly(change(Direction.STRONGER, "delete", "fenced", "fenced by restrictive floor"));
    }

    @Test
    void both_cannot_be_compared() throws SQLException {
        execute("""
            create policy old on mill.grain for delete using (weight > 1000);
            create policy floor on mill.grain as restrictive for delete using (weight = 0);
            """);
        assertThat(changes()).extracting(Change::direction).containsExactly(Direction.INCOMPARABLE);
    }

    @Test
    void another_expression_cannot_be_compared_but_true_is_weaker() throws SQLException {
        execute("alter policy own on mill.grain using (tenant = lower((select mill.tenant())))");
        assertThat(changes())
                .extracting(Change::direction)
                .containsOnly(Direction.INCOMPARABLE)
                .hasSize(3);
        execute("alter policy own on mill.grain using (true)");
        assertThat(changes())
                .extracting(Change::direction)
                .containsOnly(Direction.WEAKER)
                .hasSize(3);
    }

    @Test
    void one_meaning_in_other_words_is_no_change() throws SQLException {
        execute("alter policy own on mill.grain using (tenant = mill.tenant() and weight > 0)");
        var plain = side();
        execute("alter policy own on mill.grain"
                + " using (not (weight > 0) is not true and (tenant = (select mill.tenant())) is true and true)");
        assertThat(Diff.of(plain, side()).changes()).isEmpty();
    }

    @Test
    void an_alternative_more_is_weaker_and_a_condition_more_is_stronger() throws SQLException {
        execute("alter policy own on mill.grain using (tenant = (select mill.tenant()) or weight > 1000)");
        assertThat(changes())
                .extracting(Change::direction)
                .containsOnly(Direction.WEAKER)
                .hasSize(3);
        execute("alter policy own on mill.grain using (tenant = (select mill.tenant()) and weight > 1000)");
        assertThat(changes())
                .extracting(Change::direction)
                .containsOnly(Direction.STRONGER)
                .hasSize(3);
    }

    @Test
    void other_rows_through_a_sub_query_cannot_be_compared() throws SQLException {
        execute("create table mill.hand (tenant text, person text);"
                + "alter policy own on mill.grain using (tenant in (select h.tenant from mill.hand h where"
                + " h.person = current_user))");
        var hands = side();
        execute("alter policy own on mill.grain using (tenant in (select hand.tenant from mill.hand where"
                + " current_user = current_user and hand.person = current_user))");
        assertThat(Diff.of(hands, side()).changes())
                .extracting(Change::direction)
                .containsOnly(Direction.INCOMPARABLE)
                .hasSize(3);
        execute("alter policy own on mill.grain using (tenant in (select any_name.tenant from mill.hand any_name where"
                + " any_name.person = current_user))");
        assertThat(Diff.of(hands, side()).changes()).isEmpty();
    }

    @Test
    void a_check_of_new_rows_alone_is_compared() throws SQLException {
        execute("grant update on mill.grain to mill_app");
        var granted = side();
        execute("create policy floor on mill.grain as restrictive for update with check (weight < 1000)");
        assertThat(Diff.of(granted, side()).changes())
                .containsExactly(change(Direction.STRONGER, "update", "fenced", "fenced by restrictive floor"));
    }

    @Test
    void a_function_that_policies_call_with_other_rights_cannot_be_compared() throws SQLException {
        execute("alter function mill.tenant() security definer");
        assertThat(changes())
                .filteredOn(change -> change.object().equals("mill.grain"))
                .extracting(Change::direction)
                .containsOnly(Direction.INCOMPARABLE)
                .hasSize(3);
    }

    @Test
    void values_that_are_numbers_inside_are_compared_as_the_server_writes_them() throws SQLException {
        execute("create type mill.state as enum ('raw', 'milled'); alter table mill.grain add state mill.state;"
                + "alter policy own on mill.grain using (state = 'raw')");
        var raw = side();
        execute("alter policy own on mill.grain using (tenant = ''); alter table mill.grain drop state;"
                + "drop type mill.state; create type mill.state as enum ('raw', 'milled');"
                + "alter table mill.grain add state mill.state; alter policy own on mill.grain using (state = 'raw')");
        assertThat(Diff.of(raw, side()).changes()).isEmpty();
        execute("alter policy own on mill.grain using (state = 'milled')");
        assertThat(Diff.of(raw, side()).changes())
                .extracting(Change::direction)
                .containsOnly(Direction.INCOMPARABLE)
                .hasSize(3);
    }

    @Test
    void a_changed_function_changes_every_caller() throws SQLException {
        execute("create or replace function mill.tenant() returns text stable return current_setting('mill.t', true)");
        assertThat(changes())
                .extracting(Change::direction)
                .containsOnly(Direction.INCOMPARABLE)
                .hasSize(3);
    }

    @Test
    void a_column_of_another_type_is_a_change_of_whatever_compares_it() throws SQLException {
        execute("""
            drop policy own on mill.grain;
            alter table mill.grain alter tenant type varchar(9);
            create policy own on mill.grain using (tenant = (select mill.tenant()));
            """);
        assertThat(changes())
                .extracting(Change::direction)
                .containsOnly(Direction.INCOMPARABLE)
                .hasSize(3);
    }

    @Test
    void a_switch_that_is_off_is_weaker() throws SQLException {
        execute("alter table mill.grain disable row level security");
        assertThat(changes())
                .contains(change(Direction.WEAKER, "select", "fenced by own", "open"))
                .hasSize(3);
    }

    @Test
    void privileges_are_compared_by_column() throws SQLException {
        execute("grant select (secret) on mill.grain to mill_app");
        assertThat(changes())
                .containsExactly(change(
                        Direction.WEAKER, "select", "fenced (tenant, weight)", "fenced (secret, tenant, weight)"));
        execute("revoke select (secret, weight) on mill.grain from mill_app");
        assertThat(changes()).extracting(Change::direction).containsExactly(Direction.STRONGER);
    }

    @Test
    void a_new_table_and_a_new_way_to_another_role_are_weaker() throws SQLException {
        execute("create table mill.flour (tenant text); grant insert on mill.flour to mill_app;"
                + "grant mill_root to mill_app");
        assertThat(changes())
                .containsExactly(
                        new Change(Direction.WEAKER, "mill_app", "role mill_root", "", "apart", "can become it"),
                        new Change(Direction.WEAKER, "mill_app", "mill.flour", "insert", "none", "open"));
    }

    @Test
    void the_way_back_is_stronger() throws SQLException {
        execute("alter table mill.grain disable row level security");
        var weak = side();
        execute("alter table mill.grain enable row level security");
        assertThat(Diff.of(weak, side()).changes())
                .hasSize(3)
                .extracting(Change::direction)
                .containsOnly(Direction.STRONGER);
        assertThat(Diff.of(weak, side()).fails()).isFalse();
        assertThat(Diff.of(before, weak).fails()).isTrue();
    }

    @Test
    void a_view_that_reads_as_its_owner_is_weaker_and_one_that_reads_as_its_reader_is_no_change() throws SQLException {
        execute("create view mill.all_grain as select * from mill.grain; grant select on mill.all_grain to mill_app");
        assertThat(changes())
                .containsExactly(new Change(Direction.WEAKER, "mill_app", "mill.all_grain", "select", "none", open()));
        var view = side();
        execute("create or replace view mill.all_grain as select * from mill.grain where weight > 1");
        assertThat(Diff.of(view, side()).changes())
                .extracting(Change::direction, Change::after)
                .containsExactly(tuple(Direction.INCOMPARABLE, open() + ", defined differently"));
        execute("alter view mill.all_grain set (security_invoker = true)");
        assertThat(changes()).isEmpty();
        assertThat(Diff.of(view, side()).changes())
                .extracting(Change::direction)
                .containsExactly(Direction.STRONGER);
    }

    @Test
    void a_materialized_view_of_other_rows_cannot_be_compared() throws SQLException {
        execute("create materialized view mill.sums as select tenant from mill.grain;"
                + "grant select on mill.sums to mill_app");
        assertThat(changes())
                .containsExactly(new Change(Direction.WEAKER, "mill_app", "mill.sums", "select", "none", "open"));
        var one = side();
        execute("drop materialized view mill.sums;"
                + "create materialized view mill.sums as select tenant from mill.grain where weight > 1;"
                + "grant select on mill.sums to mill_app");
        assertThat(Diff.of(one, side()).changes())
                .extracting(Change::direction)
                .containsExactly(Direction.INCOMPARABLE);
    }

    @Test
    void a_function_that_runs_as_its_owner_counts_and_another_does_not() throws SQLException {
        execute("create function mill.sum() returns bigint language sql as 'select sum(weight) from mill.grain'");
        assertThat(changes()).isEmpty();
        execute("alter function mill.sum() security definer");
        assertThat(changes())
                .extracting(Change::direction, Change::role, Change::object, Change::command)
                .containsExactly(tuple(Direction.WEAKER, "mill_app", "function mill.sum()", "execute"));
        var definer = side();
        execute("create or replace function mill.sum() returns bigint language sql security definer as 'select"
                + " 1::bigint'");
        assertThat(Diff.of(definer, side()).changes())
                .extracting(Change::direction)
                .containsExactly(Direction.INCOMPARABLE);
        execute("revoke execute on function mill.sum() from public");
        assertThat(Diff.of(definer, side()).changes())
                .extracting(Change::direction)
                .containsExactly(Direction.STRONGER);
    }

    @Test
    void triggers_and_rules_cannot_be_compared() throws SQLException {
        execute("""
            create function mill.copy() returns trigger language plpgsql as 'begin return new; end';
            create trigger copy before insert on mill.grain for each row execute function mill.copy();
            create rule keep as on delete to mill.grain do instead nothing;
            """);
        assertThat(changes())
                .extracting(Change::direction, Change::object, Change::after)
                .containsExactly(
                        tuple(Direction.INCOMPARABLE, "rule keep on mill.grain", "runs something instead"),
                        tuple(Direction.INCOMPARABLE, "trigger copy on mill.grain", "runs mill.copy()"));
        var one = side();
        execute("create or replace function mill.copy() returns trigger language plpgsql as 'begin return null; end'");
        assertThat(Diff.of(one, side()).changes())
                .extracting(Change::object, Change::after)
                .containsExactly(tuple("trigger copy on mill.grain", "runs mill.copy(), defined differently"));
    }

    @Test
    void privileges_attributes_settings_and_publications_are_compared() throws SQLException {
        execute("""
            grant truncate on mill.grain to mill_app with grant option;
            grant create on schema mill to mill_app;
            alter role mill_app createrole;
            alter role mill_app set row_security = off;
            alter default privileges for role mill_owner in schema mill grant select on tables to mill_app;
            create publication harvest for table mill.grain;
            """);
        assertThat(changes())
                .extracting(Change::direction, Change::object, Change::before, Change::after)
                .containsExactlyInAnyOrder(
                        tuple(Direction.WEAKER, "mill.grain", "none", "truncate with grant option"),
                        tuple(Direction.WEAKER, "schema mill", "usage", "create, usage"),
                        tuple(Direction.WEAKER, "role mill_app", "login", "createrole, login"),
                        tuple(Direction.INCOMPARABLE, "settings of role mill_app", "none", "row_security=off"),
                        tuple(Direction.WEAKER, "future tables of mill_owner in schema mill", "none", "select"),
                        tuple(Direction.WEAKER, "publication harvest", "none", "mill.grain"));
    }

    private static String open() {
        return "open as " + DATABASE.adminUrl().user().orElseThrow();
    }

    private List<Change> changes() throws SQLException {
        return Diff.of(before, side()).changes();
    }

    private static Change change(Direction direction, String command, String was, String is) {
        return new Change(direction, "mill_app", "mill.grain", command, was, is);
    }

    private Side side() throws SQLException {
        var catalog = Catalog.read(connection);
        var subjects = catalog.roles().values().stream()
                .filter(role -> role.name().equals("mill_app"))
                .map(Role::oid)
                .collect(Collectors.toSet());
        return new Side(
                catalog,
                new Settings(Set.of("mill"), subjects, subjects, Set.of(), List.of(), Set.of(), Set.of(), List.of()));
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
