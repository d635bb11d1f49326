package hedgerow.server.cli;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A chain on this machine for trying out payments: Foundry's anvil, as a child process that listens on
/// loopback only.
final class LocalChain implements AutoCloseable {

    static final long ID = 31_337;
    private static final String PACKAGE = "@foundry-rs/anvil@1.7.1";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int DEEPEST = 5;

    private final Process process;
    private final URI endpoint;

    private LocalChain(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /// The instructions to install anvil in the folder in which it is searched for.
    static String installation(Path data) {
        return "npm install --prefix %s %s".formatted(folder(data), PACKAGE);
    }

    /// The program, on the path or where [#installation] puts it.
    static Optional<Path> anvil(Path data) {
        var onPath = Stream.of(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .map(folder -> Path.of(folder).resolve("anvil"))
                .filter(Files::isExecutable)
                .findFirst();
        return onPath.or(() -> installed(folder(data).resolve("node_modules")));
    }

    /// The folder of the program, beside the data, because the data folder itself must be empty when it is
    /// created.
    private static Path folder(Path data) {
        var absolute = data.toAbsolutePath().normalize();
        return absolute.resolveSibling(absolute.getFileName() + "-chain");
    }

    private static Optional<Path> installed(Path modules) {
        if (!Files.isDirectory(modules)) {
            return Optional.empty();
        }
        try (var files = Files.walk(modules, DEEPEST)) {
            return files.filter(file -> file.endsWith(Path.of("bin", "anvil")) && Files.isExecutable(file))
                    .filter(file -> file.toString().contains("anvil-")) // the program, not its launcher
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Starts a chain.
    ///
    /// @param state the file that keeps the chain from one start to the next; empty: none
    static LocalChain start(Path anvil, Optional<Path> state) {
        try {
            var port = freePort();
            var command = new ArrayList<>(List.of(
                    anvil.toString(),
                    "--silent",
                    "--port",
                    Integer.toString(port),
                    "--chain-id",
                    Long.toString(ID),
                    "--block-time",
                    "1"));
            state.ifPresent(file -> command.addAll(List.of("--state", file.toString())));
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            var chain = new LocalChain(process, URI.create("http://127.0.0.1:" + port));
            chain.await();
            return chain;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void await() {
        var request = HttpRequest.newBuilder(endpoint)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(
                        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\",\"params\":[]}"))
                .build();
        try (var client = HttpClient.newHttpClient()) {
            for (var deadline = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < deadline; ) {
                try {
                    client.send(request, BodyHandlers.discarding());
                    return;
                } catch (IOException e) {
                    if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
                        break;
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
        throw new IllegalStateException("the local chain does not start");
    }

    URI endpoint() {
        return endpoint;
    }

    /// Stops the chain, which writes its state as it ends.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
