package hedgerow.sql;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// An [EmbeddedPostgres] in a process of its own, so that a test can kill that process.
final class ServerInAnotherJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader output;

    private ServerInAnotherJvm(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /// Starts the server.
    ///
    /// @param directory `-` for an ephemeral server
    static ServerInAnotherJvm start(String directory, Map<String, String> environment) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(List.of(java, "-cp", System.getProperty("java.class.path")));
        command.add("-Dhedgerow.postgres=" + EmbeddedPostgres.USUAL);
        command.addAll(List.of(ServerInAnotherJvm.class.getName(), directory));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return new ServerInAnotherJvm(builder.start());
    }

    /// The first line of the process: the server's directory once it runs, or the reason why it does not.
    String answer() throws IOException {
        return output.readLine();
    }

    /// Kills the process without shutdown hook or `finally`, as the kernel does when memory runs out.
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.onExit().join();
    }

    /// Runs the server until its input ends.
    public static void main(String[] arguments) throws IOException {
        try (var server = arguments[0].equals("-")
                ? EmbeddedPostgres.ephemeral(0, line -> {})
                : EmbeddedPostgres.open(Path.of(arguments[0]), 0, line -> {})) {
            System.out.println(server.directory());
            System.in.read();
        } catch (DatabaseProblem e) {
            System.out.println(e.code() + " " + e.getMessage());
        }
    }
}
