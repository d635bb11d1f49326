package hedgerow.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.web3j.utils.Numeric;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A wallet signs in through thirdweb's clients, which send the fields of the message instead of its text.
class ThirdwebTest {

    /// The folder in which `.ci/run` installs thirdweb; without it, the test of its own code is skipped.
    private static final Path TOOLS = Path.of("target", "thirdweb");

    private static final Wallet ADA = Wallet.of("Ada of thirdweb");

    @RegisterExtension
    static final World WORLD = new World();

    @Test
    void thirdwebs_own_code_signs_in() throws Exception {
        Assumptions.assumeTrue(
                Files.isDirectory(TOOLS.resolve("node_modules/thirdweb")), "NO THIRDWEB: its clients are not tested");
        var script = Files.copy(
                Path.of("src", "test", "thirdweb", "sign-in.mjs"),
                TOOLS.resolve("sign-in.mjs"),
                StandardCopyOption.REPLACE_EXISTING);
        var said = run(
                "node",
                script.toString(),
                "http://127.0.0.1:" + WORLD.port(),
                Numeric.toHexStringWithPrefixZeroPadded(ADA.pair().getPrivateKey(), 64));
        assertThat(said).contains("\"token\":\"hs_");
        assertThat(WORLD.one("select count(*) from app.user_wallet where address = '%s'"
                        .formatted(ADA.address().lowerCase())))
                .isEqualTo("1");
    }

    private static String run(String... command) throws IOException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.onExit().join().exitValue()).as(said).isZero();
        return said;
    }

    @Test
    void the_payload_is_the_message_and_signs_in_once() {
        var wallet = Wallet.of("Grace");
        var nonce = nonce(wallet);
        var message = nonce.path("message").asString();
        assertThat(LoginPayload.of(SignInMessage.parse(message).orElseThrow()).text())
                .isEqualTo(message);
        var proof = Map.of("payload", nonce.path("payload"), "signature", wallet.sign(message));
        assertThat(WORLD.post("/v1/auth/wallet-sessions", proof).status()).isEqualTo(201);
        assertThat(WORLD.post("/v1/auth/wallet-sessions", proof).status()).isEqualTo(401);
    }

    @Test
    void a_payload_that_was_changed_proves_nothing() {
        for (var change : Map.of(
                        "domain", "evil.example",
                        "statement", "Sign in to Hedgerow.\n\nURI: https://evil.example",
                        "uri", "https://evil.example",
                        "chain_id", "5",
                        "expiration_time", "2999-01-01T00:00:00Z")
                .entrySet()) {
            var nonce = nonce(ADA);
            var payload = (ObjectNode) nonce.path("payload");
            payload.put(change.getKey(), change.getValue());
            var proof = Map.of(
                    "payload",
                    payload,
                    "signature",
                    ADA.sign(nonce.path("message").asString()));
            assertThat(WORLD.post("/v1/auth/wallet-sessions", proof).code())
                    .as(change.getKey())
                    .isEqualTo("invalid_proof");
        }
    }

    @Test
    void message_and_payload_contradict_each_other_and_one_is_needed() {
        var nonce = nonce(ADA);
        var message = nonce.path("message").asString();
        var signature = ADA.sign(message);
        var both = Map.of("payload", nonce.path("payload"), "message", message, "signature", signature);
        assertThat(WORLD.post("/v1/auth/wallet-sessions", both).text()).contains("/message", "either");
        assertThat(WORLD.post("/v1/auth/wallet-sessions", Map.of("signature", signature))
                        .text())
                .contains("/message", "either");
    }

    private static JsonNode nonce(Wallet wallet) {
        return WORLD.post("/v1/auth/nonces", Map.of("address", wallet.address().checksummed(), "chain_id", 1))
                .body();
    }
}
