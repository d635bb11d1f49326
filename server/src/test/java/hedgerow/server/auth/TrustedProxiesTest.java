package hedgerow.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The address of a client comes from the proxies that the operator trusts, and never from the client
/// itself.
class TrustedProxiesTest {

    private static final String PEER = "127.0.0.1";

    @RegisterExtension
    static final World WORLD = new World(Map.of(), 1_000_000, List.of("127.0.0.0/8", "10.0.0.0/8", "fd00::/8"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "X-Forwarded-For | 198.51.100.1 | 198.51.100.1",
                "X-Forwarded-For | 203.0.113.9, 198.51.100.1 | 198.51.100.1",
                "X-Forwarded-For | 203.0.113.9, 198.51.100.1, 10.0.0.7 | 198.51.100.1",
                "X-Forwarded-For | 198.51.100.1:4711 | 198.51.100.1",
                "X-Forwarded-For | 10.0.0.9, 10.0.0.7 | 10.0.0.9",
                "X-Forwarded-For | 198.51.100.1, unknown | 127.0.0.1",
                "X-Forwarded-For | 198.51.100.1, | 127.0.0.1",
                "X-Forwarded-For | 2001:db8::1 | 2001:db8::1",
                "Forwarded | for=198.51.100.1 | 198.51.100.1",
                "Forwarded | For=\"198.51.100.1:80\";proto=https | 198.51.100.1",
                "Forwarded | proto=https; for=\"[2001:db8::1]:4711\" | 2001:db8::1",
                "Forwarded | for=203.0.113.9, for=198.51.100.1;by=10.0.0.7, for=10.0.0.7 | 198.51.100.1",
                "Forwarded | for=_hidden | 127.0.0.1",
                "Forwarded | by=198.51.100.1 | 127.0.0.1"
            })
    void the_nearest_address_that_is_no_trusted_proxy_is_the_client(String header, String value, String client) {
        assertThat(client(header, value)).isEqualTo(client);
    }

    @Test
    void a_client_cannot_hide_behind_a_header_that_its_proxy_does_not_write() {
        var both = new String[] {"X-Forwarded-For", "198.51.100.1", "Forwarded", "for=203.0.113.9"};
        assertThat(client(both)).isEqualTo(PEER);
        assertThat(client("X-Forwarded-For", "203.0.113.9", "X-Forwarded-For", "198.51.100.1"))
                .isEqualTo("198.51.100.1");
        assertThat(client("X-Forwarded-For", "198.51.100.1", "Forwarded", "for=198.51.100.1"))
                .isEqualTo("198.51.100.1");
        assertThat(client()).isEqualTo(PEER);
    }

    /// The address that the database stores with the session.
    private static String client(String... headers) {
        var wallet = Wallet.of("a wallet");
        var message = WORLD.message(wallet);
        var proof = World.proof(message, wallet.sign(message));
        var user = WORLD.send("POST", "/v1/auth/wallet-sessions", Optional.of(proof), headers)
                .body()
                .path("user_id")
                .asString();
        return WORLD.one("""
            select host(ip_address) from app.auth_session where user_id = '%s' order by created_at desc, id desc limit 1
            """.formatted(user));
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.example", "10.0.0.0/33", "10.0.0.0-10.0.0.9", "10.0.0.0/8;", "300.1.1.1"})
    void a_malformed_block_of_addresses_is_refused(String setting) {
        assertThatThrownBy(() -> new TrustedProxies(List.of(setting))).isInstanceOf(IllegalArgumentException.class);
    }
}
