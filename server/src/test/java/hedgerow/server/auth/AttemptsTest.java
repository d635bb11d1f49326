package hedgerow.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Failed credentials are limited by address, and do not shut anybody else out.
class AttemptsTest {

    private static final int LIMIT = 5;

    @RegisterExtension
    static final World WORLD = new World(Map.of(), LIMIT);

    private static String session;

    @BeforeAll
    static void signIn() {
        WORLD.identity(World.ISSUER, "owner", "Owner of Acme");
        session = WORLD.session("Owner of Acme");
    }

    @Test
    void good_credentials_pass_from_an_address_that_has_failed_any_number_of_times() {
        exhaust();
        var credentials = List.of(
                WORLD.key("acme", false, "viewer").secret(),
                WORLD.key("globex", true, "owner").secret(),
                agentKey());
        for (var key : credentials) {
            var answer = WORLD.bearer("/v1/payment-orders?limit=1", key);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        }
        assertThat(WORLD.bearer("/v1/me", session).status()).isEqualTo(200);
        assertThat(WORLD.bearer("/v1/me", WORLD.jwt("owner").sign()).status()).isEqualTo(200);
    }

    private static String agentKey() {
        return WORLD.key("acme", false, "agent", ", agent_id", """
            , (select id from app.agent where status = 'active' and not livemode and organization_id = '%s' limit 1)
            """.formatted(WORLD.organization("acme")))
                .secret();
    }

    @Test
    void an_address_that_fails_too_often_must_wait() {
        exhaust();
        var answer = bad();
        assertThat(answer.code()).isEqualTo("rate_limited");
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
        var session = Token.generate(Token.Kind.SESSION).secret();
        assertThat(WORLD.bearer("/v1/me", session).code()).isEqualTo("rate_limited");
        assertThat(WORLD.bearer("/v1/me", WORLD.jwt("nobody").sign()).code()).isEqualTo("rate_limited");
    }

    @Test
    void good_credentials_pass_while_bad_ones_pour_in_from_the_same_address() throws Exception {
        exhaust();
        var flooding = new AtomicBoolean(true);
        var begun = new CountDownLatch(8);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 8; i++) {
                threads.submit(() -> {
                    while (flooding.get()) {
                        bad();
                        begun.countDown();
                    }
                });
            }
            begun.await();
            for (var i = 0; i < 10; i++) {
                var key = WORLD.key("acme", false, "viewer").secret();
                assertThat(WORLD.bearer("/v1/customers?limit=1", key).status()).isEqualTo(200);
            }
            flooding.set(false);
        }
    }

    @Test
    void nonces_have_a_limit_of_their_own() {
        var wallet = Map.of("address", Wallet.of("x").address().checksummed());
        exhaust();
        assertThat(WORLD.post("/v1/auth/nonces", wallet).status()).isEqualTo(201);
        for (var i = 0; i < LIMIT; i++) {
            WORLD.post("/v1/auth/nonces", wallet, "X-Forwarded-For", "198.51.100.7"); // nobody trusts this proxy here
        }
        assertThat(WORLD.post("/v1/auth/nonces", wallet, "X-Forwarded-For", "198.51.100.8")
                        .code())
                .isEqualTo("rate_limited");
        assertThat(WORLD.bearer(
                                "/v1/customers?limit=1",
                                WORLD.key("acme", false, "viewer").secret())
                        .status())
                .isEqualTo(200);
    }

    private static void exhaust() {
        for (var i = 0; i < 4 * LIMIT; i++) {
            bad();
        }
    }

    private static World.Answer bad() {
        return WORLD.bearer("/v1/customers", Token.generate(Token.Kind.TEST_KEY).secret());
    }

    @Test
    void an_ipv6_network_counts_as_one_client() {
        assertThat(name("2001:db8:1:2::1")).isEqualTo(name("2001:db8:1:2:ffff::9"));
        assertThat(name("2001:db8:1:2::1")).isNotEqualTo(name("2001:db8:1:3::1"));
        assertThat(name("192.0.2.1")).isNotEqualTo(name("192.0.2.2"));
        assertThat(name("::ffff:192.0.2.1")).isEqualTo(name("192.0.2.1"));
    }

    private static String name(String address) {
        return TrustedProxies.network(InetAddress.ofLiteral(address));
    }
}
