package hedgerow.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// How often one address may try.
class AttemptsTest {

    @RegisterExtension
    static final World WORLD = new World(Map.of(), 5);

    @Test
    void who_fails_too_often_waits_and_who_is_known_does_not() {
        assertThat(WORLD.bearer("/v1/customers", KeyAttacks.DEMO).status()).isEqualTo(200);
        for (int i = 0; i < 5; i++) {
            assertThat(WORLD.bearer(
                                    "/v1/customers",
                                    Token.generate(Token.Kind.TEST_KEY).secret())
                            .status())
                    .isEqualTo(401);
        }
        var answer = WORLD.bearer(
                "/v1/customers", Token.generate(Token.Kind.TEST_KEY).secret());
        assertThat(answer.code()).isEqualTo("rate_limited");
        assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
        assertThat(WORLD.bearer("/v1/me", WORLD.jwt("owner").sign()).code()).isEqualTo("rate_limited");
        assertThat(WORLD.post(
                                "/v1/auth/nonces",
                                Map.of("address", Wallet.of("x").address().checksummed()))
                        .code())
                .isEqualTo("rate_limited");
        assertThat(WORLD.bearer("/v1/customers", KeyAttacks.DEMO).status())
                .as("a key that has counted")
                .isEqualTo(200);
    }

    @Test
    void a_network_of_ipv6_counts_as_one_client() {
        assertThat(Attempts.client("2001:db8:1:2::1")).isEqualTo(Attempts.client("[2001:db8:1:2:ffff::9]"));
        assertThat(Attempts.client("2001:db8:1:2::1")).isNotEqualTo(Attempts.client("2001:db8:1:3::1"));
        assertThat(Attempts.client("192.0.2.1")).isNotEqualTo(Attempts.client("192.0.2.2"));
        assertThat(Attempts.client("::ffff:192.0.2.1")).isEqualTo(Attempts.client("192.0.2.1"));
    }
}
