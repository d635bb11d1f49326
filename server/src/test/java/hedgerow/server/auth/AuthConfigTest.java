package hedgerow.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.server.http.Configuration;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AuthConfigTest {

    @Test
    void without_settings_there_are_api_keys_alone() {
        assertThat(read(Map.of())).isEqualTo(AuthConfig.DEFAULT);
    }

    @Test
    void everything_is_read() {
        var config = read(Map.of(
                "sites", "https://app.example, http://localhost:5173",
                "chains", "1=https://node.example/secret,8453=http://127.0.0.1:8545",
                "jwt-issuers",
                        "[{issuer: https://id.example, audiences: [a, b], algorithm: RS256,"
                                + " keys: https://id.example/keys}]",
                "session-life", "30m",
                "attempts-per-minute", "7"));
        assertThat(config.site("localhost:5173")).contains(URI.create("http://localhost:5173"));
        assertThat(config.chains()).containsOnlyKeys(1L, 8453L);
        assertThat(config.issuers())
                .containsExactly(new JwtIssuer(
                        "https://id.example",
                        Set.of("a", "b"),
                        JwtIssuer.Algorithm.RS256,
                        URI.create("https://id.example/keys"),
                        JwtIssuer.USUAL_TYPES));
        assertThat(config.sessionLife()).isEqualTo(Duration.ofMinutes(30));
        assertThat(config.attemptsPerMinute()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        sites        | https://app.example/
        sites        | https://user@app.example
        sites        | app.example
        sites        | ftp://app.example
        chains       | https://node.example/secret
        chains       | 0=https://node.example/secret
        chains       | 1=/secret
        session-life | 800h
        session-life | 0s
        jwt-issuers  | https://id.example
        jwt-issuers  | [{issuer: i, audiences: [a], algorithm: HS256, keys: 'https://id.example'}]
        jwt-issuers  | [{issuer: i, audiences: [a], algorithm: none, keys: 'https://id.example'}]
        jwt-issuers  | [{issuer: i, audiences: [], algorithm: ES256, keys: 'https://id.example'}]
        jwt-issuers  | [{issuer: i, audiences: [a], algorithm: ES256, keys: 'http://id.example'}]
        jwt-issuers  | [{issuer: i, audiences: [a], algorithm: ES256, keys: 'https://id.example', more: 1}]
        jwt-issuers  | [{issuer: i, audience: a, algorithm: ES256, keys: 'https://id.example'}]
        """)
    void what_would_let_anyone_in_is_refused_without_repeating_a_secret(String name, String value) {
        assertThatThrownBy(() -> read(Map.of(name, value)))
                .isInstanceOf(Configuration.Invalid.class)
                .hasMessageContaining(name)
                .hasMessageNotContaining("secret");
    }

    private static AuthConfig read(Map<String, String> settings) {
        var configuration = Configuration.of(settings, Map.of(), Optional.empty());
        var config = AuthConfig.of(configuration);
        configuration.check();
        return config;
    }
}
