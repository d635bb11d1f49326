package hedgerow.server.chain;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import hedgerow.sql.DatabaseUrl;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// A proxy between a worker, its database and its chain or provider that cuts the worker off as a death would: at a
/// numbered request, before it arrives or after it was carried out, and from everything that follows. Every
/// place between two requests is therefore a place to die, within transactions and in COMMIT too.
public final class Scissors implements AutoCloseable {

    public enum When {
        BEFORE,
        AFTER
    }

    private static final List<String> RELAYED =
            List.of("Authorization", "Content-Type", "Idempotency-Key", "Stripe-Version");

    private final DatabaseUrl database;
    private final URI chain;
    private final ServerSocket listener;
    private final HttpServer rpc;
    private final HttpClient client = HttpClient.newHttpClient();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private int left = Integer.MAX_VALUE;
    private int counted;
    private When when = When.BEFORE;
    private Runnable blow = () -> {};
    private Runnable overtaker;
    private boolean dead;

    private Scissors(DatabaseUrl database, URI chain) throws IOException {
        this.database = database;
        this.chain = chain;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.rpc = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        rpc.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        rpc.createContext("/", this::relay);
        rpc.start();
        Thread.ofVirtual().start(this::accept);
    }

    public static Scissors between(DatabaseUrl database, URI chain) throws IOException {
        return new Scissors(database, chain);
    }

    /// Cuts at the request with this number, counted from now.
    public void cutAt(int number, When when) {
        cutAt(number, when, () -> {});
    }

    /// Cuts at the request with this number, and does something else to the server: before it gets the request, or
    /// while it carries it out.
    public synchronized void cutAt(int number, When when, Runnable blow) {
        this.left = number;
        this.counted = 0;
        this.when = when;
        this.blow = blow;
    }

    /// Cuts nothing, and has somebody else do something right before the request with this number.
    public synchronized void overtakeAt(int number, Runnable somebody) {
        this.left = number;
        this.counted = 0;
        this.overtaker = somebody;
    }

    public synchronized int requests() {
        return counted;
    }

    public synchronized boolean isCut() {
        return dead;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + rpc.getAddress().getPort());
    }

    public DataSource source() {
        var through = new DatabaseUrl(
                        "127.0.0.1",
                        listener.getLocalPort(),
                        database.database(),
                        database.user(),
                        database.password(),
                        database.parameters())
                .withParameter("sslmode", "disable");
        var source = new PGSimpleDataSource();
        source.setUrl(through.jdbc());
        return source;
    }

    @Override
    public void close() throws IOException {
        rpc.stop(0);
        listener.close();
        for (var socket : sockets) {
            socket.close();
        }
    }

    private enum Fate {
        PASS,
        LOSE_REQUEST,
        LOSE_ANSWER
    }

    private synchronized Fate next() {
        if (dead) {
            return Fate.LOSE_REQUEST;
        }
        counted++;
        if (--left > 0) {
            return Fate.PASS;
        } else if (overtaker != null) {
            if (left == 0) {
                overtaker.run();
            }
            return Fate.PASS;
        }
        dead = true;
        if (when == When.BEFORE) {
            blow.run();
            return Fate.LOSE_REQUEST;
        }
        Thread.ofVirtual().start(blow);
        return Fate.LOSE_ANSWER;
    }

    // --- the chain, or the provider ---------------------------------------------------------------------------------

    private void relay(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            var fate = next();
            if (fate == Fate.LOSE_REQUEST) {
                return;
            }
            var request = HttpRequest.newBuilder(chain.resolve(exchange.getRequestURI()))
                    .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
            RELAYED.forEach(name -> exchange.getRequestHeaders()
                    .getOrDefault(name, List.of())
                    .forEach(value -> request.header(name, value)));
            var answer = client.send(request.build(), BodyHandlers.ofByteArray());
            if (fate == Fate.PASS) {
                exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
                exchange.getResponseBody().write(answer.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // --- the database --------------------------------------------------------------------------------------------

    private void accept() {
        while (!listener.isClosed()) {
            try {
                var client = listener.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void connect(Socket worker) {
        sockets.add(worker);
        try (worker;
                var server = new Socket(database.host(), database.port())) {
            sockets.add(server);
            worker.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            var silent = new boolean[1];
            Thread.ofVirtual().start(() -> back(server, worker, silent));
            forward(worker, server, silent);
        } catch (IOException e) {
            // One side has gone, and the other with it.
        }
    }

    /// Forwards requests. Everything that is sent with one Sync or one simple query is one request, which
    /// arrives as a whole or not at all.
    private void forward(Socket worker, Socket server, boolean[] silent) throws IOException {
        var in = new DataInputStream(new BufferedInputStream(worker.getInputStream(), 1 << 16));
        var out = server.getOutputStream();
        var begin = in.readInt();
        var start = new ByteArrayOutputStream();
        var held = new DataOutputStream(start);
        held.writeInt(begin);
        held.write(in.readNBytes(begin - 4));
        start.writeTo(out);
        start.reset();
        for (var type = in.read(); type >= 0; type = in.read()) {
            var length = in.readInt();
            held.write(type);
            held.writeInt(length);
            held.write(in.readNBytes(length - 4));
            if (type == 'S' || type == 'Q') {
                var fate = next();
                if (fate == Fate.LOSE_REQUEST) {
                    return;
                } else if (fate == Fate.LOSE_ANSWER) {
                    synchronized (silent) {
                        silent[0] = true;
                    }
                }
            }
            if (type == 'S' || type == 'Q' || type == 'p' || type == 'H' || type == 'X') {
                start.writeTo(out);
                out.flush();
                start.reset();
            }
        }
    }

    private static void back(Socket server, Socket worker, boolean[] silent) {
        try (server;
                worker) {
            var in = new DataInputStream(new BufferedInputStream(server.getInputStream(), 1 << 16));
            var out = new DataOutputStream(worker.getOutputStream());
            for (var type = in.read(); type >= 0; type = in.read()) {
                var length = in.readInt();
                var body = in.readNBytes(length - 4);
                boolean cut;
                synchronized (silent) {
                    cut = silent[0];
                }
                if (cut) {
                    if (type == 'Z') {
                        return;
                    }
                    continue;
                }
                var message = new ByteArrayOutputStream();
                var whole = new DataOutputStream(message);
                whole.write(type);
                whole.writeInt(length);
                whole.write(body);
                message.writeTo(out);
            }
        } catch (IOException e) {
            // One side has gone, and the other with it.
        }
    }
}
