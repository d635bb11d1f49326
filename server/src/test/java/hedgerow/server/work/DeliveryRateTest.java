package hedgerow.server.work;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import hedgerow.mappers.Database;
import hedgerow.mappers.TenantKey;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.server.http.SecretBox;
import hedgerow.sql.Eventually;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Measures how many webhooks the worker delivers in a second to a receiver on this machine, and the time that the
/// database is at work for each: `-Dhedgerow.deliveries=5000`. It prints both.
@EnabledIfSystemProperty(named = "hedgerow.deliveries", matches = "[1-9][0-9]{0,6}")
class DeliveryRateTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private static final int COUNT = Integer.getInteger("hedgerow.deliveries", 0);
    private static final int WARM = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final SecretBox box = new SecretBox(Optional.of(new byte[32]));

    @TempDir
    private Path folder;

    @Test
    void deliveries_in_a_second() throws Exception {
        var certificate = Receiver.Certificate.forHost(folder, "ip:127.0.0.1");
        try (var admin = DATABASE.admin();
                var receiver = Receiver.start(certificate)) {
            execute(
                    admin,
                    "set session_replication_role = replica; delete from app_private.wake; delete from"
                        + " app_private.turn; update app.outbox_event set published_at = now() where published_at is"
                        + " null; update app.webhook_endpoint set status = 'disabled'; reset"
                        + " session_replication_role");
            var tenant = new TenantKey(
                    UUID.fromString(FirstColumn.of(admin, "select id from app.organization where slug = 'initech'")
                            .getFirst()),
                    false);
            endpoint(admin, tenant, receiver.url());
            deliver(admin, tenant, certificate, receiver, WARM);
            var before = atWork(admin);
            var begun = System.nanoTime();
            deliver(admin, tenant, certificate, receiver, COUNT);
            var seconds = (System.nanoTime() - begun) / 1e9;
            System.out.printf(
                    "%d webhooks: %.0f/s, the database at work %.2f ms for each%n",
                    COUNT, COUNT / seconds, (atWork(admin) - before) / COUNT);
        }
    }

    private void deliver(
            Connection admin, TenantKey tenant, Receiver.Certificate certificate, Receiver receiver, int count)
            throws Exception {
        receiver.received.clear();
        execute(
                admin,
                "begin; %s; insert into app.outbox_event (organization_id, livemode, type, subject_type,"
                                .formatted(bind(tenant))
                        + " subject_id, payload) select '%s', false, 'x.made', 'x', gen_random_uuid(), '{}'"
                                .formatted(tenant.organization())
                        + " from generate_series(1, %d); commit".formatted(count));
        try (var pool = new HikariDataSource()) {
            pool.setDataSource(DATABASE.dataSource(Logins.WORKER));
            pool.setMaximumPoolSize(6);
            var metrics = new SimpleMeterRegistry();
            var bound = Database.over(TenantDataSource.over(pool, BindCall.plain()));
            var sender = new WebhookSender(_ -> true, certificate::trusted);
            Map<String, Job> jobs = Map.of(
                    "publish", new Publishing(bound), "deliver", new Delivery(bound, box, sender, sender, metrics));
            try (var _ = Worker.start(Database.over(pool), jobs, Duration.ofMinutes(1), metrics, 8)) {
                Eventually.holds("all are delivered", PATIENCE, () -> receiver.received.size() >= count);
            }
        }
        assertThat(receiver.received).hasSize(count);
    }

    private void endpoint(Connection admin, TenantKey tenant, String url) throws SQLException {
        var id = UUID.randomUUID();
        var sealed = box.seal("webhook_endpoint", tenant, id, "a secret of thirty-two bytes ...".getBytes(US_ASCII));
        execute(admin, """
            begin; %s;
            insert into app.webhook_endpoint (organization_id, livemode, id, url, event_types, secret_key_id,
                   secret_nonce, secret_ciphertext, created_by)
            values ('%s', false, '%s', '%s', '{*}', '%s', '\\x%s', '\\x%s', app.actor());
            commit
            """.formatted(
                        bind(tenant),
                        tenant.organization(),
                        id,
                        url,
                        sealed.keyId(),
                        HexFormat.of().formatHex(sealed.nonce()),
                        HexFormat.of().formatHex(sealed.ciphertext())));
    }

    /// The milliseconds that sessions which have ended spent in statements.
    private static double atWork(Connection admin) throws SQLException {
        Eventually.holds(
                "the worker's sessions have ended",
                PATIENCE,
                () -> sessions(admin).isEmpty());
        return Double.parseDouble(
                FirstColumn.of(admin, "select active_time from pg_stat_database where datname = current_database()")
                        .getFirst());
    }

    private static List<String> sessions(Connection admin) {
        try {
            return FirstColumn.of(
                    admin,
                    "select pid from pg_stat_activity where datname = current_database() and usename = '%s'"
                            .formatted(Logins.WORKER));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String bind(TenantKey tenant) {
        return "select app.bind('%s', 'system:test', false)".formatted(tenant.organization());
    }

    private static void execute(Connection admin, String sql) throws SQLException {
        try (var statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }
}
