package hedgerow.server.http;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import hedgerow.server.DemoKeys;
import hedgerow.server.Service;
import hedgerow.server.ServiceSettings;
import hedgerow.server.settings.SettingCatalog;
import hedgerow.sql.DatabaseProblem;
import hedgerow.sql.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigInteger;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

/// Every setting changes what the service does.
@ResourceLock(Resources.SYSTEM_ERR)
class EverySettingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String ADDRESS = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

    @RegisterExtension
    static final ApiServer SERVER =
            new ApiServer(Map.of("max-json-depth", "8", "max-number-length", "30", "max-header-bytes", "2048"));

    @TempDir
    private Path folder;

    /// The test in which each setting changes the service's behaviour.
    private static final Map<String, String> SHOWN_BY = Map.ofEntries(
            entry("database", "LoginSettingsTest#a_pooler_is_named_with_the_setting_that_is_missing"),
            entry("database-password", "LoginSettingsTest#the_password_may_stand_apart_from_the_address"),
            entry("pool-size", "http.EverySettingTest#a_request_waits_for_one_of_the_connections_as_long_as_is_set"),
            entry("pool-timeout", "http.EverySettingTest#a_request_waits_for_one_of_the_connections_as_long_as_is_set"),
            entry("bind-key", "LoginSettingsTest#a_sealed_database_is_served_with_its_bind_key_alone"),
            entry("pooler", "LoginSettingsTest#through_a_pooler_they_are_set_with_the_bind"),
            entry("cursor-key", "http.EverySettingTest#a_cursor_is_valid_on_servers_with_the_same_key"),
            entry("credential-key", "http.EverySettingTest#secrets_are_taken_with_a_key_to_encrypt_them"),
            entry("demo", "http.EverySettingTest#the_demo_data_is_served_if_enabled"),
            entry("worker", "WorkTest#beside_the_api_it_works_as_its_own_login_and_reports_there"),
            entry("worker-database", "WorkTest#alone_it_serves_health_and_metrics_and_nothing_else"),
            entry("worker-database-password", "WorkTest#the_password_may_stand_apart_from_the_address"),
            entry("worker-pool-size", "WorkTest#it_opens_the_configured_number_of_connections"),
            entry("worker-port", "WorkTest#it_listens_on_the_configured_address"),
            entry("wallet-key", "chain.ExecutionTest#without_the_key_of_its_keys_a_wallet_pays_nothing"),
            entry("chain-endpoints", "chain.ExecutionTest#a_majority_of_endpoints_is_needed_to_settle"),
            entry("chain-confirmations", "chain.ExecutionTest#nothing_is_settled_before_it_is_deep_enough"),
            entry("chain-poll", "chain.ExecutionTest#it_asks_again_after_the_poll"),
            entry(
                    "chain-stuck-after",
                    "chain.ExecutionTest#a_stuck_payment_is_signed_again_with_a_higher_fee_and_paid_once"),
            entry("chain-max-fee", "chain.ExecutionTest#while_a_block_costs_more_than_the_cap_orders_wait"),
            entry(
                    "wallet-signer",
                    "chain.RemoteSignerTest#orders_are_paid_exactly_once_with_signatures_of_either_form"),
            entry(
                    "wallet-signer-token",
                    "chain.RemoteSignerTest#a_signer_that_refuses_or_signs_with_another_key_uses_no_nonce"),
            entry("keep-audit-days", "WorkTest#the_audit_log_stays_as_long_as_is_set"),
            entry("payment-pages", "link.PaymentPagesTest#payers_return_to_the_configured_address"),
            entry(
                    "provider-urls",
                    "provider.HttpProvidersTest#an_order_is_charged_once_with_its_postings_and_its_event"),
            entry(
                    "provider-timeout",
                    "provider.HttpProvidersTest#a_timeout_leaves_the_attempt_unknown_until_it_is_looked_up"),
            entry("keep-events", "WorkTest#events_stay_as_long_as_is_set"),
            entry("mail-server", "work.MailTest#it_is_off_until_it_is_set_and_reports_that"),
            entry("mail-password", "work.MailTest#a_wrong_password_is_reported_in_a_word_and_the_right_one_sends"),
            entry("mail-from", "work.MailTest#it_is_off_until_it_is_set_and_reports_that"),
            entry("mail-invitation-link", "work.MailTest#it_is_off_until_it_is_set_and_reports_that"),
            entry("mail-approval-link", "work.MailTest#it_is_off_until_it_is_set_and_reports_that"),
            entry("host", "http.EverySettingTest#it_listens_on_the_configured_address"),
            entry("port", "http.EverySettingTest#it_listens_on_the_configured_address"),
            entry("log-requests", "http.EverySettingTest#requests_are_logged_if_enabled"),
            entry("metrics-token", "http.ConfiguredLimitsTest#metrics_require_the_token"),
            entry("metrics-histograms", "http.EverySettingTest#histograms_are_measured_if_enabled"),
            entry("trusted-proxies", "http.EverySettingTest#the_client_is_whom_a_trusted_proxy_names"),
            entry("allow-private-webhooks", "http.WebhookUrlsTest#in_development_it_is_allowed_for_test_data_alone"),
            entry("max-body-bytes", "http.ConfiguredLimitsTest#a_body_is_as_long_as_is_set"),
            entry("max-header-bytes", "http.EverySettingTest#headers_are_as_long_as_is_set"),
            entry("max-json-depth", "http.EverySettingTest#a_body_is_as_deep_and_its_numbers_as_long_as_is_set"),
            entry("max-number-length", "http.EverySettingTest#a_body_is_as_deep_and_its_numbers_as_long_as_is_set"),
            entry("idle-timeout", "http.EverySettingTest#a_silent_connection_is_closed_after_the_time_that_is_set"),
            entry("min-bytes-per-second", "http.EverySettingTest#a_body_comes_as_quickly_as_is_set"),
            entry("max-connections", "http.EverySettingTest#the_pool_opens_the_configured_number_of_connections"),
            entry("drain-timeout", "http.DrainTest#a_request_that_takes_too_long_is_cut_off"),
            entry(
                    "requests-per-minute",
                    "http.ConfiguredLimitsTest#a_tenant_that_asks_too_often_waits_and_no_other_does"),
            entry("sites", "http.EverySettingTest#pages_of_the_sites_may_request_a_sign_in"),
            entry("jwt-issuers", "http.EverySettingTest#tokens_of_the_issuers_are_believed"),
            entry("chains", "http.EverySettingTest#the_chains_are_asked_for_contract_wallets"),
            entry("session-life", "http.EverySettingTest#a_session_lives_as_long_as_is_set"),
            entry("attempts-per-minute", "http.EverySettingTest#an_address_may_try_as_often_as_is_set"));

    @Test
    void every_setting_names_the_test_that_shows_it() throws Exception {
        assertThat(SHOWN_BY)
                .containsOnlyKeys(SettingCatalog.of(ServiceSettings.class).stream()
                        .map(SettingCatalog.Entry::name)
                        .toList());
        for (var shown : SHOWN_BY.entrySet()) {
            var test = shown.getValue().split("#");
            assertThat(Class.forName("hedgerow.server." + test[0])
                            .getDeclaredMethod(test[1])
                            .isAnnotationPresent(Test.class))
                    .isTrue();
            var source = Path.of("src/test/java/hedgerow/server", test[0].replace('.', '/') + ".java");
            var variable = "HEDGEROW_" + shown.getKey().replace('-', '_').toUpperCase(Locale.ROOT);
            assertThat(Files.readString(source)).containsPattern("\"(%s|%s)\"".formatted(shown.getKey(), variable));
        }
    }

    // --- one request ---------------------------------------------------------------------------------------------

    @Test
    void a_body_is_as_deep_and_its_numbers_as_long_as_is_set() {
        var acme = SERVER.as("acme", "Owner");
        acme.post("/v1/customers", "{\"name\": %s1%s}".formatted("[".repeat(8), "]".repeat(8)))
                .problem(ProblemCode.INVALID_JSON);
        acme.post("/v1/customers", "{\"name\": %s1%s}".formatted("[".repeat(6), "]".repeat(6)))
                .problem(ProblemCode.INVALID_BODY);
        acme.post("/v1/customers", "{\"name\": %s}".formatted("9".repeat(31))).problem(ProblemCode.INVALID_JSON);
        acme.post("/v1/customers", "{\"name\": %s}".formatted("9".repeat(29))).problem(ProblemCode.INVALID_BODY);
    }

    @Test
    void headers_are_as_long_as_is_set() throws Exception {
        assertThat(status(SERVER.port(), "/healthz", "X-Pad", "a".repeat(1_000)))
                .isEqualTo(200);
        assertThat(status(SERVER.port(), "/healthz", "X-Pad", "a".repeat(2_048)))
                .isEqualTo(431);
    }

    // --- one service ---------------------------------------------------------------------------------------------

    @Test
    void it_listens_on_the_configured_address() throws Exception {
        var port = freePort();
        try (var service = SERVER.start(Map.of("host", "127.0.0.2", "port", Integer.toString(port)))) {
            assertThat(service.port()).isEqualTo(port);
            var there = HttpRequest.newBuilder(URI.create("http://127.0.0.2:%d/healthz".formatted(service.port())));
            assertThat(CLIENT.send(there.build(), BodyHandlers.discarding()).statusCode())
                    .isEqualTo(200);
            assertThatThrownBy(() -> status(service.port(), "/healthz")).isInstanceOf(ConnectException.class);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void histograms_are_measured_if_enabled() throws Exception {
        for (var measured : new boolean[] {true, false}) {
            try (var service = SERVER.start(Map.of("metrics-histograms", Boolean.toString(measured)))) {
                get(service, "/v1/products?limit=1");
                assertThat(get(service, "/metrics").body().contains("http_server_requests_seconds_bucket"))
                        .isEqualTo(measured);
            }
        }
    }

    @Test
    void a_silent_connection_is_closed_after_the_time_that_is_set() throws Exception {
        try (var patient = SERVER.start(Map.of("idle-timeout", "1h"));
                var service = SERVER.start(Map.of("idle-timeout", "1s"));
                var kept = asked(patient);
                var closed = asked(service)) {
            assertThat(closed.getInputStream().read()).isEqualTo('H');
            closed.setSoTimeout((int) PATIENCE.toMillis());
            closed.getInputStream().readAllBytes();
            kept.setSoTimeout(500);
            assertThatThrownBy(() -> kept.getInputStream().readAllBytes()).isInstanceOf(SocketTimeoutException.class);
        }
    }

    /// Sends 400 bytes a second, for three seconds.
    @Test
    void a_body_comes_as_quickly_as_is_set() throws Exception {
        try (var patient = SERVER.start(Map.of("min-bytes-per-second", "10"));
                var service = SERVER.start(Map.of("min-bytes-per-second", "4000"))) {
            assertThat(slowly(patient)).startsWith("HTTP/1.1 201");
            assertThat(slowly(service)).doesNotContain("HTTP/1.1 201");
        }
    }

    private static String slowly(Service service) throws Exception {
        var body = "{\"name\": \"%s\"}".formatted("a".repeat(100)) + " ".repeat(1_087);
        try (var socket = new Socket("127.0.0.1", service.port())) {
            var out = socket.getOutputStream();
            out.write("""
                POST /v1/customers HTTP/1.1\r
                Host: x\r
                Connection: close\r
                Authorization: Bearer %s\r
                Content-Type: application/json\r
                Content-Length: %d\r
                \r
                """.formatted(DemoKeys.testKey("acme", "Owner"), body.length())
                    .getBytes(StandardCharsets.US_ASCII));
            for (var sent = 0; sent < body.length(); sent += 20) {
                out.write(
                        body.substring(sent, Math.min(sent + 20, body.length())).getBytes(StandardCharsets.US_ASCII));
                Thread.sleep(Duration.ofMillis(50));
            }
            socket.setSoTimeout((int) PATIENCE.toMillis());
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (SocketException cut) {
            return "";
        }
    }

    @Test
    void requests_are_logged_if_enabled() throws Exception {
        for (var logged : new boolean[] {true, false}) {
            var log = new ByteArrayOutputStream();
            var before = System.err;
            System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
            try (var service = SERVER.start(Map.of("log-requests", Boolean.toString(logged)))) {
                status(service.port(), "/healthz");
            } finally {
                System.setErr(before);
            }
            assertThat(log.toString(StandardCharsets.UTF_8).contains("\"event\":\"request\""))
                    .isEqualTo(logged);
        }
    }

    @Test
    void the_pool_opens_the_configured_number_of_connections() throws Exception {
        try (var service = SERVER.start(Map.of("max-connections", "1"));
                var first = asked(service)) {
            assertThat(first.getInputStream().read()).isEqualTo('H');
            try (var second = asked(service)) {
                second.setSoTimeout(500);
                assertThatThrownBy(() -> second.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
                first.shutdownOutput(); // the server then closes it
                second.setSoTimeout((int) PATIENCE.toMillis());
                assertThat(second.getInputStream().read()).isEqualTo('H');
            }
        }
    }

    private static Socket asked(Service service) throws IOException {
        var socket = new Socket("127.0.0.1", service.port());
        socket.getOutputStream().write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void a_request_waits_for_one_of_the_connections_as_long_as_is_set() throws Exception {
        try (var service = SERVER.start(Map.of("pool-size", "1", "pool-timeout", "1s"));
                var admin = SERVER.database.admin();
                var statement = admin.createStatement()) {
            admin.setAutoCommit(false);
            statement.execute("lock table app.product in access exclusive mode");
            var first = CompletableFuture.supplyAsync(() -> list(service, "/v1/products"));
            Eventually.holds(
                    "it waits",
                    PATIENCE,
                    () -> "1"
                            .equals(SERVER.one("select count(*) from pg_locks where not granted and relation ="
                                    + " 'app.product'::regclass")));
            var begun = Instant.now();
            assertThat(list(service, "/v1/customers")).isEqualTo(503);
            assertThat(Duration.between(begun, Instant.now())).isBetween(Duration.ofMillis(900), Duration.ofSeconds(4));
            admin.rollback();
            assertThat(first.join()).isEqualTo(200);
        }
    }

    @Test
    void a_cursor_is_valid_on_servers_with_the_same_key() throws Exception {
        var key = Map.of("cursor-key", "1f".repeat(32));
        try (var one = SERVER.start(key);
                var other = SERVER.start(key);
                var stranger = SERVER.start(Map.of("cursor-key", "2f".repeat(32)))) {
            var page = get(one, "/v1/customers?limit=1").body();
            var next = "/v1/customers?limit=1&after="
                    + SERVER.mapper.readTree(page).path("next").asString();
            assertThat(get(other, next).statusCode()).isEqualTo(200);
            assertThat(get(stranger, next).statusCode()).isEqualTo(400);
        }
    }

    @Test
    void secrets_are_taken_with_a_key_to_encrypt_them() throws Exception {
        var secret = "{\"provider\": \"stripe\", \"label\": \"L\", \"secret\": \"rk_12345678\"}";
        try (var service = SERVER.start(Map.of("credential-key", ""))) {
            assertThat(post(service, "/v1/provider-credentials", secret).statusCode())
                    .isEqualTo(503);
        }
        SERVER.as("acme", "Owner").post("/v1/provider-credentials", secret).is(201);
    }

    @Test
    void the_demo_data_is_served_if_enabled() {
        assertThatThrownBy(() -> SERVER.start(Map.of("demo", "false")).close())
                .isInstanceOf(DatabaseProblem.class)
                .hasToString("""
                    error[unsafe-to-serve]: not safe to serve
                      the demo data is in this database, and everybody knows its API keys
                      hint: serve a database without it, or set `demo` to true where nobody else can connect\
                    """);
    }

    // --- signing in ----------------------------------------------------------------------------------------------

    @Test
    void pages_of_the_sites_may_request_a_sign_in() throws Exception {
        try (var service = SERVER.start(Map.of("sites", "https://app.example"))) {
            assertThat(nonce(service, "app.example")).isEqualTo(201);
            assertThat(nonce(service, "localhost:" + service.port())).isEqualTo(201);
            assertThat(nonce(service, "other.example")).isEqualTo(422);
        }
    }

    @Test
    void an_address_may_try_as_often_as_is_set() throws Exception {
        try (var service = SERVER.start(Map.of("attempts-per-minute", "2"))) {
            var local = "127.0.0.1:" + service.port();
            assertThat(nonce(service, local)).isEqualTo(201);
            assertThat(nonce(service, local)).isEqualTo(201);
            assertThat(nonce(service, local)).isEqualTo(429);
        }
    }

    @Test
    void the_client_is_whom_a_trusted_proxy_names() throws Exception {
        for (var trusted : Map.of("127.0.0.0/8", 201, "10.0.0.0/8", 429).entrySet()) {
            try (var service = SERVER.start(Map.of("attempts-per-minute", "1", "trusted-proxies", trusted.getKey()))) {
                assertThat(nonceFrom(service, "198.51.100.1")).isEqualTo(201);
                assertThat(nonceFrom(service, "198.51.100.2")).isEqualTo(trusted.getValue());
            }
        }
    }

    private static int nonceFrom(Service service, String client) throws IOException, InterruptedException {
        var request = request(service.port(), "/v1/auth/nonces", "X-Forwarded-For", client)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"address\": \"%s\"}".formatted(ADDRESS)));
        return CLIENT.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    @Test
    void a_session_lives_as_long_as_is_set() throws Exception {
        var wallet = Credentials.create(ECKeyPair.create(BigInteger.TWO));
        var address = Keys.toChecksumAddress(wallet.getAddress());
        for (var life : List.of(Duration.ofMinutes(30), Duration.ofHours(3))) {
            try (var service = SERVER.start(Map.of("session-life", life.toString()))) {
                var asked = post(service, "/v1/auth/nonces", "{\"address\": \"%s\"}".formatted(address));
                var message = SERVER.mapper.readTree(asked.body()).path("message");
                var signed = Sign.signPrefixedMessage(
                        message.asString().getBytes(StandardCharsets.UTF_8), wallet.getEcKeyPair());
                var signature = "0x%s%s%s"
                        .formatted(
                                HexFormat.of().formatHex(signed.getR()),
                                HexFormat.of().formatHex(signed.getS()),
                                HexFormat.of().formatHex(signed.getV()));
                var session = post(
                        service,
                        "/v1/auth/wallet-sessions",
                        "{\"message\": %s, \"signature\": \"%s\"}".formatted(message, signature));
                assertThat(session.statusCode()).isEqualTo(201);
                var end = SERVER.mapper
                        .readTree(session.body())
                        .path("expires_at")
                        .asString();
                assertThat(Instant.parse(end))
                        .isBetween(
                                Instant.now().plus(life).minusSeconds(60),
                                Instant.now().plus(life));
            }
        }
    }

    private static int nonce(Service service, String domain) throws IOException, InterruptedException {
        return post(service, "/v1/auth/nonces", "{\"address\": \"%s\", \"domain\": \"%s\"}".formatted(ADDRESS, domain))
                .statusCode();
    }

    /// A signature that is not of the address's key requires its chain, which does not answer.
    @Test
    void the_chains_are_asked_for_contract_wallets() throws Exception {
        for (var chains : Map.of("", 401, "1=http://127.0.0.1:1", 503).entrySet()) {
            try (var service = SERVER.start(Map.of("chains", chains.getKey()))) {
                var asked = post(service, "/v1/auth/nonces", "{\"address\": \"%s\"}".formatted(ADDRESS));
                var message = SERVER.mapper.readTree(asked.body()).path("message");
                var proof = "{\"message\": %s, \"signature\": \"0x1234\"}".formatted(message);
                assertThat(post(service, "/v1/auth/wallet-sessions", proof).statusCode())
                        .isEqualTo(chains.getValue());
            }
        }
    }

    @Test
    void tokens_of_the_issuers_are_believed() throws Exception {
        var key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
        var keys = Files.writeString(
                folder.resolve("keys.json"), new JWKSet(key).toPublicJWKSet().toString());
        var now = new Date();
        var token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .keyID("k")
                        .type(JOSEObjectType.JWT)
                        .build(),
                new JWTClaimsSet.Builder()
                        .issuer("https://id.example")
                        .audience("hedgerow")
                        .subject("nobody")
                        .issueTime(now)
                        .expirationTime(new Date(now.getTime() + 60_000))
                        .build());
        token.sign(new ECDSASigner(key));
        var issuer = "[{issuer: 'https://id.example', audiences: [hedgerow], algorithm: ES256, keys: '%s'}]"
                .formatted(keys.toUri());
        try (var service = SERVER.start(Map.of("jwt-issuers", issuer))) {
            assertThat(detail(service.port(), token)).contains("unknown here");
            assertThat(detail(SERVER.port(), token)).doesNotContain("unknown here");
        }
    }

    private static String detail(int port, SignedJWT token) throws IOException, InterruptedException {
        var request = request(port, "/v1/customers").setHeader("Authorization", "Bearer " + token.serialize());
        return CLIENT.send(request.build(), BodyHandlers.ofString()).body();
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private static HttpRequest.Builder request(int port, String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                .timeout(PATIENCE);
        return headers.length == 0 ? request : request.headers(headers);
    }

    private static int status(int port, String path, String... headers) throws IOException, InterruptedException {
        return CLIENT.send(request(port, path, headers).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private static int list(Service service, String path) {
        try {
            return get(service, path).statusCode();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpResponse<String> get(Service service, String path) throws IOException, InterruptedException {
        return CLIENT.send(asOwner(service, path).build(), BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(Service service, String path, String json)
            throws IOException, InterruptedException {
        var request = path.startsWith("/v1/auth/") ? request(service.port(), path) : asOwner(service, path);
        return CLIENT.send(
                request.header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofString());
    }

    private static HttpRequest.Builder asOwner(Service service, String path) {
        return request(service.port(), path, "Authorization", "Bearer " + DemoKeys.testKey("acme", "Owner"));
    }
}
