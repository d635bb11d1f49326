package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.DemoKeys;
import hedgerow.sql.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A server that stops reports it, finishes the requests under way, and does not wait for ever.
@Timeout(60)
class DrainTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private static String customer;

    @BeforeAll
    static void customer() {
        customer = SERVER.as("acme", "Owner").get("/v1/customers?limit=1").text("/data/0/id");
    }

    @Test
    void requests_under_way_are_finished_and_no_more_are_accepted() throws Exception {
        try (var service = SERVER.start(Map.of("drain-timeout", "10s"));
                var lock = SERVER.database.admin();
                var probe = connect(service.port());
                var patch = connect(service.port())) {
            assertThat(ready(probe)).isEqualTo(200);
            lockCustomer(lock);
            patchCustomer(patch);
            awaitWaiting();
            var port = service.port();
            var stop = Thread.ofVirtual().start(service::close);
            Eventually.holds("no connection is taken", SOON, () -> isRefused(port));
            assertThat(ready(probe)).isEqualTo(503);
            assertThat(stop.isAlive()).isTrue();
            lock.rollback();
            assertThat(status(patch)).isEqualTo(200);
            stop.join();
        }
    }

    @Test
    void a_request_that_takes_too_long_is_cut_off() throws Exception {
        try (var service = SERVER.start(Map.of("drain-timeout", "1s"));
                var lock = SERVER.database.admin();
                var patch = connect(service.port())) {
            lockCustomer(lock);
            patchCustomer(patch);
            awaitWaiting();
            var stop = Thread.ofVirtual().start(service::close);
            assertThat(isCut(patch)).isTrue();
            stop.join();
        }
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private static Socket connect(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) SOON.toMillis());
        return socket;
    }

    private static boolean isRefused(int port) {
        try {
            connect(port).close();
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    private static int ready(Socket socket) throws IOException {
        say(socket, "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
        return status(socket);
    }

    private static void patchCustomer(Socket socket) throws IOException {
        var body = "{\"name\": \"Ada\"}";
        say(
                socket,
                "PATCH /v1/customers/%s HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n"
                                .formatted(customer, DemoKeys.testKey("acme", "Owner"))
                        + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                                .formatted(body.length(), body));
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// The status of the next response, whose body is read as well.
    private static int status(Socket socket) throws IOException {
        var in = socket.getInputStream();
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) next(in));
        }
        var length = head.toString().replaceFirst("(?is).*content-length: *(\\d+).*", "$1");
        in.readNBytes(Integer.parseInt(length));
        return Integer.parseInt(head.substring(9, 12));
    }

    private static int next(InputStream in) throws IOException {
        var next = in.read();
        assertThat(next).as("the connection was closed").isNotNegative();
        return next;
    }

    private static boolean isCut(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    private static void lockCustomer(Connection lock) throws SQLException {
        lock.setAutoCommit(false);
        try (var statement = lock.createStatement()) {
            statement.execute("select from app.customer where id = '%s' for update".formatted(customer));
        }
    }

    private static void awaitWaiting() {
        var waiting = """
            select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
            """;
        Eventually.holds(
                "it waits for the row", SOON, () -> !SERVER.one(waiting).equals("0"));
    }
}
