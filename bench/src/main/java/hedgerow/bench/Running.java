package hedgerow.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// A running contestant: its process, and its address.
final class Running implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Contestant contestant;
    private final Process process;
    private final int port;
    private final Duration startUp;

    private Running(Contestant contestant, Process process, int port, Duration startUp) {
        this.contestant = contestant;
        this.process = process;
        this.port = port;
        this.startUp = startUp;
    }

    /// Starts a contestant, and returns when the first request is answered.
    ///
    /// @param logs folder of its output
    static Running start(Contestant contestant, Path logs) throws IOException, InterruptedException {
        var port = freePort();
        Files.createDirectories(logs);
        var log = logs.resolve(contestant.name() + ".log").toFile();
        var builder = new ProcessBuilder(contestant.command())
                .directory(contestant.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log);
        var environment = builder.environment();
        environment.put("PORT", Integer.toString(port));
        environment.put("POOL_SIZE", Integer.toString(contestant.poolSize()));
        environment.put("DATABASE_URL", contestant.database().libpq());
        environment.put("JDBC_URL", contestant.database().jdbc());
        environment.put("HEDGEROW_PORT", Integer.toString(port));
        environment.put("HEDGEROW_POOL_SIZE", Integer.toString(contestant.poolSize()));
        environment.put("HEDGEROW_DATABASE", contestant.database().libpq());
        environment.putAll(contestant.environment());
        var begun = System.nanoTime();
        var process = Children.start(builder);
        try {
            awaitAnswer(
                    process, port, contestant.dialect().read(1, Ids.order(1, 0)).to(address(port)));
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.destroyForcibly();
            throw new IOException("%s did not start: see %s".formatted(contestant.name(), log), e);
        }
        return new Running(contestant, process, port, Duration.ofNanos(System.nanoTime() - begun));
    }

    private static void awaitAnswer(Process process, int port, HttpRequest first)
            throws IOException, InterruptedException {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!listens(port)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("nobody listens at port " + port);
            }
            Thread.sleep(PAUSE);
        }
        try (var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            client.send(first, HttpResponse.BodyHandlers.discarding());
        }
    }

    /// Whether a port is open, checked by a mere socket: an HTTP client that is refused again and again
    /// takes processor time from the process that it waits for.
    private static boolean listens(int port) {
        try (var probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return probe.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static String address(int port) {
        return "http://127.0.0.1:" + port;
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    Contestant contestant() {
        return contestant;
    }

    String address() {
        return address(port);
    }

    long processId() {
        return process.pid();
    }

    /// The time from the start of its process to its first response.
    Duration startUp() {
        return startUp;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
