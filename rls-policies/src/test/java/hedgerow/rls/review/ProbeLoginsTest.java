package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.load.LoadedDatabase;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Attacks schemas that depend on who logged in, through real logins and in a superuser's transaction.
class ProbeLoginsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    /// A schema in which `kept` shows everything to a session whose login is exempt, `opened` to one whose
    /// login is `shop_app`, and `stored` to one to whose login the server gives a setting.
    private static final String SCHEMA = """
        create role shop_app login;
        create role shop_web nologin;
        create role shop_job login;
        grant shop_web to shop_app;
        alter role shop_job set shop.everything = '9dd4e461268c8034f5c8564e155c67a6';
        create schema shop;
        grant usage on schema shop to shop_web, shop_job;
        create table shop.kept (id uuid primary key, tenant_id uuid not null);
        create table shop.opened (id uuid primary key, tenant_id uuid not null);
        create table shop.stored (id uuid primary key, tenant_id uuid not null);
        alter table shop.kept enable row level security;
        alter table shop.opened enable row level security;
        alter table shop.stored enable row level security;
        create policy own on shop.kept using (tenant_id = current_setting('shop.tenant')::uuid
            or exists (select from pg_roles
                        where rolname = session_user and (rolsuper or rolbypassrls or rolcreaterole)));
        create policy own on shop.opened using (tenant_id = current_setting('shop.tenant')::uuid
            or session_user = 'shop_app');
        create policy own on shop.stored using (tenant_id = current_setting('shop.tenant')::uuid
            or current_setting('shop.everything', true) = md5('x'));
        grant select, insert, update, delete on shop.kept, shop.opened to shop_web;
        grant select on shop.stored to shop_job;
        """;

    private static Attempts throughLogins;
    private static Attempts onStage;

    @BeforeAll
    static void attack(@TempDir Path directory) throws SQLException, IOException {
        var file = Files.writeString(directory.resolve("schema.sql"), SCHEMA);
        var rules = RuleCatalog.load();
        try (var loaded =
                LoadedDatabase.load(List.of(file), EmbeddedPostgres.USUAL, Optional.empty(), List.of(), _ -> {})) {
            loaded.connection().setAutoCommit(false);
            var settings = new SettingsReader(loaded.connection(), rules).read(Config.NONE);
            var catalog = Catalog.read(loaded.connection());
            loaded.connection().setAutoCommit(true);
            try (var stage = loaded.stage()) {
                throughLogins = Probe.run(
                        List.of(new Theatre(stage, Optional.of(loaded::login))),
                        catalog,
                        settings,
                        ProbeOptions.DEFAULTS,
                        _ -> {});
            }
        }
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(SCHEMA);
            var settings = new SettingsReader(connection, rules).read(Config.NONE);
            onStage = Probe.run(connection, Catalog.read(connection), settings, ProbeOptions.DEFAULTS, _ -> {});
        }
    }

    @Test
    void a_table_that_is_open_to_exempt_logins_alone_is_held() {
        assertThat(outcomes(throughLogins, "shop.kept")).containsOnly(Outcome.HELD);
        assertThat(outcomes(onStage, "shop.kept")).containsOnly(Outcome.HELD);
    }

    @Test
    void a_role_is_attacked_by_the_login_that_becomes_it() {
        assertThat(outcomes(throughLogins, "shop.opened")).contains(Outcome.LEAKED);
        assertThat(outcomes(onStage, "shop.opened")).contains(Outcome.LEAKED);
    }

    @Test
    void a_login_brings_the_settings_that_the_server_gives_it() {
        assertThat(outcomes(throughLogins, "shop.stored")).contains(Outcome.LEAKED);
        assertThat(outcomes(onStage, "shop.stored")).contains(Outcome.LEAKED);
    }

    @Test
    void a_statement_shows_who_logs_in() {
        assertThat(throughLogins.cells())
                .filteredOn(cell -> cell.object().equals("shop.opened") && cell.outcome() == Outcome.LEAKED)
                .extracting(cell -> cell.statement())
                .anyMatch(sql -> sql.startsWith("set local session authorization shop_app; set local role shop_web; "));
    }

    @Test
    void each_login_logs_in() {
        assertThat(throughLogins.gaps()).isEmpty();
    }

    private static List<Outcome> outcomes(Attempts attempts, String object) {
        return attempts.cells().stream()
                .filter(cell -> cell.object().equals(object) && cell.claim() == Claim.DISJOINT_READS)
                .map(cell -> cell.outcome())
                .toList();
    }
}
