package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.chain.RemoteKeys;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Wallets that are made where a remote signer keeps their keys.
class RemoteWalletsTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private static final String WALLET = """
        {"kind": "server", "chain": "eip155:84532", "label": "Till"}\
        """;

    @Test
    void a_key_is_made_only_for_a_wallet_that_the_database_takes() throws Exception {
        try (var keys = new RemoteKeys(Optional.empty());
                var service =
                        SERVER.start(Map.of("wallet-signer", keys.address().toString()))) {
            var owner = SERVER.as("acme", "Owner").at(service.port());
            SERVER.as("acme", "Viewer")
                    .at(service.port())
                    .post("/v1/wallets", WALLET)
                    .problem(ProblemCode.FORBIDDEN);
            owner.post("/v1/wallets", WALLET.replace("84532", "1")).is(422);
            owner.with("Prefer", "tx=rollback").post("/v1/wallets", WALLET).is(201);
            assertThat(keys.wallets()).isZero();
            var made = owner.post("/v1/wallets", WALLET).is(201);
            assertThat(keys.wallets()).isEqualTo(1);
            assertThat(made.text("/address")).isEqualTo(keys.onlyAddress());
        }
    }

    /// The service has one connection.
    @Test
    void a_signer_that_does_not_answer_keeps_no_connection() throws Exception {
        try (var silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var service = SERVER.start(
                        Map.of("pool-size", "1", "wallet-signer", "http://127.0.0.1:" + silent.getLocalPort()))) {
            var owner = SERVER.as("acme", "Owner").at(service.port());
            var waiting = CompletableFuture.supplyAsync(() -> owner.post("/v1/wallets", WALLET));
            silent.setSoTimeout(60_000);
            try (var _ = silent.accept()) {
                owner.get("/v1/customers?limit=1").is(200);
                assertThat(waiting).isNotDone();
            }
            waiting.join().problem(ProblemCode.UNAVAILABLE);
        }
    }
}
