package hedgerow.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.server.chain.RemoteKeys;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
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

    @Test
    void a_repeated_request_gets_its_first_answer_and_no_other_key() throws Exception {
        var keys = new RemoteKeys(Optional.empty());
        try (var service = SERVER.start(Map.of("wallet-signer", keys.address().toString()))) {
            var owner = SERVER.as("acme", "Owner").at(service.port()).with("Idempotency-Key", "remote-wallet");
            var first = "";
            try (keys) {
                first = owner.post("/v1/wallets", WALLET).is(201).text("/address");
                assertThat(owner.post("/v1/wallets", WALLET).is(201).text("/address"))
                        .isEqualTo(first);
                owner.post("/v1/wallets", WALLET.replace("Till", "Other")).problem(ProblemCode.IDEMPOTENCY_MISMATCH);
                assertThat(keys.wallets()).isEqualTo(1);
            }
            assertThat(owner.post("/v1/wallets", WALLET).is(201).text("/address"))
                    .as("the signer is away")
                    .isEqualTo(first);
        }
    }

    /// A connection that was used before, which the signer closes while it makes the second key.
    @Test
    void a_request_for_a_key_is_sent_once() throws Exception {
        try (var signer = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                var service = SERVER.start(Map.of("wallet-signer", "http://127.0.0.1:" + signer.getLocalPort()))) {
            signer.setSoTimeout(60_000);
            var owner = SERVER.as("acme", "Owner").at(service.port());
            var first = CompletableFuture.supplyAsync(() -> owner.post("/v1/wallets", WALLET));
            try (var connection = signer.accept()) {
                var requests = new BufferedReader(new InputStreamReader(connection.getInputStream(), US_ASCII));
                read(requests);
                connection
                        .getOutputStream()
                        .write(answer("0x" + "ab".repeat(20)).getBytes(US_ASCII));
                first.join().is(201);
                var second = CompletableFuture.supplyAsync(() -> owner.post("/v1/wallets", WALLET));
                read(requests);
                connection.shutdownOutput();
                signer.setSoTimeout(2_000);
                assertThatThrownBy(signer::accept).isInstanceOf(SocketTimeoutException.class);
                second.join().problem(ProblemCode.UNAVAILABLE);
            }
        }
    }

    private static void read(BufferedReader requests) throws IOException {
        var length = 0;
        for (var line = requests.readLine(); !line.isEmpty(); line = requests.readLine()) {
            length = line.startsWith("Content-Length: ") ? Integer.parseInt(line.substring(16)) : length;
        }
        assertThat(requests.read(new char[length])).isEqualTo(length);
    }

    private static String answer(String address) {
        var body = "{\"address\": \"%s\"}".formatted(address);
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(body.length(), body);
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
