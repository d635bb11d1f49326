package hedgerow.mappers;

import hedgerow.sql.DatabaseUrl;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// A loopback proxy that counts how often the driver waits for the server.
///
/// @see <a href="https://www.postgresql.org/docs/18/protocol-message-formats.html">PostgreSQL 18, 54.7</a>
final class Wire implements AutoCloseable {

    private static final int READY_FOR_QUERY = 'Z';
    private static final int SIMPLE_QUERY = 'Q';
    private static final int SYNC = 'S';

    private final AtomicInteger trips = new AtomicInteger();
    private final DatabaseUrl server;
    private final ServerSocket listener;

    Wire(DatabaseUrl server) throws IOException {
        this.server = server;
        listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /// Unpooled connections through this proxy.
    DataSource dataSource() {
        var source = new PGSimpleDataSource();
        source.setUrl("jdbc:postgresql://127.0.0.1:%d/%s?sslmode=disable"
                .formatted(listener.getLocalPort(), server.database()));
        source.setUser(server.user().orElseThrow());
        source.setPassword(server.password().orElseThrow());
        return source;
    }

    /// While `code` runs.
    int roundTrips(Supplier<?> code) {
        var before = trips.get();
        code.get();
        return trips.get() - before;
    }

    private void accept() {
        try {
            while (true) {
                var client = listener.accept();
                var backend = new Socket(server.host(), server.port());
                var unanswered = new AtomicInteger(1); // the end of the start of a session is a ReadyForQuery too
                Thread.ofVirtual().start(() -> forward(client, backend, unanswered));
                Thread.ofVirtual().start(() -> back(backend, client, unanswered));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    /// The driver has not waited until all that it asked before has been answered: BEGIN goes out with what follows.
    private void forward(Socket driver, Socket backend, AtomicInteger unanswered) {
        try (driver;
                backend) {
            var in = new DataInputStream(driver.getInputStream());
            var out = new DataOutputStream(new BufferedOutputStream(backend.getOutputStream()));
            copyBody(in, out);
            out.flush();
            var asks = false;
            while (true) {
                var type = in.readUnsignedByte();
                if (unanswered.get() == 0 && !asks) {
                    trips.incrementAndGet();
                    asks = true;
                }
                if (type == SYNC || type == SIMPLE_QUERY) {
                    unanswered.incrementAndGet();
                    asks = false;
                }
                out.writeByte(type);
                copyBody(in, out);
            }
        } catch (IOException closed) {
            // Whoever closed it knows.
        }
    }

    private static void back(Socket backend, Socket driver, AtomicInteger unanswered) {
        try (driver;
                backend) {
            var in = new DataInputStream(backend.getInputStream());
            var out = new DataOutputStream(new BufferedOutputStream(driver.getOutputStream()));
            while (true) {
                var type = in.readUnsignedByte();
                if (type == READY_FOR_QUERY) {
                    unanswered.decrementAndGet();
                }
                out.writeByte(type);
                copyBody(in, out);
            }
        } catch (IOException closed) {
            // Whoever closed it knows.
        }
    }

    private static void copyBody(DataInputStream in, DataOutputStream out) throws IOException {
        var length = in.readInt();
        out.writeInt(length);
        out.write(in.readNBytes(length - 4));
        if (in.available() == 0) {
            out.flush();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
