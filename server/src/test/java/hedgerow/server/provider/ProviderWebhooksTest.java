package hedgerow.server.provider;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.http.Api;
import hedgerow.server.http.Metrics;
import hedgerow.server.provider.sandbox.SandboxProtocol;
import hedgerow.server.sandbox.Sandbox;
import hedgerow.sql.Eventually;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A request to the address of a provider's webhooks is a hint to look if it is signed, and nothing otherwise.
class ProviderWebhooksTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final String SECRET = Till.WEBHOOK_SECRET;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static Sandbox sandbox;
    private static Metrics metrics;
    private static Api api;

    private String token;
    private Till till;
    private Till.Process worker;

    @BeforeAll
    static void listen() throws IOException {
        sandbox = Sandbox.start(0, Optional.empty(), Duration.ofMillis(1_500), Optional.empty());
        metrics = new Metrics(false);
        api = Till.letIn(DATABASE, metrics);
    }

    @AfterAll
    static void stop() {
        api.close();
        metrics.close();
        sandbox.close();
    }

    @BeforeEach
    void open() throws SQLException {
        till = Till.at(DATABASE, sandbox.address());
        worker = till.process(Map.of("provider-timeout", "1m")); // no provider is silent here
        till.letIn();
        token = till.token;
    }

    @AfterEach
    void close() {
        worker.close();
    }

    @Test
    void a_webhook_has_its_payment_looked_up_before_its_time() throws Exception {
        var order = till.order("pm_pending", 1_000);
        worker.send(order);
        assertThat(till.request(order, "status")).isEqualTo("pending");
        for (var i = 0; i < 2; i++) {
            till.bound("update app.provider_request set next_try_at = now() + interval '1 hour'"
                    + " where payment_order_id = '" + order + "'");
            worker.turn();
            assertThat(till.request(order, "status")).as("not before").isEqualTo("pending");
            assertThat(post(token, event("se_" + i, order), SECRET, Instant.now()))
                    .isEqualTo(200);
            worker.turn();
        }
        assertThat(till.status(order)).isEqualTo("succeeded");
        assertThat(till.number("select count(*) from app_private.wake where kind = 'execute' and organization_id = '"
                        + till.tenant.organization() + "'"))
                .as("the worker is woken")
                .isGreaterThan(1);
    }

    @Test
    void what_a_webhook_says_is_no_fact() throws Exception {
        var order = till.order("pm_declined", 1_000);
        post(token, event("se_1", order), SECRET, Instant.now());
        worker.work(5);
        assertThat(till.status(order)).isEqualTo("failed");
        assertThat(events()).isEqualTo(1);
    }

    @Test
    void a_webhook_that_comes_twice_is_kept_once() throws Exception {
        var body = event("se_1", till.order("pm_card", 1_000));
        assertThat(post(token, body, SECRET, Instant.now())).isEqualTo(200);
        assertThat(post(token, body, SECRET, Instant.now())).isEqualTo(200);
        assertThat(events()).isEqualTo(1);
        assertThat(till.one("select status from app.provider_event where organization_id = '"
                        + till.tenant.organization() + "'"))
                .isEqualTo("processed");
    }

    @Test
    void what_is_not_signed_or_too_old_or_too_long_is_refused_and_not_kept() throws Exception {
        var body = event("se_1", till.order("pm_card", 1_000));
        assertThat(post(token, body, "whsec_of_somebody_else", Instant.now())).isEqualTo(401);
        assertThat(post(token, body, SECRET, Instant.now().minusSeconds(301))).isEqualTo(401);
        assertThat(post(token, body, SECRET, Instant.now().plusSeconds(600))).isEqualTo(401);
        assertThat(post(token, "{", SECRET, Instant.now())).isEqualTo(401);
        assertThat(post(token, body + " ".repeat(1 << 16), SECRET, Instant.now()))
                .isEqualTo(413);
        assertThat(events()).isZero();
    }

    @Test
    void an_address_that_nobody_opened_does_not_exist() throws Exception {
        var body = event("se_1", till.order("pm_card", 1_000));
        assertThat(post("B".repeat(43), body, SECRET, Instant.now())).isEqualTo(404);
        assertThat(post("B", body, SECRET, Instant.now())).isEqualTo(404);
        till.bound("update app.provider_credential set status = 'revoked' where organization_id = '"
                + till.tenant.organization() + "'");
        assertThat(post(token, body, SECRET, Instant.now())).as("revoked").isEqualTo(404);
        assertThat(events()).isZero();
    }

    @Test
    void webhooks_of_the_sandbox_come_twice_early_and_forged_and_the_order_is_charged_once() throws Exception {
        till.hear(sandbox, api);
        var order = till.order("pm_error_after+webhook_twice+webhook_first+webhook_forged", 1_000);
        worker.work(10);
        assertThat(till.status(order)).isEqualTo("succeeded");
        assertThat(Till.moved(sandbox.address(), "charge", order)).hasSize(1);
        Eventually.holds("the webhooks came", PATIENCE, () -> events() >= 2);
        assertThat(till.number("select count(*) from app.provider_event where organization_id = '"
                        + till.tenant.organization() + "' and type = 'charge.declined'"))
                .as("forged")
                .isZero();
    }

    private long events() {
        return till.number("select count(*) from app.provider_event where organization_id = '"
                + till.tenant.organization() + "' and signature_verified");
    }

    private static String event(String id, UUID order) {
        return """
            {"sandbox": true, "id": "%s", "type": "charge.succeeded", "order": "%s"}\
            """.formatted(id.replace("se_", "se_0"), order);
    }

    private static URI address(String token) {
        return URI.create("http://127.0.0.1:%d/in/%s".formatted(api.port(), token));
    }

    private static int post(String token, String body, String secret, Instant at) throws Exception {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        var request = HttpRequest.newBuilder(address(token))
                .header("Content-Type", "application/json")
                .header(SandboxProtocol.SIGNATURE, TimedSignature.of(bytes, secret, at))
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                .build();
        return CLIENT.send(request, BodyHandlers.discarding()).statusCode();
    }
}
