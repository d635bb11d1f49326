package hedgerow.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/// A proxy in front of a real server: it turns the first callers away, and may change the server's messages
/// to the others.
final class Doorman implements AutoCloseable {

    private final ServerSocket door;
    private final DatabaseUrl house;
    private final AtomicInteger toRefuse;
    private final UnaryOperator<String> translation;

    private Doorman(DatabaseUrl house, int refuse, UnaryOperator<String> translation) throws IOException {
        this.door = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        this.house = house;
        this.toRefuse = new AtomicInteger(refuse);
        this.translation = translation;
        Thread.ofVirtual().start(this::receive);
    }

    /// Behaves like a suspended compute: closes the connections of the first `callers`.
    static Doorman asleep(DatabaseUrl house, int callers) throws IOException {
        return new Doorman(house, callers, UnaryOperator.identity());
    }

    /// Changes the server's messages; as long as their length stays the same, nobody notices.
    static Doorman translating(DatabaseUrl house, UnaryOperator<String> translation) throws IOException {
        return new Doorman(house, 0, translation);
    }

    DatabaseUrl url() {
        return new DatabaseUrl(
                "127.0.0.1", door.getLocalPort(), house.database(), house.user(), house.password(), house.parameters());
    }

    @Override
    public void close() throws IOException {
        door.close();
    }

    private void receive() {
        while (!door.isClosed()) {
            try {
                var caller = door.accept();
                if (toRefuse.getAndDecrement() > 0) {
                    caller.close();
                } else {
                    var server = new Socket(house.host(), house.port());
                    pipe(caller.getInputStream(), server.getOutputStream(), UnaryOperator.identity());
                    pipe(server.getInputStream(), caller.getOutputStream(), translation);
                }
            } catch (IOException e) {
                if (!door.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private static void pipe(InputStream from, OutputStream to, UnaryOperator<String> translation) {
        Thread.ofVirtual().start(() -> {
            var buffer = new byte[8192];
            try (from;
                    to) {
                for (var n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                    var text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
                    to.write(translation.apply(text).getBytes(StandardCharsets.ISO_8859_1));
                }
            } catch (IOException e) {
                // either side hung up
            }
        });
    }
}
