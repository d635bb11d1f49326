package hedgerow.server.provider;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.mappers.Database;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.server.http.Api;
import hedgerow.server.http.HttpSettings;
import hedgerow.server.http.Limits;
import hedgerow.server.http.Metrics;
import hedgerow.server.http.SecretBox;
import hedgerow.server.http.Sha256;
import hedgerow.server.provider.sandbox.SandboxProtocol;
import hedgerow.server.sandbox.Sandbox;
import hedgerow.sql.Eventually;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What comes in at the address of a provider's webhooks is a hint to look, if it is signed, and nothing otherwise.
class ProviderWebhooksTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final String SECRET = "whsec_0123456789abcdef";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static Sandbox sandbox;
    private static Metrics metrics;
    private static Api api;

    private final String token = "A".repeat(11) + UUID.randomUUID().toString().replace("-", "");
    private Till till;
    private Till.Process worker;

    @BeforeAll
    static void listen() {
        sandbox = Sandbox.start(0, Optional.empty(), Duration.ofMillis(1_500), Optional.empty());
        metrics = new Metrics(false);
        var source = DATABASE.dataSource(Logins.WORKER);
        var webhooks = new ProviderWebhooks();
        webhooks.open(
                Database.over(source),
                Database.over(TenantDataSource.over(source, BindCall.plain())),
                new SecretBox(Optional.of(Till.KEY)));
        var settings =
                new HttpSettings("127.0.0.1", 0, Limits.DEFAULT, false, Optional.empty(), false, List.of(), false);
        api = Api.operations(settings, 0, metrics, () -> true, webhooks);
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
        var id = UUID.fromString(till.one(
                "select id from app.provider_credential where organization_id = '" + till.tenant.organization() + "'"));
        var sealed = new SecretBox(Optional.of(Till.KEY))
                .seal("provider_credential.webhook", till.tenant, id, SECRET.getBytes(StandardCharsets.UTF_8));
        till.bound("""
            update app.provider_credential
               set webhook_token_hash = '\\x%s', webhook_key_id = '%s', webhook_nonce = '\\x%s',
                   webhook_ciphertext = '\\x%s'
             where id = '%s'
            """.formatted(
                        HexFormat.of().formatHex(Sha256.of(token)),
                        sealed.keyId(),
                        HexFormat.of().formatHex(sealed.nonce()),
                        HexFormat.of().formatHex(sealed.ciphertext()),
                        id));
    }

    @AfterEach
    void close() throws SQLException {
        worker.close();
        till.close();
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
        sandbox.notify(new Sandbox.Target(address(token), SECRET));
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
