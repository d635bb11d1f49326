package hedgerow.sql;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.ds.PGSimpleDataSource;

/// A loopback proxy that reads the protocol between driver and server: how often the driver waits, and what
/// it sends.
///
/// A round trip begins with the first message that the driver sends when every Sync and simple query of it
/// has been answered by ReadyForQuery: until then it has not waited.
///
/// @see <a href="https://www.postgresql.org/docs/18/protocol-message-formats.html">PostgreSQL 18, 54.7</a>
public final class Wire implements AutoCloseable {

    /// A statement that the driver had the server parse, and the name under which the server keeps it;
    /// empty for none.
    public record Parse(String name, String sql) {}

    private final ServerSocket listener;
    private final DatabaseUrl server;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final AtomicInteger trips = new AtomicInteger();
    private final AtomicInteger executions = new AtomicInteger();
    private volatile long oneWay;
    private final Queue<Parse> parses = new ConcurrentLinkedQueue<>();

    private Wire(DatabaseUrl server) throws IOException {
        this.server = server;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public static Wire to(DatabaseUrl server) throws IOException {
        return new Wire(server);
    }

    /// The URL of the server through this proxy.
    public DatabaseUrl url() {
        var address = listener.getLocalPort();
        return new DatabaseUrl(
                        "127.0.0.1", address, server.database(), server.user(), server.password(), server.parameters())
                .withParameter("sslmode", "disable");
    }

    /// Unpooled connections through this proxy.
    ///
    /// @param parameters of the JDBC URL: `prepareThreshold=1`
    public PGSimpleDataSource dataSource(String... parameters) {
        var source = new PGSimpleDataSource();
        source.setUrl("%s&%s".formatted(url().jdbc(), String.join("&", parameters)));
        return source;
    }

    /// From now on what one side sends reaches the other so much later that a round trip takes this much longer. What
    /// comes in one go is held back once.
    public void delay(Duration roundTrip) {
        oneWay = roundTrip.dividedBy(2).toNanos();
    }

    private void hold() {
        for (var end = System.nanoTime() + oneWay; System.nanoTime() < end; ) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    /// The number of times that drivers have waited for the server so far.
    public int roundTrips() {
        return trips.get();
    }

    /// The number of times that drivers waited while `code` ran.
    public <X extends Exception> int roundTrips(Code<X> code) throws X {
        var before = roundTrips();
        code.run();
        return roundTrips() - before;
    }

    /// The traffic between drivers and server while `code` ran and nobody else used the proxy.
    public <X extends Exception> Traffic traffic(Code<X> code) throws X {
        var before = executions.get();
        var waited = roundTrips(code);
        return new Traffic(waited, executions.get() - before);
    }

    /// The traffic of one piece of code.
    ///
    /// @param roundTrips the number of times that the driver waited
    /// @param statements the number of statements that it had executed
    public record Traffic(int roundTrips, int statements) {}

    @FunctionalInterface
    public interface Code<X extends Exception> {
        void run() throws X;
    }

    /// Returns every statement that was parsed since the last call.
    public List<Parse> takeParses() {
        var taken = List.copyOf(parses);
        parses.clear();
        return taken;
    }

    /// Resets the open connections, as a network does.
    public void cut() {
        for (var socket = sockets.poll(); socket != null; socket = sockets.poll()) {
            var cut = socket;
            quietly(() -> {
                cut.setSoLinger(true, 0);
                cut.close();
            });
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (var socket : sockets) {
            socket.close();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var client = listener.accept();
                Thread.ofVirtual().start(() -> quietly(() -> connect(client)));
            } catch (IOException e) {
                return;
            }
        }
    }

    /// Connects a client; while the server is away, the driver finds its connection closed.
    private void connect(Socket client) throws IOException {
        sockets.add(client);
        try (client;
                var target = new Socket(server.host(), server.port())) {
            sockets.add(target);
            client.setTcpNoDelay(true);
            target.setTcpNoDelay(true);
            // The start of a session also ends with a ReadyForQuery.
            var unanswered = new AtomicInteger(1);
            Thread.ofVirtual().start(() -> quietly(() -> back(target, client, unanswered)));
            forward(client, target, unanswered);
        }
    }

    private static void quietly(Code<Exception> code) {
        try {
            code.run();
        } catch (Exception e) {
            // One side has gone: the other notices by itself.
        }
    }

    private void forward(Socket from, Socket to, AtomicInteger unanswered) throws IOException {
        try (from;
                to) {
            var in = new DataInputStream(new BufferedInputStream(from.getInputStream(), 1 << 16));
            var out = new DataOutputStream(new BufferedOutputStream(to.getOutputStream(), 1 << 16));
            copyBody(in, out);
            out.flush();
            var asks = false;
            for (var type = in.read(); type >= 0; type = in.read()) {
                if (unanswered.get() == 0 && !asks) {
                    trips.incrementAndGet();
                    asks = true;
                }
                if (type == 'E' || type == 'Q') {
                    executions.incrementAndGet();
                }
                if (type == 'S' || type == 'Q') {
                    unanswered.incrementAndGet();
                    asks = false;
                }
                out.write(type);
                var body = copyBody(in, out);
                if (type == 'P') {
                    parses.add(parse(body));
                }
                if (in.available() == 0) {
                    hold();
                    out.flush();
                }
            }
        }
    }

    private void back(Socket from, Socket to, AtomicInteger unanswered) throws IOException {
        try (from;
                to) {
            var in = new DataInputStream(new BufferedInputStream(from.getInputStream(), 1 << 16));
            var out = new DataOutputStream(new BufferedOutputStream(to.getOutputStream(), 1 << 16));
            for (var type = in.read(); type >= 0; type = in.read()) {
                if (type == 'Z') {
                    unanswered.decrementAndGet();
                }
                out.write(type);
                copyBody(in, out);
                if (in.available() == 0) {
                    hold();
                    out.flush();
                }
            }
        }
    }

    private static byte[] copyBody(DataInputStream in, DataOutputStream out) throws IOException {
        var length = in.readInt();
        var body = in.readNBytes(length - 4);
        out.writeInt(length);
        out.write(body);
        return body;
    }

    private static Parse parse(byte[] body) {
        var parts = new String(body, StandardCharsets.UTF_8).split("\0", 3);
        return new Parse(parts[0], parts[1]);
    }
}
