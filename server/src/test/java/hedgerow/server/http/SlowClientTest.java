package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.DemoKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Slow clients are cut off, and hold nothing that others wait for: the pool has one connection.
@Timeout(60)
class SlowClientTest {

    private static final Duration IN_TIME = Duration.ofSeconds(30);
    private static final int WINDOW = 4_096;

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer(Map.of(
            "idle-timeout", "1s",
            "min-bytes-per-second", "1000",
            "pool-size", "1",
            "pool-timeout", "1s"));

    private final ApiServer.Client acme = SERVER.as("acme", "Owner");

    @Test
    void headers_that_come_byte_by_byte_are_cut_off() throws Exception {
        try (var socket = connect()) {
            say(socket, "GET /v1/customers HTTP/1.1\r\nHost: a\r\nX-Slow: ");
            assertCutOff(socket);
        }
    }

    @Test
    void slow_headers_of_a_later_request_are_cut_off() throws Exception {
        try (var socket = connect()) {
            say(socket, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /healthz HTTP/1.1\r\nX-Slow: ");
            assertCutOff(socket);
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200");
        }
    }

    @Test
    void a_body_that_comes_byte_by_byte_is_cut_off() throws Exception {
        try (var socket = connect()) {
            say(socket, head("/v1/customers"));
            assertCutOff(socket);
        }
    }

    /// An action has no body of its own, but the key covers everything that arrives.
    @Test
    void a_body_is_not_awaited_in_a_transaction() throws Exception {
        var customer = acme.post("/v1/customers", "{\"name\": \"Ada\"}").is(201).text("/id");
        try (var socket = connect()) {
            say(socket, head("/v1/customers/" + customer + "/archive"));
            say(socket, "{");
            acme.get("/v1/customers/" + customer).is(200);
            assertCutOff(socket);
        }
        assertThat(acme.get("/v1/customers/" + customer).text("/archived_at")).isNull();
    }

    @Test
    void answers_that_nobody_reads_are_given_up() throws Exception {
        try (var socket = connect()) {
            var list = "GET /v1/payment-orders?limit=100 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n"
                    .formatted(key());
            var asked = Thread.ofVirtual().start(() -> sayForever(socket, list));
            var until = Instant.now().plus(IN_TIME);
            while (asked.isAlive()) {
                acme.get("/v1/customers?limit=1").is(200);
                assertThat(Instant.now()).isBefore(until);
            }
        }
    }

    /// A byte now and then keeps neither the responses in memory nor the only connection to the database.
    @Test
    void answers_that_are_read_byte_by_byte_are_given_up() throws Exception {
        try (var socket = connect()) {
            var list = "GET /v1/payment-orders?limit=100 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n"
                    .formatted(key());
            var asked = Thread.ofVirtual().start(() -> sayForever(socket, list));
            var until = Instant.now().plus(IN_TIME);
            var read = 0;
            while (asked.isAlive()) {
                read += read(socket);
                acme.get("/v1/customers?limit=1").is(200);
                assertThat(Instant.now()).isBefore(until);
            }
            assertThat(read).as("bytes that were read").isPositive();
        }
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private static Socket connect() throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(WINDOW);
        socket.setSoTimeout((int) IN_TIME.toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), SERVER.port()));
        return socket;
    }

    private static String head(String path) {
        return "POST %s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\nIdempotency-Key: %s\r\n"
                        .formatted(path, key(), path)
                + "Content-Type: application/json\r\nContent-Length: 10000\r\n\r\n";
    }

    private static String key() {
        return DemoKeys.testKey("acme", "Owner");
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// The number of bytes read: one, or none once it is cut off.
    private static int read(Socket socket) {
        try {
            return socket.getInputStream().read() < 0 ? 0 : 1;
        } catch (IOException cutOff) {
            return 0;
        }
    }

    private static void sayForever(Socket socket, String text) {
        try {
            while (true) {
                say(socket, text);
            }
        } catch (IOException cutOff) {
            // the expected end
        }
    }

    /// Reads a byte now and then, until the connection is closed.
    private static void assertCutOff(Socket socket) throws Exception {
        var until = Instant.now().plus(IN_TIME);
        try {
            while (true) {
                say(socket, "a");
                Thread.sleep(Duration.ofMillis(50));
                assertThat(Instant.now()).isBefore(until);
            }
        } catch (SocketException cutOff) {
            // the expected end
        }
    }
}
