package hedgerow.server.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.zaxxer.hikari.HikariDataSource;
import hedgerow.mappers.Database;
import hedgerow.mappers.TenantKey;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.Tenant;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.server.http.SecretBox;
import hedgerow.server.work.Receiver.Received;
import hedgerow.sql.Eventually;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// Events travel to real receivers on this machine, from the outbox on, through the worker.
class DeliveryTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @TempDir
    static Path folder;

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int MOST_CONNECTIONS = 40;
    private static final byte[] KEY = new byte[32];
    private static final byte[] SECRET =
            "a secret of thirty-two bytes ...".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    private static final byte[] NEXT =
            "another secret, 32 bytes long ..".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    private static final String UNIQUE = "select conname from pg_constraint where contype = 'u'"
            + " and conrelid = 'app.webhook_delivery'::regclass";

    private static Receiver.Certificate certificate;

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final SecretBox box = new SecretBox(Optional.of(KEY));
    private final UUID endpoint = UUID.randomUUID();
    private Connection admin;
    private HikariDataSource pool;
    private Receiver receiver;
    private Worker worker;
    private TenantKey initech;

    @BeforeAll
    static void certify() throws Exception {
        certificate = Receiver.Certificate.forHost(folder, "ip:127.0.0.1");
    }

    @BeforeEach
    void start() throws Exception {
        admin = DATABASE.admin();
        execute("set session_replication_role = replica; delete from app.webhook_delivery; delete from"
                + " app_private.wake; delete from app_private.turn; update app.outbox_event set published_at ="
                + " now() where published_at is null; update app.webhook_endpoint set status = 'disabled'; reset"
                + " session_replication_role");
        initech = new TenantKey(
                UUID.fromString(of("select id from app.organization where slug = 'initech'")
                        .getFirst()),
                false);
        receiver = Receiver.start(certificate);
        endpoint(receiver.url(), "*");
        pool = new HikariDataSource();
        pool.setDataSource(DATABASE.dataSource(Logins.WORKER));
        pool.setMaximumPoolSize(6);
        worker = work(box);
    }

    @AfterEach
    void stop() throws SQLException {
        worker.close();
        pool.close();
        receiver.close();
        admin.close();
    }

    private Worker work(SecretBox secrets) {
        var bound = Database.over(TenantDataSource.over(pool, BindCall.plain()));
        var sender = new WebhookSender(_ -> true, certificate::trusted);
        Map<String, Job> jobs = Map.of(
                "publish", new Publishing(bound), "deliver", new Delivery(bound, secrets, sender, sender, metrics));
        return Worker.start(Database.over(pool), jobs, Duration.ofMinutes(1), metrics, 8);
    }

    // --- what is sent --------------------------------------------------------------------------------------------

    /// Two publishers may see the same event.
    @Test
    void an_event_that_is_published_twice_is_delivered_once() throws Exception {
        assertThat(deliveriesOfAnEventPublishedTwice("")).isEqualTo(1);
        assertThat(deliveriesOfAnEventPublishedTwice("alter table app.webhook_delivery drop constraint \"%s\""
                        .formatted(of(UNIQUE).getFirst())))
                .as("without its unique key, the test notices")
                .isEqualTo(2);
    }

    private long deliveriesOfAnEventPublishedTwice(String fault) throws SQLException {
        try (var copy = DATABASE.copy();
                var superuser = copy.admin();
                var statement = superuser.createStatement()) {
            var bound = TenantDataSource.over(copy.dataSource(Logins.WORKER), BindCall.plain());
            var publishing = new Publishing(Database.over(bound));
            statement.execute(fault);
            statement.execute("set session_replication_role = replica; update app.webhook_endpoint set status ="
                    + " 'enabled', event_types = '{*}' where organization_id = '" + initech.organization() + "';"
                    + " insert into app.outbox_event (organization_id, livemode, type, subject_type, subject_id,"
                    + " payload) values ('" + initech.organization() + "', false, 'x.twice', 'x', gen_random_uuid(),"
                    + " '{}')");
            for (var i = 0; i < 2; i++) {
                statement.execute("update app.outbox_event set published_at = null where type = 'x.twice'");
                Tenant.of(initech.organization(), "system:worker", false).call(() -> publishing.run(initech));
            }
            return Long.parseLong(FirstColumn.of(
                            superuser,
                            "select count(*) from app.webhook_delivery d join"
                                    + " app.outbox_event e on e.id = d.outbox_event_id where e.type = 'x.twice'"
                                    + " group by webhook_endpoint_id order by 1 limit 1")
                    .getFirst());
        }
    }

    @Test
    void an_event_arrives_signed_with_its_number() throws Exception {
        var event = event("payment_order.succeeded");
        Eventually.holds("it arrives", PATIENCE, () -> status(event).equals("delivered"));
        assertThat(receiver.received).hasSize(1);
        var received = receiver.received.getFirst();
        assertThat(received.header("Webhook-id")).isEqualTo(event.toString());
        assertThat(received.header("Content-type")).startsWith("application/json");
        assertThat(signatures(received)).containsExactly(signed(received, SECRET));
        verifiedByTheirLibrary(received, SECRET);
        var body = new JsonMapper().readTree(received.body());
        assertThat(body.path("id").asString()).isEqualTo(event.toString());
        assertThat(body.path("type").asString()).isEqualTo("payment_order.succeeded");
        assertThat(body.path("livemode").asBoolean()).isFalse();
        assertThat(body.path("data").path("n").asInt()).isEqualTo(1);
        assertThat(body.path("sequence").asLong()).isPositive();
        assertThat(body.propertyNames())
                .containsExactlyInAnyOrder("id", "type", "created_at", "sequence", "livemode", "data");
    }

    @Test
    void events_are_numbered_without_a_gap_and_sent_once() throws Exception {
        execute("begin; " + bind() + "; insert into app.outbox_event (organization_id, livemode, type, subject_type,"
                + " subject_id, payload) select '" + initech.organization()
                + "', false, 'x.made', 'x', gen_random_uuid(), '{}' from generate_series(1, 450); commit");
        Eventually.holds(
                "all are delivered",
                PATIENCE,
                () -> of("select 1 from app.webhook_delivery where status = 'delivered'")
                                .size()
                        == 450);
        execute("insert into app_private.wake (kind, organization_id, livemode, due_at) select kind, '"
                + initech.organization() + "', false, now() from unnest(array['publish', 'deliver']) kind");
        Eventually.holds(
                "nobody has a turn",
                PATIENCE,
                () -> of("select 1 from app_private.turn union all" + " select 1 from app_private.wake")
                        .isEmpty());
        assertThat(receiver.received.stream()
                        .map(one -> one.header("Webhook-id"))
                        .distinct())
                .hasSize(450);
        assertThat(receiver.received).hasSize(450);
        assertThat(receiver.connections).as("connections are used again").hasSizeLessThanOrEqualTo(MOST_CONNECTIONS);
        assertThat(of("select 1 + max(sequence) - min(sequence) - count(*) from app.outbox_event where type"
                        + " = 'x.made'"))
                .containsExactly("0");
    }

    @Test
    void an_endpoint_gets_its_event_types_and_nothing_once_it_is_disabled() throws Exception {
        execute("begin; " + bind() + "; update app.webhook_endpoint set event_types = array['x.one', 'y.*'] where id ="
                + " '" + endpoint + "'; commit");
        var wanted = List.of(event("x.one"), event("y.one"), event("y.two"));
        event("x.two");
        event("yy.one");
        Eventually.holds(
                "they arrive",
                PATIENCE,
                () -> wanted.stream().allMatch(event -> status(event).equals("delivered")));
        Eventually.holds(
                "all are published",
                PATIENCE,
                () -> of("select 1 from app.outbox_event where published_at is null")
                        .isEmpty());
        assertThat(receiver.received.stream().map(one -> one.header("Webhook-id")))
                .containsExactlyInAnyOrderElementsOf(
                        wanted.stream().map(UUID::toString).toList());
        execute("begin; " + bind() + "; update app.webhook_endpoint set status = 'disabled' where id = '" + endpoint
                + "'; commit");
        event("x.one");
        Eventually.holds(
                "it is published",
                PATIENCE,
                () -> of("select 1 from app.outbox_event where published_at is null")
                        .isEmpty());
        assertThat(receiver.received).hasSize(3);
    }

    @Test
    void while_a_secret_is_replaced_both_sign() throws Exception {
        var sealed = box.seal("webhook_endpoint", initech, endpoint, NEXT);
        execute("begin; " + bind() + "; update app.webhook_endpoint set secret_nonce = '\\x"
                + HexFormat.of().formatHex(sealed.nonce()) + "', secret_ciphertext = '\\x"
                + HexFormat.of().formatHex(sealed.ciphertext()) + "' where id = '" + endpoint + "'; commit");
        var event = event("x.one");
        Eventually.holds("it arrives", PATIENCE, () -> status(event).equals("delivered"));
        var received = receiver.received.getFirst();
        assertThat(signatures(received)).containsExactly(signed(received, NEXT), signed(received, SECRET));
        verifiedByTheirLibrary(received, NEXT);
        verifiedByTheirLibrary(received, SECRET);
        execute("begin; " + bind() + "; update app.webhook_endpoint set previous_until = now() - interval '1 second'"
                + " where id = '" + endpoint + "'; commit");
        var later = event("x.one");
        Eventually.holds("it arrives", PATIENCE, () -> status(later).equals("delivered"));
        received = receiver.received.getLast();
        assertThat(signatures(received)).containsExactly(signed(received, NEXT));
        verifiedByTheirLibrary(received, NEXT);
    }

    @Test
    void a_test_event_goes_to_the_endpoint_under_test_alone() throws Exception {
        try (var other = Receiver.start(certificate)) {
            execute("begin; " + bind() + "; update app.webhook_endpoint set event_types = array['x.one'] where id = '"
                    + endpoint + "'; commit");
            var sealed = box.seal("webhook_endpoint", initech, UUID.randomUUID(), SECRET);
            endpoint(UUID.randomUUID(), other.url(), "*", sealed);
            var event = event("webhook_endpoint.test", endpoint);
            Eventually.holds("it arrives", PATIENCE, () -> status(event).equals("delivered"));
            assertThat(receiver.received)
                    .singleElement()
                    .satisfies(received -> verifiedByTheirLibrary(received, SECRET));
            assertThat(of("select 1 from app.webhook_delivery where outbox_event_id = '" + event + "'"))
                    .hasSize(1);
            assertThat(other.received).isEmpty();
        }
    }

    /// After a hundred retries on request the counter stops, and the turn does not.
    @Test
    void a_delivery_that_was_sent_a_hundred_times_is_sent_once_more() throws Exception {
        receiver.answers(Receiver.status(500));
        var event = event("x.one");
        Eventually.holds("it has failed", PATIENCE, () -> status(event).equals("failed"));
        receiver.answers(Receiver::accept);
        execute("begin; " + bind() + "; update app.webhook_delivery set attempts = 100, status = 'abandoned'; commit;"
                + " begin; " + bind() + "; update app.webhook_delivery set status = 'pending', next_attempt_at = now();"
                + " commit");
        Eventually.holds("it arrives", PATIENCE, () -> status(event).equals("delivered"));
    }

    // --- receivers that misbehave --------------------------------------------------------------------------------

    @Test
    void a_failed_delivery_is_tried_again_on_schedule_until_it_arrives() throws Exception {
        receiver.answers(Receiver.status(500));
        var event = event("x.one");
        Eventually.holds("it has failed", PATIENCE, () -> status(event).equals("failed"));
        assertThat(delivery(event, "concat_ws(' ', attempts, response_status, last_error)"))
                .startsWith("1 500 http_500");
        receiver.answers(Receiver::accept);
        Eventually.holds("it arrives", PATIENCE, () -> status(event).equals("delivered"));
        assertThat(receiver.received)
                .hasSize(2)
                .extracting(one -> one.header("Webhook-id"))
                .containsOnly(event.toString());
    }

    @Test
    void a_receiver_that_asks_to_wait_is_left_alone_for_as_long() throws Exception {
        receiver.answers(exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "7200");
            exchange.sendResponseHeaders(503, -1);
        });
        var event = event("x.one");
        Eventually.holds("it has failed", PATIENCE, () -> status(event).equals("failed"));
        assertThat(delivery(event, "next_attempt_at > now() + interval '110 minutes'"))
                .isEqualTo("t");
    }

    @Test
    void a_delivery_that_failed_eight_times_is_given_up() throws Exception {
        receiver.answers(Receiver.status(500));
        var event = event("x.one");
        Eventually.holds("it has failed", PATIENCE, () -> status(event).equals("failed"));
        execute("begin; " + bind() + "; update app.webhook_delivery set attempts = 7, next_attempt_at = now(); commit;"
                + " insert into app_private.wake (kind, organization_id, livemode, due_at) values ('deliver', '"
                + initech.organization() + "', false, now())");
        Eventually.holds("it is given up", PATIENCE, () -> status(event).equals("abandoned"));
    }

    @Test
    void a_redirect_is_not_followed() throws Exception {
        try (var other = Receiver.start(certificate)) {
            receiver.answers(exchange -> {
                exchange.getResponseHeaders().add("Location", other.url());
                exchange.sendResponseHeaders(307, -1);
            });
            var event = event("x.one");
            Eventually.holds("it has failed", PATIENCE, () -> status(event).equals("failed"));
            assertThat(delivery(event, "last_error")).isEqualTo("redirect");
            assertThat(other.received).isEmpty();
        }
    }

    @Test
    void an_endpoint_that_is_gone_is_disabled_and_so_is_one_that_failed_for_days() throws Exception {
        receiver.answers(Receiver.status(410));
        var event = event("x.one");
        Eventually.holds("it is given up", PATIENCE, () -> status(event).equals("abandoned"));
        assertThat(of("select status from app.webhook_endpoint where id = '" + endpoint + "'"))
                .containsExactly("disabled");
        assertThat(of("select 1 from app.outbox_event where type = 'webhook_endpoint.disabled' and subject_id = '"
                        + endpoint + "'"))
                .hasSize(1);
        execute("begin; " + bind() + "; update app.webhook_endpoint set status = 'enabled' where id = '" + endpoint
                + "'; commit");
        receiver.answers(Receiver.status(500));
        var later = event("x.one");
        Eventually.holds("it has failed", PATIENCE, () -> status(later).equals("failed"));
        assertThat(of("select status from app.webhook_endpoint where id = '" + endpoint + "'"))
                .containsExactly("enabled");
        execute("begin; " + bind() + "; update app.webhook_delivery set created_at = now() - interval '6 days',"
                + " next_attempt_at = now() where outbox_event_id = '" + later + "'; commit;"
                + " insert into app_private.wake (kind, organization_id, livemode, due_at) values ('deliver', '"
                + initech.organization() + "', false, now())");
        Eventually.holds(
                "it is disabled",
                PATIENCE,
                () -> of("select status from app.webhook_endpoint where id = '" + endpoint + "'")
                        .equals(List.of("disabled")));
    }

    @Test
    void ten_megabytes_of_an_answer_are_not_read() throws Exception {
        receiver.answers(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                for (var i = 0; i < 160; i++) {
                    out.write(new byte[65_536]);
                }
            } catch (IOException e) {
                // It closes the connection, as it should.
            }
        });
        var event = event("x.one");
        Eventually.holds("it arrives", PATIENCE, () -> status(event).equals("delivered"));
    }

    @Test
    void a_receiver_that_does_not_answer_is_waited_for_15_seconds() throws Exception {
        receiver.answers(_ -> {
            try {
                Thread.sleep(PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        var event = event("x.one");
        Eventually.holds("it has failed", PATIENCE, () -> status(event).equals("failed"));
        assertThat(delivery(event, "last_error")).isEqualTo("timeout");
    }

    @Test
    void a_certificate_for_another_host_is_refused() throws Exception {
        var other = Receiver.Certificate.forHost(folder, "dns:other.example");
        try (var stranger = Receiver.start(other)) {
            var sender = new WebhookSender(_ -> true, other::trusted);
            var attempt = sender.send(stranger.url(), okhttp3.Headers.of(), "{}");
            assertThat(attempt.error()).contains("tls");
            assertThat(stranger.received).isEmpty();
        }
    }

    @Test
    void a_secret_that_cannot_be_opened_sends_nothing() throws Exception {
        worker.close();
        worker = work(new SecretBox(Optional.of(Arrays.copyOf(new byte[] {1}, 32))));
        var event = event("x.one");
        Eventually.holds("it has failed", PATIENCE, () -> status(event).equals("failed"));
        assertThat(delivery(event, "last_error")).isEqualTo("secret_unreadable");
        assertThat(receiver.received).isEmpty();
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private static List<String> signatures(Received received) {
        return List.of(received.header("Webhook-signature").split(" "));
    }

    private static String signed(Received received, byte[] secret) {
        return WebhookSignature.of(
                List.of(secret),
                received.header("Webhook-id"),
                Long.parseLong(received.header("Webhook-timestamp")),
                received.body());
    }

    /// Verifies a delivery with the official library of Standard Webhooks.
    private static void verifiedByTheirLibrary(Received received, byte[] secret) throws Exception {
        var headers = java.net.http.HttpHeaders.of(received.headers(), (_, _) -> true);
        new Webhook("whsec_" + Base64.getEncoder().encodeToString(secret)).verify(received.body(), headers.map());
        assertThatThrownBy(() -> new Webhook("whsec_" + Base64.getEncoder().encodeToString(KEY))
                        .verify(received.body(), headers.map()))
                .isInstanceOf(WebhookVerificationException.class);
    }

    private void endpoint(String url, String type) throws SQLException {
        endpoint(endpoint, url, type, box.seal("webhook_endpoint", initech, endpoint, SECRET));
    }

    private void endpoint(UUID id, String url, String type, SecretBox.Sealed sealed) throws SQLException {
        execute("begin; " + bind() + "; insert into app.webhook_endpoint (organization_id, livemode, id, url,"
                + " event_types, secret_key_id, secret_nonce, secret_ciphertext, created_by) values ('"
                + initech.organization() + "', false, '" + id + "', '" + url + "', array['" + type + "'], '"
                + sealed.keyId() + "', '\\x" + HexFormat.of().formatHex(sealed.nonce()) + "', '\\x"
                + HexFormat.of().formatHex(sealed.ciphertext()) + "', app.actor()); commit");
    }

    private UUID event(String type) throws SQLException {
        return event(type, UUID.randomUUID());
    }

    private UUID event(String type, UUID subject) throws SQLException {
        var id = UUID.randomUUID();
        execute("begin; " + bind() + "; insert into app.outbox_event (organization_id, livemode, id, type,"
                + " subject_type, subject_id, payload) values ('" + initech.organization() + "', false, '" + id + "', '"
                + type + "', 'x', '" + subject + "', '{\"n\": 1}'); commit");
        return id;
    }

    private String status(UUID event) {
        return of("select status from app.webhook_delivery where outbox_event_id = '" + event + "'").stream()
                .findFirst()
                .orElse("none");
    }

    private String delivery(UUID event, String column) {
        return of("select " + column + " from app.webhook_delivery where outbox_event_id = '" + event + "'")
                .getFirst();
    }

    private String bind() {
        return "select app.bind('" + initech.organization() + "', 'system:test', false)";
    }

    private List<String> of(String sql) {
        try {
            return FirstColumn.of(admin, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void execute(String sql) throws SQLException {
        try (var statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }
}
