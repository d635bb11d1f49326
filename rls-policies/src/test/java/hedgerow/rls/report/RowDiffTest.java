package hedgerow.rls.report;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.prove.Difference;
import hedgerow.rls.prove.RowDiff;
import hedgerow.rls.report.Diff.Change;
import hedgerow.rls.report.Diff.Direction;
import hedgerow.rls.report.Diff.Side;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Differences that the prover decides, between a database and a copy of it: each row is tried on both.
class RowDiffTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String MILL = """
        create schema mill;
        create table mill.grain (tenant text not null, weight int, state text);
        create table mill.hand (tenant text not null, person text not null);
        alter table mill.grain enable row level security;
        alter table mill.hand enable row level security;
        grant usage on schema mill to loom_app;
        grant select, insert, update, delete on mill.grain to loom_app;
        grant select on mill.hand to loom_app;
        create policy own on mill.hand using (person = current_setting('mill.person', true));
        """;

    private static final String OWN =
            "create policy own on mill.grain using (tenant = current_setting('mill.tenant', true));";

    private HedgerowDatabase copy;
    private Connection before;
    private Connection after;

    @BeforeEach
    void connect() throws SQLException {
        before = DATABASE.admin();
        copy = DATABASE.copy();
        after = copy.admin();
        execute(before, "drop role if exists loom_app; create role loom_app login");
        before.setAutoCommit(false);
        after.setAutoCommit(false);
        execute(before, MILL);
        execute(after, MILL);
    }

    @AfterEach
    void forget() throws SQLException {
        before.rollback();
        before.close();
        after.rollback();
        after.close();
        copy.close();
    }

    @Test
    void other_names_and_another_order_are_no_change() throws SQLException {
        execute(
                before,
                "create policy own on mill.grain using (tenant = current_setting('mill.tenant', true) and"
                        + " (weight > 0 or state = 'raw'))");
        execute(
                after,
                "create policy theirs on mill.grain using ((state = 'raw' or not (weight <= 0 or weight is null))"
                        + " and current_setting('mill.tenant', true) = tenant)");
        assertThat(changes()).isEmpty();
    }

    @Test
    void two_policies_for_one_with_or_are_no_change() throws SQLException {
        execute(
                before,
                "create policy own on mill.grain using (tenant = current_setting('mill.tenant', true) or weight = 0)");
        execute(after, OWN + " create policy light on mill.grain using (weight = 0)");
        assertThat(changes()).isEmpty();
    }

    @Test
    void a_helper_for_its_text_is_no_change() throws SQLException {
        execute(before, OWN);
        execute(
                after,
                "create function mill.tenant() returns text stable language sql as"
                        + " $$ select current_setting('mill.tenant', true) $$;"
                        + " create policy own on mill.grain using (tenant = mill.tenant())");
        assertThat(changes())
                .filteredOn(change -> change.object().equals("mill.grain"))
                .isEmpty();
    }

    @Test
    void a_wider_condition_is_weaker_and_a_row_shows_it() throws SQLException {
        execute(
                before,
                "create policy own on mill.grain using (tenant = current_setting('mill.tenant', true) and weight < 5)");
        execute(
                after,
                "create policy own on mill.grain using (tenant = current_setting('mill.tenant', true) and weight < 7)");
        assertThat(changes())
                .extracting(Change::direction)
                .containsOnly(Direction.WEAKER)
                .hasSize(4);
        assertThat(changes()).allSatisfy(change -> {
            assertThat(change.undecided()).isEmpty();
            assertThat(change.rows()).isNotEmpty().allSatisfy(row -> {
                assertThat(row.seen()).isTrue();
                assertThat(row.after()).isTrue();
            });
        });
        assertThat(changes().getFirst().rows().getFirst().story().toString()).contains("mill.tenant", "weight 5");
    }

    @Test
    void a_narrower_condition_is_stronger() throws SQLException {
        execute(before, OWN);
        execute(
                after,
                "create policy own on mill.grain using (tenant = nullif(current_setting('mill.tenant', true), ''))");
        assertThat(changes())
                .extracting(Change::direction)
                .containsOnly(Direction.STRONGER)
                .hasSize(4);
        assertThat(changes())
                .flatExtracting(Change::rows)
                .extracting(Difference::after)
                .containsOnly(false);
    }

    @Test
    void a_row_on_each_side_is_incomparable() throws SQLException {
        execute(before, "create policy own on mill.grain for select using (weight < 5)");
        execute(after, "create policy own on mill.grain for select using (weight > 3)");
        assertThat(changes()).hasSize(1).allSatisfy(change -> {
            assertThat(change.direction()).isEqualTo(Direction.INCOMPARABLE);
            assertThat(change.rows()).extracting(Difference::after).containsExactlyInAnyOrder(true, false);
        });
    }

    @Test
    void a_check_of_new_rows_alone_is_compared() throws SQLException {
        execute(before, OWN);
        execute(
                after,
                "create policy own on mill.grain using (tenant = current_setting('mill.tenant', true))"
                        + " with check (true)");
        assertThat(changes()).extracting(Change::command).containsExactlyInAnyOrder("insert", "update");
        assertThat(changes()).extracting(Change::direction).containsOnly(Direction.WEAKER);
        assertThat(changes())
                .flatExtracting(Change::rows)
                .extracting(Difference::gate)
                .containsOnly("INSERT", "UPDATE new");
    }

    @Test
    void a_sub_select_is_compared_by_the_rows_that_it_finds() throws SQLException {
        execute(
                before,
                "create policy own on mill.grain for select using (exists (select from mill.hand h"
                        + " where h.tenant = grain.tenant))");
        execute(
                after,
                "create policy own on mill.grain for select using (tenant in (select hand.tenant from mill.hand))");
        assertThat(changes()).isEmpty();
        execute(after, "alter policy own on mill.grain using (exists (select from mill.hand))");
        assertThat(changes()).hasSize(1).allSatisfy(change -> {
            assertThat(change.direction()).isEqualTo(Direction.WEAKER);
            assertThat(change.rows()).hasSize(1);
        });
    }

    @Test
    void a_column_that_one_side_lacks_is_part_of_the_row() throws SQLException {
        execute(before, OWN);
        execute(
                after,
                OWN + " alter table mill.grain add hidden boolean not null default false;"
                        + " create policy shown on mill.grain as restrictive for select using (not hidden)");
        assertThat(changes()).hasSize(1).allSatisfy(change -> {
            assertThat(change.command()).isEqualTo("select");
            assertThat(change.direction()).isIn(Direction.STRONGER, Direction.INCOMPARABLE);
        });
    }

    @Test
    void a_table_that_one_side_lacks_is_reported() throws SQLException {
        execute(after, "create table mill.cart (tenant text); grant select on mill.cart to loom_app");
        assertThat(changes())
                .containsExactly(new Change(Direction.WEAKER, "loom_app", "mill.cart", "select", "none", "open"));
    }

    @Test
    void unmodelled_parts_are_reported() throws SQLException {
        execute(before, "create policy own on mill.grain for select using (weight = (select count(*) from mill.hand))");
        execute(after, "create policy own on mill.grain for select using (weight = (select max(1) from mill.hand))");
        assertThat(changes()).hasSize(1).allSatisfy(change -> {
            assertThat(change.direction()).isEqualTo(Direction.INCOMPARABLE);
            assertThat(change.undecided()).isNotEmpty();
        });
    }

    @Test
    void every_format_contains_the_row() throws SQLException, IOException {
        execute(before, OWN);
        execute(after, "create policy own on mill.grain using (true)");
        for (var format : List.of(Format.TEXT, Format.MARKDOWN, Format.JSON)) {
            var out = new StringWriter();
            diff().write(format, out);
            assertThat(out.toString())
                    .as(format.name())
                    .containsIgnoringCase("weaker")
                    .contains("mill.grain", "there is mill.grain (tenant ");
        }
    }

    private List<Change> changes() throws SQLException {
        return diff().changes();
    }

    private Diff diff() throws SQLException {
        var was = side(before);
        var is = side(after);
        return Diff.of(was, is, new RowDiff(side(before, was), side(after, is), Duration.ofSeconds(10)));
    }

    private static RowDiff.Side side(Connection connection, Side side) {
        return new RowDiff.Side(connection, side.catalog(), side.settings(), Optional.of(connection));
    }

    private static Side side(Connection connection) throws SQLException {
        var catalog = Catalog.read(connection);
        var subjects = catalog.roles().values().stream()
                .filter(role -> role.name().equals("loom_app"))
                .map(Role::oid)
                .collect(Collectors.toSet());
        return new Side(
                catalog,
                new Settings(Set.of("mill"), subjects, subjects, Set.of(), List.of(), Set.of(), Set.of(), List.of()));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
