package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.probe.Undecided;
import hedgerow.rls.prove.Attacker;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Undecided claims are attacked: a leak that is seen refutes the claim, and the absence of one proves
/// nothing.
class UndecidedTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String TABLE = """
        create role desk_app login;
        create schema desk;
        grant usage on schema desk to desk_app;
        create table desk.note (
            id uuid primary key default gen_random_uuid(), tenant_id uuid not null, body text not null);
        alter table desk.note enable row level security, force row level security;
        create policy own on desk.note
            using (tenant_id = nullif(current_setting('desk.tenant', true), '')::uuid);
        grant select on desk.note to desk_app;
        """;

    private static final String SEARCH = """
        create function desk.search(condition text) returns setof desk.note
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
        begin
            return query execute 'select * from desk.note where ' || condition%s;
        end $$;
        revoke execute on function desk.search(text) from public;
        grant execute on function desk.search(text) to desk_app;
        """;

    /// The text that is executed is a tautology for nearly every argument.
    private static final String OPEN = SEARCH.formatted(" || ' is not null or true'");

    private static final String OWN = SEARCH.formatted(
            " || ' is not null and tenant_id = nullif(current_setting(''desk.tenant'', true), '''')::uuid'");

    @Test
    void a_leak_that_is_seen_refutes_what_could_not_be_read() throws SQLException {
        var cell = search(TABLE + OPEN, true);
        assertThat(cell.verdict()).isInstanceOfSatisfying(Verdict.Refuted.class, refuted -> {
            assertThat(refuted.leak().seen()).isTrue();
            assertThat(refuted.leak().ids()).contains("C06");
            assertThat(refuted.leak().story())
                    .hasSizeLessThanOrEqualTo(12)
                    .anyMatch(line -> line.contains("desk.search"));
            assertThat(refuted.leak().script()).contains("insert into desk.note", "desk.search", "rollback;");
        });
    }

    @Test
    void the_script_shows_the_leak() throws SQLException {
        var cell = search(TABLE + OPEN, true);
        var script = ((Verdict.Refuted) cell.verdict()).leak().script();
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(TABLE + OPEN);
            var attack = script.substring(script.indexOf("begin;") + 6, script.indexOf("reset session authorization;"));
            try (var statement = connection.createStatement()) {
                var more = statement.execute(attack);
                var rows = 0;
                while (more || statement.getUpdateCount() != -1) {
                    if (more) {
                        for (var result = statement.getResultSet(); result.next(); ) {
                            rows++;
                        }
                    }
                    more = statement.getMoreResults();
                }
                assertThat(rows).as(script).isPositive();
            }
        }
    }

    @Test
    void attacks_in_vain_prove_nothing() throws SQLException {
        assertThat(search(TABLE + OWN, true).verdict()).isInstanceOf(Verdict.Unknown.class);
    }

    @Test
    void without_an_attacker_it_stays_undecided() throws SQLException {
        assertThat(search(TABLE + OPEN, false).verdict()).isInstanceOf(Verdict.Unknown.class);
    }

    private static Cell search(String schema, boolean attacked) throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(schema);
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            var catalog = Catalog.read(connection);
            var attacker = attacked ? new Undecided(connection, catalog, settings, _ -> {}) : Attacker.NONE;
            var proofs = Prover.prove(
                    connection,
                    catalog,
                    settings,
                    ProveOptions.DEFAULTS,
                    Optional.of(connection),
                    Map.of(),
                    attacker,
                    _ -> {});
            var cells = proofs.cells().stream()
                    .filter(cell -> cell.object().startsWith("desk.search") && cell.claim() == Claim.DISJOINT_READS)
                    .toList();
            assertThat(cells).hasSize(1);
            return List.copyOf(cells).getFirst();
        }
    }
}
