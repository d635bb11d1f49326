package hedgerow.sql;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// A proxy in front of a server that is suspended when nobody needs it, and wakes at the first connection.
public final class Sleeper implements AutoCloseable {

    /// The treatment of callers while the server wakes.
    public enum Manner {
        /// The connection is accepted and waits, as at Neon's proxy.
        HOLDS,
        /// The connection fails with SQLSTATE 57P03, as on a server that is starting up.
        REFUSES
    }

    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final DatabaseUrl server;
    private final Manner manner;
    private final Duration wakeUp;
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waited = new AtomicInteger();
    private Instant awake = Instant.now();
    private boolean asleep;

    public Sleeper(DatabaseUrl server, Manner manner, Duration wakeUp) throws IOException {
        this.server = server;
        this.manner = manner;
        this.wakeUp = wakeUp;
        Thread.ofVirtual().start(this::receive);
    }

    public DatabaseUrl url() {
        return new DatabaseUrl(
                        "127.0.0.1",
                        door.getLocalPort(),
                        server.database(),
                        server.user(),
                        server.password(),
                        server.parameters())
                .withParameter("sslmode", "disable");
    }

    /// The number of callers that came while it was waking.
    public int waited() {
        return waited.get();
    }

    /// Ends every connection; the next caller wakes it.
    public synchronized void fallAsleep() throws IOException {
        asleep = true;
        for (var socket = open.poll(); socket != null; socket = open.poll()) {
            socket.close();
        }
    }

    private synchronized Duration knock(Socket caller) {
        open.add(caller); // now: a caller that was let in before it falls asleep does not outlast that
        if (asleep) {
            asleep = false;
            awake = Instant.now().plus(wakeUp);
        }
        var rest = Duration.between(Instant.now(), awake);
        if (rest.isPositive()) {
            waited.incrementAndGet();
        }
        return rest;
    }

    private void receive() {
        while (!door.isClosed()) {
            try {
                var caller = door.accept();
                Thread.ofVirtual().start(() -> serve(caller));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket caller) {
        try {
            var rest = knock(caller);
            if (rest.isPositive() && manner == Manner.REFUSES) {
                refuse(caller);
                return;
            }
            if (rest.isPositive()) {
                Thread.sleep(rest);
            }
            var behind = new Socket(server.host(), server.port());
            Thread.ofVirtual().start(() -> copy(caller, behind));
            copy(behind, caller);
        } catch (IOException | InterruptedException e) {
            // the caller has gone
        }
    }

    private static void refuse(Socket caller) throws IOException {
        try (caller;
                var in = new DataInputStream(caller.getInputStream())) {
            in.readNBytes(in.readInt() - 4);
            var text = "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"
                    .getBytes(StandardCharsets.US_ASCII);
            var message = ByteBuffer.allocate(5 + text.length).put((byte) 'E').putInt(4 + text.length);
            caller.getOutputStream().write(message.put(text).array());
        }
    }

    private static void copy(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException e) {
            // either side has gone
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        fallAsleep();
    }
}
