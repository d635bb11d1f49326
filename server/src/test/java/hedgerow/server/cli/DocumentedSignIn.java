package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The commands by which `docs/authentication.md` signs a wallet in, run literally, by a shell and curl.
final class DocumentedSignIn {

    private static final Path DOCUMENT = Path.of("..", "docs", "authentication.md");
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final ECKeyPair WALLET = ECKeyPair.create(BigInteger.valueOf(4361));

    private DocumentedSignIn() {}

    /// Runs the commands.
    ///
    /// @param api the address of the service
    static void at(String api) throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "NO CURL: the document is not tried");
        var commands = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("$ curl ") && line.contains("http://127.0.0.1:8080"))
                .map(line -> line.substring(2).replace("http://127.0.0.1:8080", api))
                .toList();
        assertThat(commands).hasSize(5);
        var known = new HashMap<>(Map.of("address", Keys.toChecksumAddress(Keys.getAddress(WALLET))));

        var message = run(commands.get(0), known).path("message").asString();
        known.put("message", message.replace("\n", "\\n"));
        known.put("signature", sign(message));
        var session = run(commands.get(1), known);
        known.put("token", session.path("token").asString());
        assertThat(run(commands.get(2), known).path("id")).isEqualTo(session.path("user_id"));
        assertThat(run(commands.get(3), known).path("data")).hasSize(1);
        assertThat(run(commands.get(4), known)).isEmpty();
        assertThat(run(commands.get(2), known).path("code").asString()).isEqualTo("unauthenticated");
    }

    private static JsonNode run(String command, Map<String, String> known) throws IOException {
        var line = command;
        for (var placeholder : known.entrySet()) {
            line = line.replace("<%s>".formatted(placeholder.getKey()), placeholder.getValue());
        }
        var process = new ProcessBuilder(List.of("bash", "-c", line))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.onExit().join().exitValue()).as(line).isZero();
        return answer.isEmpty() ? MAPPER.createObjectNode() : MAPPER.readTree(answer);
    }

    /// Signs a message as `personal_sign` does.
    private static String sign(String message) {
        var signature = Sign.signPrefixedMessage(message.getBytes(StandardCharsets.UTF_8), WALLET);
        var hex = HexFormat.of();
        return "0x" + hex.formatHex(signature.getR()) + hex.formatHex(signature.getS())
                + hex.formatHex(signature.getV());
    }
}
