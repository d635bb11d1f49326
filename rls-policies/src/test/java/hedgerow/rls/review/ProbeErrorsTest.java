package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.load.LoadedDatabase;
import hedgerow.rls.probe.Attempt;
import hedgerow.rls.probe.Attempts;
import hedgerow.rls.probe.Outcome;
import hedgerow.rls.probe.Probe;
import hedgerow.rls.probe.ProbeOptions;
import hedgerow.rls.probe.Theatre;
import hedgerow.rls.prove.Claim;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// No error of the server ends the attacks: whatever it prevents could not be checked, and the rest is.
class ProbeErrorsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String FENCED = """
        create role err_app login;
        create role err_job login;
        create schema err;
        grant usage on schema err to err_app, err_job;
        create table err.note (id uuid primary key, tenant_id uuid not null);
        alter table err.note enable row level security;
        create policy home on err.note using (tenant_id = nullif(current_setting('err.tenant', true), '')::uuid);
        grant select, insert, update, delete on err.note to err_app, err_job;
        """;

    @TempDir
    private Path folder;

    private static Attempts onStage(String sql, ProbeOptions options) throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(sql);
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            return Probe.run(connection, Catalog.read(connection), settings, options, _ -> {});
        }
    }

    private Attempts throughLogins(String sql) throws SQLException, IOException {
        var file = Files.writeString(folder.resolve("schema.sql"), sql);
        try (var loaded =
                LoadedDatabase.load(List.of(file), EmbeddedPostgres.USUAL, Optional.empty(), List.of(), _ -> {})) {
            loaded.connection().setAutoCommit(false);
            var settings = new SettingsReader(loaded.connection(), RuleCatalog.load()).read(Config.NONE);
            var catalog = Catalog.read(loaded.connection());
            loaded.connection().setAutoCommit(true);
            try (var stage = loaded.stage()) {
                return Probe.run(
                        List.of(new Theatre(stage, Optional.of(loaded::login))),
                        catalog,
                        settings,
                        ProbeOptions.DEFAULTS,
                        _ -> {});
            }
        }
    }

    private static List<Attempt> cells(Attempts attempts, String role) {
        return attempts.cells().stream()
                .filter(cell -> cell.role().equals(role) && cell.object().equals("err.note"))
                .toList();
    }

    @Test
    void a_role_that_a_login_must_grant_itself_is_attacked() throws SQLException {
        assumeTrue(DATABASE.major() >= 16, "memberships without SET");
        var attempts = onStage(FENCED + """
            create role err_all;
            grant usage on schema err to err_all;
            grant select on err.note to err_all;
            create policy all_rows on err.note for select to err_all using (true);
            grant err_all to err_app with admin true, inherit false, set false;
            """, ProbeOptions.DEFAULTS);
        assertThat(cells(attempts, "err_all"))
                .filteredOn(cell ->
                        cell.claim() == Claim.DISJOINT_READS && cell.attack().equals("select"))
                .singleElement()
                .satisfies(cell -> assertThat(cell.outcome()).isEqualTo(Outcome.LEAKED))
                .satisfies(cell -> assertThat(cell.statement())
                        .startsWith("set local session authorization err_app; grant err_all to err_app with set true;"
                                + " set local role err_all; "));
        assertThat(cells(attempts, "err_app")).noneMatch(cell -> cell.outcome() == Outcome.LEAKED);
    }

    @Test
    void a_session_is_as_before_once_the_attacks_are_over() throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(FENCED);
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            var catalog = Catalog.read(connection);
            var first = Probe.run(connection, catalog, settings, ProbeOptions.DEFAULTS, _ -> {});
            assertThat(first.cells()).extracting(Attempt::outcome).contains(Outcome.HELD);
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(
                            "select count(*) from pg_prepared_statements where name like 'hedgerow%'")) {
                rows.next();
                assertThat(rows.getInt(1)).isZero();
            }
            var second = Probe.run(connection, catalog, settings, ProbeOptions.DEFAULTS, _ -> {});
            assertThat(second.cells().stream().map(cell -> cell.attack() + cell.outcome()))
                    .containsExactlyElementsOf(first.cells().stream()
                            .map(cell -> cell.attack() + cell.outcome())
                            .toList());
        }
    }

    @Test
    void a_session_that_cannot_begin_could_not_be_checked() throws SQLException {
        var unsettable = FENCED.replace("err.tenant", "err.tenant-id");
        for (var options : List.of(ProbeOptions.DEFAULTS, ProbeOptions.DEFAULTS.fuzzing(500, 1))) {
            var attempts = onStage(unsettable, options);
            assertThat(attempts.cells())
                    .filteredOn(cell -> cell.claim() == Claim.DISJOINT_READS)
                    .isNotEmpty()
                    .allSatisfy(cell -> assertThat(cell.outcome()).isEqualTo(Outcome.COULD_NOT_CHECK))
                    .anySatisfy(cell -> assertThat(cell.reason()).contains("42602", "err.tenant-id"));
            assertThat(attempts.summary(Claim.DISJOINT_READS)).isEqualTo(Outcome.COULD_NOT_CHECK);
        }
    }

    @Test
    void a_policy_that_ends_the_session_leaves_other_logins_attacked() throws SQLException, IOException {
        var attempts = throughLogins(FENCED + """
            create table err.trap (id uuid primary key, tenant_id uuid not null);
            alter table err.trap enable row level security;
            create policy home on err.trap using (tenant_id = nullif(current_setting('err.tenant', true), '')::uuid
                and not pg_terminate_backend(pg_backend_pid()));
            grant select on err.trap to err_app;
            """);
        assertThat(cells(attempts, "err_app")).isNotEmpty().allMatch(cell -> cell.outcome() == Outcome.COULD_NOT_CHECK);
        assertThat(cells(attempts, "err_job"))
                .filteredOn(cell -> cell.attack().equals("select") && cell.claim() == Claim.DISJOINT_READS)
                .extracting(Attempt::outcome)
                .containsOnly(Outcome.HELD);
    }
}
