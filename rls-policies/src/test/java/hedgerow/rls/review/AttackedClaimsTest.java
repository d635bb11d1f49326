package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.load.LoadedDatabase;
import hedgerow.rls.probe.Undecided;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Undecided claims are attacked: a leak that is seen refutes the claim, and the absence of one proves
/// nothing.
class AttackedClaimsTest {

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

    /// A helper that keeps the identity in a variable, which is not read.
    private static final String HELPER = """
        create function desk.is_mine(wanted uuid) returns boolean stable language plpgsql set search_path = '' as $$
        declare
            mine uuid;
        begin
            mine := nullif(pg_catalog.current_setting('desk.tenant', true), '')::uuid;
            if wanted <> mine is not true then
                return true;
            end if;
            return false;
        exception when others then
            return false;
        end $$;
        drop policy own on desk.note;
        create policy own on desk.note using (desk.is_mine(tenant_id));
        """;

    private static final String SLOW = """
        create sequence desk.calls;
        create function desk.slow(condition text) returns setof desk.note
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
        begin
            perform nextval('desk.calls'), pg_sleep(0.3);
            return query execute 'select * from desk.note where false or ' || condition;
        end $$;
        """;

    private static final String LETHAL = """
        create function desk.lethal(condition text) returns bigint
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
        declare
            found bigint;
        begin
            perform set_config('transaction_timeout', '1', false);
            execute 'select count(*) from desk.note where ' || condition into found;
            return found;
        end $$;
        """;

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
    void a_session_without_a_known_identity_is_of_no_tenant() throws SQLException {
        var proofs = proofs(TABLE + HELPER + OPEN, Duration.ofMinutes(1));
        assertThat(cell(proofs, Claim.UNBOUND_SEES_NOTHING, "desk.search(text)").verdict())
                .isInstanceOf(Verdict.Refuted.class);
        assertThat(cell(proofs, Claim.DISJOINT_READS, "desk.search(text)").verdict())
                .isInstanceOf(Verdict.Unknown.class);
    }

    @Test
    void no_attack_begins_after_the_time_is_up() throws SQLException {
        assertThat(cell(proofs(TABLE + OPEN, Duration.ZERO), Claim.DISJOINT_READS, "desk.search(text)")
                        .verdict())
                .isInstanceOf(Verdict.Unknown.class);
        var calls = new AtomicLong();
        proofs(TABLE + SLOW, Duration.ofSeconds(1), connection -> {
            try (var statement = connection.createStatement();
                    var row = statement.executeQuery("select last_value from desk.calls where is_called")) {
                calls.set(row.next() ? row.getLong(1) : 0);
            }
        });
        assertThat(calls.get()).isBetween(1L, 6L);
    }

    @Test
    void code_that_ends_the_session_leaves_the_rest_undecided_and_is_named(@TempDir Path folder)
            throws SQLException, IOException {
        try (var loaded = load(folder, TABLE + OPEN + LETHAL + """
            create table desk.open (tenant_id uuid not null, body text);
            grant select on desk.open to desk_app;
            """);
                var stage = loaded.stage()) {
            var proofs = proofs(loaded, stage);
            assertThat(stage.isClosed()).isTrue();
            assertThat(proofs.gaps()).anyMatch(gap -> gap.startsWith("undecided claims could not all be attacked: "));
            assertThat(cell(proofs, Claim.DISJOINT_READS, "desk.open").verdict())
                    .isInstanceOfSatisfying(
                            Verdict.Refuted.class,
                            refuted -> assertThat(refuted.leak().seen()).isTrue());
            assertThat(cell(proofs, Claim.DISJOINT_READS, "desk.lethal(text)").verdict())
                    .isInstanceOf(Verdict.Unknown.class);
        }
    }

    /// Lets whoever may become the owner through, as the loader may.
    private static final String ASKING = """
        create role desk_owner;
        create function desk.audit(condition text) returns setof desk.note
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
        begin
            if not pg_has_role(session_user, 'desk_owner', 'member') then
                raise insufficient_privilege;
            end if;
            return query execute 'select * from desk.note where ' || condition || ' is not null or true';
        end $$;
        """;

    @Test
    void code_that_asks_who_logged_in_is_not_attacked_by_set_role(@TempDir Path folder)
            throws SQLException, IOException {
        try (var loaded = load(folder, TABLE + ASKING);
                var stage = loaded.stage()) {
            var proofs = proofs(loaded, stage);
            assertThat(cell(proofs, Claim.DISJOINT_READS, "desk.audit(text)").verdict())
                    .isInstanceOf(Verdict.Unknown.class);
            assertThat(proofs.gaps()).anyMatch(gap -> gap.contains("desk.audit(text) asks who logged in"));
        }
    }

    private static LoadedDatabase load(Path folder, String schema) throws SQLException, IOException {
        var file = Files.writeString(folder.resolve("schema.sql"), schema);
        return LoadedDatabase.load(List.of(file), EmbeddedPostgres.USUAL, Optional.empty(), List.of(), _ -> {});
    }

    private static Proofs proofs(LoadedDatabase loaded, Connection stage) throws SQLException {
        var connection = loaded.connection();
        var reviewed = new Reviewer(RuleCatalog.load(), Config.NONE, _ -> false)
                .review(connection, loaded.origin(), Progress.NONE, Optional.empty());
        var catalog = reviewed.catalog();
        var settings = reviewed.settings();
        connection.setAutoCommit(false);
        try {
            return Prover.prove(
                    connection,
                    catalog,
                    settings,
                    ProveOptions.DEFAULTS,
                    Optional.of(stage),
                    Map.of(),
                    new Undecided(stage, catalog, settings, _ -> {}),
                    _ -> {});
        } finally {
            connection.rollback();
        }
    }

    private static Cell search(String schema, boolean attacked) throws SQLException {
        return cell(
                attacked ? proofs(schema, Duration.ofMinutes(1)) : proofs(schema, Duration.ZERO),
                Claim.DISJOINT_READS,
                "desk.search(text)");
    }

    private static Cell cell(Proofs proofs, Claim claim, String object) {
        var cells = proofs.cells().stream()
                .filter(cell -> cell.object().equals(object)
                        && cell.claim() == claim
                        && cell.roles().contains("desk_app"))
                .toList();
        assertThat(cells).hasSize(1);
        return cells.getFirst();
    }

    @FunctionalInterface
    private interface Afterwards {
        void look(Connection connection) throws SQLException;
    }

    private static Proofs proofs(String schema, Duration longest) throws SQLException {
        return proofs(schema, longest, _ -> {});
    }

    private static Proofs proofs(String schema, Duration longest, Afterwards afterwards) throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(schema);
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            var catalog = Catalog.read(connection);
            var proofs = Prover.prove(
                    connection,
                    catalog,
                    settings,
                    ProveOptions.DEFAULTS,
                    Optional.of(connection),
                    Map.of(),
                    new Undecided(connection, catalog, settings, longest, _ -> {}),
                    _ -> {});
            afterwards.look(connection);
            return proofs;
        }
    }
}
