package hedgerow.server.cli;

import static java.util.concurrent.TimeUnit.SECONDS;

import hedgerow.sql.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;

/// `hedgerow` in a process of its own, as a person starts it.
final class Cli implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final Path output;

    private Cli(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /// Starts a command.
    ///
    /// @param folder for the output and all temporary files
    static Cli start(Path folder, String... arguments) throws IOException {
        return start(folder, System.getProperty("java.class.path"), arguments);
    }

    /// Runs to the end, with classes and resources that take precedence over the real ones.
    static Cli runBroken(Path folder, Path first, String... arguments) throws IOException {
        var cli = start(folder, first + File.pathSeparator + System.getProperty("java.class.path"), arguments);
        cli.exit();
        return cli;
    }

    private static Cli start(Path folder, String classPath, String[] arguments) throws IOException {
        var output = Files.createTempFile(folder, "output-", ".txt");
        var temporary = Files.createDirectories(folder.resolve("tmp"));
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var command = new ArrayList<>(listeningToInterrupts());
        command.addAll(List.of(java, "-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + temporary));
        command.addAll(List.of("-Dslf4j.provider=org.slf4j.jul.JULServiceProvider", "-Dslf4j.internal.verbosity=WARN"));
        command.add("-Dhedgerow.postgres=" + EmbeddedPostgres.USUAL);
        command.addAll(List.of("-cp", classPath, "hedgerow.server.cli.Hedgerow"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("HEDGEROW_"));
        return new Cli(builder.start(), output);
    }

    /// The prefix that makes a program react to interrupts. A build in the background runs with SIGINT
    /// ignored, which a JVM inherits and keeps. GNU's env can undo it.
    private static List<String> listeningToInterrupts() throws IOException {
        var env = List.of("env", "--default-signal=INT");
        var command = new ArrayList<>(env);
        command.add("true");
        return new ProcessBuilder(command).start().onExit().join().exitValue() == 0 ? env : List.of();
    }

    /// Runs a command to its end.
    static Cli run(Path folder, String... arguments) throws IOException {
        var cli = start(folder, arguments);
        cli.exit();
        return cli;
    }

    long pid() {
        return process.pid();
    }

    /// Ends the process as `kill -9` does.
    void kill() {
        process.destroyForcibly();
        exit();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exit() {
        try {
            return process.onExit()
                    .orTimeout(PATIENCE.toSeconds(), SECONDS)
                    .join()
                    .exitValue();
        } catch (CompletionException e) {
            process.destroyForcibly();
            throw new AssertionError("it still ran after %s, and had said: %s".formatted(PATIENCE, said()), e);
        }
    }

    /// The whole output so far, errors included.
    String said() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Interrupts the process as Ctrl-C does.
    void interrupt() throws IOException {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                .start()
                .onExit()
                .join();
        exit();
    }

    /// Stops the process as `kill` and service managers do.
    @Override
    public void close() {
        process.destroy();
        exit();
    }
}
