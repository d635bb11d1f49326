package hedgerow.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import hedgerow.server.http.Problem;
import hedgerow.server.http.ProblemCode;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The keys of an issuer are fetched correctly. Refused tokens are in [AttackTest].
class JwtVerifierTest {

    private static final String ISSUER = "https://id.example";

    private final AtomicInteger fetched = new AtomicInteger();
    private HttpServer server;
    private volatile int status = 200;
    private volatile String keys = "";

    @BeforeEach
    void serve() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            fetched.incrementAndGet();
            var body = keys.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void keys_are_fetched_once_and_again_for_a_new_one() throws Exception {
        var first = key("first");
        var second = key("second");
        var verifier = verifier();
        keys = set(first);
        verifier.verify(token(first));
        verifier.verify(token(first));
        assertThat(fetched).hasValue(1);
        keys = set(first, second);
        verifier.verify(token(second));
        assertThat(fetched).hasValue(2);
    }

    @Test
    void made_up_keys_cost_the_issuer_next_to_nothing() throws Exception {
        var real = key("real");
        var verifier = verifier();
        keys = set(real);
        for (int i = 0; i < 50; i++) {
            var token = token(key("made-up-" + i));
            assertThatThrownBy(() -> verifier.verify(token)).isInstanceOf(InvalidToken.class);
        }
        verifier.verify(token(real));
        assertThat(fetched).hasValueLessThanOrEqualTo(3);
    }

    @Test
    void an_issuer_that_does_not_answer_lets_nobody_in() throws Exception {
        var key = key("key");
        keys = set(key);
        status = 503;
        assertUnavailable(verifier(), token(key));
        status = 302;
        assertUnavailable(verifier(), token(key));
        status = 200;
        keys = "no keys";
        assertUnavailable(verifier(), token(key));
        keys = set(key) + " ".repeat(300_000);
        assertUnavailable(verifier(), token(key));
        server.stop(0);
        assertUnavailable(verifier(), token(key));
    }

    @Test
    void after_an_outage_the_last_keys_still_count() throws Exception {
        var key = key("key");
        var verifier = verifier();
        keys = set(key);
        verifier.verify(token(key));
        status = 503;
        assertThat(verifier.verify(token(key)).subject()).isEqualTo("someone");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://id.example/keys",
                "ftp://id.example/keys",
                "//id.example/keys",
                "file://host/keys",
                "keys"
            })
    void keys_come_from_no_unsafe_place(String place) {
        var uri = URI.create(place);
        var audience = Set.of("hedgerow");
        assertThatThrownBy(() -> new JwtIssuer(ISSUER, audience, JwtIssuer.Algorithm.ES256, uri, JwtIssuer.USUAL_TYPES))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void assertUnavailable(JwtVerifier verifier, String token) {
        assertThatThrownBy(() -> verifier.verify(token))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.UNAVAILABLE));
    }

    private JwtVerifier verifier() {
        var place = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keys");
        return new JwtVerifier(List.of(
                new JwtIssuer(ISSUER, Set.of("hedgerow"), JwtIssuer.Algorithm.ES256, place, JwtIssuer.USUAL_TYPES)));
    }

    private static ECKey key(String id) throws Exception {
        return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    }

    private static String set(ECKey... keys) {
        return new JWKSet(List.of(keys)).toString();
    }

    private static String token(ECKey key) {
        return new Jwt(key).claim("iss", ISSUER).sign();
    }
}
