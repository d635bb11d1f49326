package hedgerow.server.work;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import hedgerow.mappers.Database;
import hedgerow.mappers.TenantKey;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.Tenant;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.server.chain.Scissors;
import hedgerow.server.http.SecretBox;
import hedgerow.sql.Eventually;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// The rate at which the worker delivers webhooks. A build counts what decides it: round trips, transactions and
/// pages for each delivery. `-Dhedgerow.deliveries=5000` measures it as well, with a receiver on this machine, and the
/// time that the database is at work; it prints both, and fails under 500 in a second or from 2 ms on.
class DeliveryRateTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private static final int COUNT = Integer.getInteger("hedgerow.deliveries", 0);
    private static final int WARM = 500;
    private static final double LEAST_RATE = 500;
    private static final double MOST_MILLISECONDS = 2;

    /// In batches of 48, each with three round trips and two transactions: the claim, the results, and their COMMIT.
    private static final int COUNTED = 480;

    private static final int MOST_TRIPS = 55;
    private static final int MOST_COMMITS = 42;
    private static final double MOST_PAGES = 160;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final SecretBox box = new SecretBox(Optional.of(new byte[32]));
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    @TempDir
    private Path folder;

    @Test
    void a_delivery_costs_a_fraction_of_a_round_trip_and_of_a_transaction() throws Exception {
        var certificate = Receiver.Certificate.forHost(folder, "ip:127.0.0.1");
        try (var admin = DATABASE.admin();
                var receiver = Receiver.start(certificate);
                var scissors = Scissors.between(DATABASE.url(Logins.WORKER), URI.create(receiver.url()))) {
            var tenant = onlyTenant(admin, receiver);
            deliver(admin, tenant, certificate, receiver, WARM);
            var commits = counted(admin, "xact_commit");
            var pages = counted(admin, "blks_hit + blks_read");
            events(admin, tenant, COUNTED);
            try (var pool = pool(scissors.source(), 1)) {
                var jobs = jobs(pool, certificate);
                for (var job : List.of("publish", "publish", "publish", "deliver")) {
                    Tenant.of(tenant.organization(), Worker.ACTOR, false)
                            .call(() -> jobs.get(job).run(tenant));
                }
            }
            assertThat(receiver.received).hasSize(WARM + COUNTED);
            var cost = new SoftAssertions();
            cost.assertThat(scissors.requests()).as("round trips").isLessThanOrEqualTo(MOST_TRIPS);
            cost.assertThat(counted(admin, "xact_commit") - commits)
                    .as("transactions")
                    .isLessThanOrEqualTo(MOST_COMMITS);
            cost.assertThat((counted(admin, "blks_hit + blks_read") - pages) / COUNTED)
                    .as("pages for each")
                    .isLessThanOrEqualTo(MOST_PAGES);
            cost.assertAll();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "hedgerow.deliveries", matches = "[1-9][0-9]{0,6}")
    void deliveries_in_a_second() throws Exception {
        var certificate = Receiver.Certificate.forHost(folder, "ip:127.0.0.1");
        try (var admin = DATABASE.admin();
                var receiver = Receiver.start(certificate)) {
            var tenant = onlyTenant(admin, receiver);
            deliver(admin, tenant, certificate, receiver, WARM);
            var before = atWork(admin);
            var begun = System.nanoTime();
            deliver(admin, tenant, certificate, receiver, COUNT);
            var rate = COUNT * 1e9 / (System.nanoTime() - begun);
            var milliseconds = (atWork(admin) - before) / COUNT;
            System.out.printf(
                    "%d webhooks: %.0f/s, the database at work %.2f ms for each%n", COUNT, rate, milliseconds);
            assertThat(rate).as("deliveries in a second").isGreaterThanOrEqualTo(LEAST_RATE);
            assertThat(milliseconds).as("milliseconds of the database").isLessThan(MOST_MILLISECONDS);
        }
    }

    /// A tenant with an endpoint, and the only one that has something to do.
    private TenantKey onlyTenant(Connection admin, Receiver receiver) throws SQLException {
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
        return tenant;
    }

    private void deliver(
            Connection admin, TenantKey tenant, Receiver.Certificate certificate, Receiver receiver, int count)
            throws Exception {
        receiver.received.clear();
        events(admin, tenant, count);
        try (var pool = pool(DATABASE.dataSource(Logins.WORKER), 6);
                var _ = Worker.start(Database.over(pool), jobs(pool, certificate), Duration.ofMinutes(1), metrics, 8)) {
            Eventually.holds("all are delivered", PATIENCE, () -> receiver.received.size() >= count);
        }
        assertThat(receiver.received).hasSize(count);
    }

    private static void events(Connection admin, TenantKey tenant, int count) throws SQLException {
        execute(
                admin,
                "begin; %s; insert into app.outbox_event (organization_id, livemode, type, subject_type,"
                                .formatted(bind(tenant))
                        + " subject_id, payload) select '%s', false, 'x.made', 'x', gen_random_uuid(), '{}'"
                                .formatted(tenant.organization())
                        + " from generate_series(1, %d); commit".formatted(count));
    }

    private static HikariDataSource pool(DataSource source, int size) {
        var pool = new HikariDataSource();
        pool.setDataSource(source);
        pool.setMaximumPoolSize(size);
        return pool;
    }

    private Map<String, Job> jobs(DataSource pool, Receiver.Certificate certificate) {
        var bound = Database.over(TenantDataSource.over(pool, BindCall.plain()));
        var sender = new WebhookSender(_ -> true, certificate::trusted);
        return Map.of("publish", new Publishing(bound), "deliver", new Delivery(bound, box, sender, sender, metrics));
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
        return counted(admin, "active_time");
    }

    /// A statistic of the database, with what sessions of the worker have added, which report it at their end.
    private static double counted(Connection admin, String statistic) throws SQLException {
        Eventually.holds(
                "the worker's sessions have ended",
                PATIENCE,
                () -> sessions(admin).isEmpty());
        return Double.parseDouble(FirstColumn.of(
                        admin,
                        "select %s from pg_stat_database where datname = current_database()".formatted(statistic))
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
