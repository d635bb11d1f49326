package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The chain of `up --chain`.
class LocalChainTest {

    @TempDir
    private Path folder;

    /// Otherwise the database would know of nonces that its chain does not.
    @Test
    void it_restores_its_last_state() throws Exception {
        var tools = Path.of("target", "chain").toAbsolutePath();
        Assumptions.assumeTrue(Files.isDirectory(tools.resolve("node_modules")), "NO ANVIL: no local chain is tested");
        Files.createSymbolicLink(folder.resolve("data-chain"), tools);
        var anvil = LocalChain.anvil(folder.resolve("data")).orElseThrow();
        var state = Optional.of(folder.resolve("chain.json"));
        var holder = "0x00000000000000000000000000000000000000aa";
        try (var first = LocalChain.start(anvil, state)) {
            ask(first.endpoint(), "anvil_setBalance", "\"%s\", \"0x7\"".formatted(holder));
        }
        try (var second = LocalChain.start(anvil, state)) {
            assertThat(ask(second.endpoint(), "eth_getBalance", "\"%s\", \"latest\"".formatted(holder)))
                    .contains("\"0x7\"");
        }
        try (var fresh = LocalChain.start(anvil, Optional.empty())) {
            assertThat(ask(fresh.endpoint(), "eth_getBalance", "\"%s\", \"latest\"".formatted(holder)))
                    .contains("\"0x0\"");
        }
    }

    private static String ask(URI chain, String method, String parameters) throws Exception {
        var request = HttpRequest.newBuilder(chain)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("""
                    {"jsonrpc": "2.0", "id": 1, "method": "%s", "params": [%s]}\
                    """.formatted(method, parameters)));
        return HttpClient.newHttpClient()
                .send(request.build(), BodyHandlers.ofString())
                .body();
    }
}
