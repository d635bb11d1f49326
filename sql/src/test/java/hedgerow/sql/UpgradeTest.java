package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.DatabaseProblem.Code;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// A database of the last release, full of rows, becomes the same as a new one, by psql and by Liquibase
/// alike; or it stays exactly as it was, with a list of the rows that prevent the upgrade.
class UpgradeTest {

    private static final String TENANT = "(select id from app.organization where slug = 'acme')";

    private static final String OFFENDERS = """
        insert into app.wallet (organization_id, livemode, kind, chain, address, label, created_by)
        values (app.organization_id(), false, 'eoa', 'eip155:1', '0x' || repeat('ab', 20), 'live', app.actor());
        insert into app.payment_order (organization_id, livemode, asset, amount, created_by)
        select app.organization_id(), false, 'USDC.1', n, app.actor() from generate_series(1, 12) n;
        insert into app.ledger_account (organization_id, livemode, code, name, kind, unit)
        values (app.organization_id(), false, 'typo', 'Typo', 'asset', 'USDT.1')
        """;

    /// Payments of agents under way, those in no period, and limits whose sum differs from theirs.
    private static final String UNCOUNTED = """
        select count(*) from app.payment_order where status = 'processing' and executing_agent_id is not null
        union all
        select count(*) from app.payment_order
         where status = 'processing' and executing_agent_id is not null and limit_period is null
        union all
        select count(*) from app.agent_limit l
         where l.active and l.spent <> coalesce((select sum(o.amount_minor) from app.payment_order o
                where o.executing_agent_id = l.agent_id and o.currency = l.currency and o.status = 'processing'), 0)
        """;

    private static final String MENDED = """
        update app.wallet set chain = 'eip155:84532' where chain = 'eip155:1';
        update app.payment_order set asset = 'USDC.84532' where asset = 'USDC.1';
        update app.ledger_account set unit = 'USDC.84532' where unit = 'USDT.1'
        """;

    /// The programs that upgrade a database.
    enum Way {
        PSQL {
            @Override
            String upgrade(DatabaseUrl admin) {
                return Psql.run(admin, Path.of("install.sql")).output();
            }
        },
        LIQUIBASE {
            @Override
            String upgrade(DatabaseUrl admin) {
                try {
                    new Migrations(admin).migrate(Optional.empty(), line -> {});
                    return "";
                } catch (DatabaseProblem problem) {
                    assertThat(problem.code()).isEqualTo(Code.MIGRATION_FAILED);
                    return problem.toString();
                }
            }
        };

        /// Upgrades the database and returns the output.
        abstract String upgrade(DatabaseUrl admin);

        /// Installs this version, with the seal that it chooses if none is given.
        void install(DatabaseUrl admin, Mode mode, Optional<Seal> seal) {
            switch (this) {
                case PSQL ->
                    Psql.install(
                            admin, mode, seal.stream().map("seal=%s"::formatted).toArray(String[]::new));
                case LIQUIBASE ->
                    new Migrations(admin, line -> {}).sealedBy(seal).migrate(Optional.of(mode), line -> {});
            }
        }

        void install(Released released, DatabaseUrl admin, Mode mode) {
            switch (this) {
                case PSQL -> released.byPsql(admin, mode);
                case LIQUIBASE -> released.byLiquibase(admin, mode);
            }
        }
    }

    @TempDir
    static Path folder;

    private static EmbeddedPostgres server;
    private static Released released;

    @BeforeAll
    static void fill() throws Exception {
        server = EmbeddedPostgres.ephemeral(0, line -> {});
        released = Released.into(folder);
        create("filled", "template1");
        released.byLiquibase(at("filled"), Mode.PLAIN);
        released.fill(at("filled"));
        for (var mode : Mode.values()) {
            create("new_" + mode, "template1");
            var old = mode == Mode.SEALED ? Seal.HMAC : Seal.NONE;
            new Migrations(at("new_" + mode)).sealedBy(Optional.of(old)).migrate(Optional.of(mode), line -> {});
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"PLAIN,PSQL,LIQUIBASE", "PLAIN,LIQUIBASE,PSQL", "SEALED,LIQUIBASE,LIQUIBASE", "SEALED,PSQL,PSQL"})
    void a_released_schema_becomes_the_same_as_a_new_one(Mode mode, Way installed, Way upgraded) throws SQLException {
        var database = create("empty_%s_%s".formatted(mode, installed), "template1");
        installed.install(released, database, mode);
        assertThat(upgraded.upgrade(database)).doesNotContain("ERROR", "failed");
        assertUpToDate(database, mode);
    }

    @ParameterizedTest
    @EnumSource
    void a_filled_database_keeps_its_rows_and_works_on(Way way) throws SQLException {
        var database = create("filled_" + way, "filled");
        bound(
                database,
                "update app.payment_order set status = 'processing' where status = 'requires_execution' and"
                    + " executing_agent_id is not null and organization_id = app.organization_id() and not livemode");
        var principals = principals(database);
        assertThat(way.upgrade(database)).doesNotContain("ERROR", "failed");
        assertUpToDate(database, Mode.PLAIN);
        assertThat(principals(database)).isEqualTo(principals).isNotEmpty();
        assertThat(Catalog.strings(database, UNCOUNTED))
                .hasSize(3)
                .endsWith("0", "0")
                .first()
                .isNotEqualTo("0");
        assertThat(Catalog.strings(database, "select distinct kind from app_private.wake"))
                .contains("expire", "publish", "deliver", "retain");
        bound(
                database,
                "update app.agent set status = 'retired' where name = 'Agent 1'"
                        + " and organization_id = app.organization_id() and livemode = app.livemode()");
        assertThat(principals(database)).isNotEqualTo(principals).hasSameSizeAs(principals);
        assertThat(Catalog.strings(database, "select distinct intact from app.verify_audit_log()"))
                .containsExactly("t");
    }

    @ParameterizedTest
    @EnumSource
    void rows_that_break_a_rule_are_listed_and_nothing_changes_until_they_are_mended(Way way) throws SQLException {
        var database = create("offending_" + way, "filled");
        bound(database, OFFENDERS);
        assertRefused(way, database);
        bound(database, MENDED);
        assertThat(way.upgrade(database)).doesNotContain("ERROR", "failed");
        assertUpToDate(database, Mode.PLAIN);
    }

    /// Row security hides all rows from such an installer, even as the owner.
    @Test
    void an_installer_that_is_no_superuser_finds_them_too() throws Exception {
        try (var other = EmbeddedPostgres.ephemeral(0, line -> {})) {
            var admin = other.url("postgres", EmbeddedPostgres.SUPERUSER);
            execute(admin, "create role installer login createrole password 'installer'");
            execute(admin, "create database shop owner installer");
            var installer = admin.withDatabase("shop").withUser("installer", Optional.of("installer"));
            released.byLiquibase(installer, Mode.PLAIN);
            var shop = admin.withDatabase("shop");
            released.fill(shop);
            bound(shop, OFFENDERS);
            var before = Catalog.objects(shop);
            assertThat(Way.LIQUIBASE.upgrade(installer))
                    .contains("app.wallet: 1 row whose chain does not exist", "app.payment_order: 12 rows");
            Catalog.assertSame(Catalog.objects(shop), before);
            bound(shop, MENDED);
            assertThat(Way.LIQUIBASE.upgrade(installer)).isEmpty();
            assertThat(Catalog.strings(shop, """
                select relname from pg_class
                 where relnamespace = 'app'::regnamespace and relrowsecurity and not relforcerowsecurity
                """)).isEmpty();
        }
    }

    private static void assertRefused(Way way, DatabaseUrl database) {
        var objects = Catalog.objects(database);
        var notes = notes(database);
        var wallet = Catalog.strings(
                        database,
                        "select concat_ws('/', organization_id, 'test', id) from app.wallet where label = 'live'")
                .getFirst();
        assertThat(way.upgrade(database))
                .contains(
                        "some rows break the rules of this version, so nothing was changed",
                        "app.wallet: 1 row whose chain does not exist for its mode: " + wallet,
                        "app.payment_order: 12 rows whose asset does not exist for its mode: ",
                        "app.ledger_account: 1 row whose unit does not exist for its mode: ");
        Catalog.assertSame(Catalog.objects(database), objects);
        assertThat(notes(database)).isEqualTo(notes);
    }

    private static void assertUpToDate(DatabaseUrl database, Mode mode) {
        var fresh = at("new_" + mode);
        Catalog.assertSame(Catalog.objects(database), Catalog.objects(fresh));
        Catalog.assertSame(Catalog.referenceRows(database), Catalog.referenceRows(fresh));
        new Migrations(database).migrate(Optional.empty(), line -> {});
        assertThat(new Migrations(database).pending(Optional.empty())).isEmpty();
        Catalog.assertSame(Catalog.objects(database), Catalog.objects(fresh));
    }

    private static List<String> notes(DatabaseUrl database) {
        return Catalog.strings(database, "select filename, md5sum from databasechangelog order by orderexecuted");
    }

    private static List<String> principals(DatabaseUrl database) {
        return Catalog.strings(
                database, "select subject, organization_id, acts_as from app_private.principal order by 1, 2");
    }

    private static void bound(DatabaseUrl database, String sql) throws SQLException {
        execute(database, "begin; select app.bind(%s, 'system:test', false); %s; commit".formatted(TENANT, sql));
    }

    private static DatabaseUrl create(String name, String template) throws SQLException {
        execute(at("postgres"), "create database %s template %s".formatted(name, template));
        return at(name);
    }

    private static DatabaseUrl at(String database) {
        return server.url(database.toLowerCase(java.util.Locale.ROOT), EmbeddedPostgres.SUPERUSER);
    }

    private static void execute(DatabaseUrl database, String sql) throws SQLException {
        try (var connection =
                        database.withParameter("preferQueryMode", "simple").connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
