package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// An operator publishes all tables, for change capture, a replica or an upgrade: the application keeps
/// working, and a subscriber learns everything, above all who may no longer act.
class PublicationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// Every change that affects who may act, and one of each role's everyday writes, as the real logins.
    private static final List<List<String>> ACTS = List.of(
            List.of(
                    "hedgerow_worker",
                    "acme",
                    "",
                    "update app.payment_order set status = 'processing' where status = 'requires_execution'"
                            + " and executing_agent_id is not null"),
            List.of(
                    "hedgerow_app",
                    "acme",
                    "owner",
                    "update app.membership set role = 'admin'" + " where role = 'viewer' and status = 'active'"),
            List.of("hedgerow_app", "acme", "owner", "delete from app.membership where role = 'viewer'"),
            List.of("hedgerow_app", "acme", "owner", "update app.agent set status = 'paused' where name = 'Agent 1'"),
            List.of("hedgerow_app", "acme", "owner", "update app.agent set status = 'retired' where name = 'Agent 1'"),
            List.of("hedgerow_app", "acme", "owner", "update app.api_key set revoked_at = now() where role = 'admin'"),
            List.of(
                    "hedgerow_app",
                    "acme",
                    "owner",
                    "update app.invitation set status = 'revoked' where status = 'pending'"),
            List.of("hedgerow_app", "acme", "owner", "delete from app.webhook_endpoint"),
            List.of(
                    "hedgerow_app",
                    "acme",
                    "member",
                    "update app.payment_order set status = 'canceled' where status = 'requires_confirmation'"),
            List.of(
                    "hedgerow_app",
                    "acme",
                    "member",
                    "insert into app.customer (organization_id, livemode, name) values (app.organization_id(), false,"
                            + " 'x')"),
            List.of(
                    "hedgerow_worker",
                    "acme",
                    "",
                    "update app.payment_attempt a set status = 'succeeded' where status = 'submitted'"
                            + " and not exists (select from app.chain_transaction where payment_attempt_id = a.id)"),
            List.of("hedgerow_worker", "acme", "", "update app.outbox_event set published_at = now()"),
            List.of("hedgerow_worker", "acme", "", "delete from app.outbox_event where published_at is not null"),
            List.of("hedgerow_app", "globex", "owner", "update app.organization set status = 'suspended'"));

    private static final Map<Integer, EmbeddedPostgres> SERVERS = new HashMap<>();

    @AfterAll
    static void stop() {
        SERVERS.values().forEach(EmbeddedPostgres::close);
    }

    /// A filled database whose tables are all published, once for each version.
    private static Function<String, DatabaseUrl> source(int version) throws SQLException {
        var known = SERVERS.get(version);
        if (known != null) {
            return database -> known.url(database, EmbeddedPostgres.SUPERUSER);
        }
        var server = EmbeddedPostgres.ephemeral(version, 0, line -> {});
        SERVERS.put(version, server);
        Function<String, DatabaseUrl> at = database -> server.url(database, EmbeddedPostgres.SUPERUSER);
        execute(at.apply("postgres"), "alter system set wal_level = logical");
        restart(version, server);
        execute(at.apply("postgres"), "create database source");
        new Migrations(at.apply("source")).migrate(Optional.empty(), line -> {});
        new Migrations(at.apply("source")).seed();
        execute(at.apply("source"), "create publication everything for all tables");
        return at;
    }

    /// The server checks the key as soon as a statement begins, so that no row is needed.
    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void every_table_can_be_changed(int version) throws SQLException {
        var source = source(version).apply("source");
        var statements = Catalog.strings(source, """
            select format('update %1$s set %2$I = %2$I where false; delete from %1$s where false',
                          rel.oid::regclass, min(att.attname))
              from pg_class rel
              join pg_attribute att on att.attrelid = rel.oid and att.attnum > 0 and att.attgenerated = ''
                                    and not att.attisdropped
             where rel.relkind = 'r' and rel.relnamespace in ('app'::regnamespace, 'app_private'::regnamespace,
                                                              'public'::regnamespace)
             group by rel.oid
            """);
        assertThat(statements).hasSizeGreaterThan(40);
        for (var statement : statements) {
            execute(source, statement);
        }
    }

    /// Verifies the warning in docs/sessions.md.
    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void the_keys_of_sealed_mode_and_the_hashes_of_secrets_would_leave_with_it(int version) throws SQLException {
        var source = source(version).apply("source");
        assertThat(Catalog.strings(
                        source,
                        "select tablename from pg_publication_tables where schemaname = 'app_private' order by 1"))
                .containsExactly(
                        "audit_checkpoint",
                        "audit_head",
                        "link_way",
                        "principal",
                        "provider_way",
                        "seal_key",
                        "tenant_suspension",
                        "turn",
                        "wake");
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 18})
    void a_subscriber_learns_who_may_no_longer_act(int version) throws SQLException {
        var server = source(version);
        var source = server.apply("source");
        var replica = server.apply("replica");
        subscribe(version, server);
        for (var act : ACTS) {
            assertThat(act(source, act.get(0), act.get(1), act.get(2), act.get(3)))
                    .as(act.get(3))
                    .isPositive();
        }
        signUp(source);
        assertThat(new Migrations(source).migrate(Optional.empty(), line -> {})).isZero();
        Eventually.holds(
                "the subscriber has what the source has",
                PATIENCE,
                () -> principals(replica).equals(principals(source)));
        assertThat(Catalog.strings(replica, "select slug, status from app.organization order by 1"))
                .containsExactly("acme: active", "globex: suspended", "initech: active", "startup: active");
        assertThat(Catalog.strings(replica, """
            select kind from app_private.principal
             where organization_id = (select id from app.organization where slug = 'globex')
               and kind in ('key', 'agent') and acts_as is not null
            """)).isEmpty();
        assertThat(Catalog.strings(replica, "select distinct intact from app.verify_audit_log()"))
                .containsExactly("t");
    }

    /// Makes a copy of the source that continues from the slot. FORCE binds the owners of the tables, so a
    /// superuser must apply the changes, as themself.
    private static void subscribe(int version, Function<String, DatabaseUrl> server) throws SQLException {
        var source = server.apply("source");
        execute(source, "select pg_create_logical_replication_slot('replica', 'pgoutput')");
        execute(server.apply("postgres"), "create database replica template source");
        execute(
                server.apply("replica"),
                "drop publication everything; create subscription everything connection '%s' publication everything"
                                .formatted(source.libpq())
                        + " with (create_slot = false, slot_name = 'replica', copy_data = false%s)"
                                .formatted(version >= 16 ? ", run_as_owner = true" : ""));
    }

    /// Runs a statement in a transaction of its own and returns the number of rows that it changed.
    private static int act(DatabaseUrl source, String login, String tenant, String role, String sql)
            throws SQLException {
        try (var connection = source.connect();
                var statement = connection.createStatement()) {
            statement.execute("""
                create temporary table caller as
                select o.id, case when '%2$s' = '' then 'system:test' else 'user:' || m.user_id end as actor
                  from app.organization o
                  left join app.membership m
                         on m.organization_id = o.id and m.role = '%2$s' and m.status = 'active'
                 where o.slug = '%1$s'
                 order by m.user_id limit 1;
                grant select on caller to public
                """.formatted(tenant, role));
            connection.setAutoCommit(false);
            statement.execute("set session authorization " + login);
            statement.execute("select app.bind(id, actor, false) from caller");
            var changed = statement.executeUpdate(sql);
            connection.commit();
            return changed;
        }
    }

    /// A new tenant and its first member, through the functions of sign-in.
    private static void signUp(DatabaseUrl source) throws SQLException {
        try (var connection = source.connect();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("set session authorization hedgerow_app");
            statement.execute("select app.bind(null, 'system:sign-in', false)");
            statement.execute("select app.create_organization(app.register_wallet_user('Founder', '0x" + "cd".repeat(20)
                    + "', 0, 'eoa'), 'startup', 'Startup', 'DE', 'EUR')");
            connection.commit();
        }
    }

    private static List<String> principals(DatabaseUrl database) {
        return Catalog.strings(
                database,
                "select subject, organization_id, active, tenant_active, acts_as from app_private.principal"
                        + " order by 1, 2");
    }

    private static void restart(int version, EmbeddedPostgres server) {
        var account = Account.current();
        var home = server.directory();
        var command = List.of(
                PostgresBinaries.unpacked(version, account, line -> {}).program("pg_ctl"),
                "restart",
                "-w",
                "-D",
                home.resolve("cluster").toString(),
                "-l",
                home.resolve("server.log").toString());
        var answer = Command.run(account.command(command));
        assertThat(answer.succeeded()).as(answer.output()).isTrue();
    }

    private static void execute(DatabaseUrl database, String sql) throws SQLException {
        try (var connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
