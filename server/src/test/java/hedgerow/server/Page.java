package hedgerow.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/// The commands of a document, run one block after the other in a folder that resembles the project.
final class Page implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
    private static final List<String> LINKS = List.of("hedgerow", "sql", "rls-policies");

    /// A script that types for psql, which prompts on the terminal, or reads its input where there is none.
    private static final String TYPING = """
        set -euo pipefail
        psql() { printf '%s\\n%s\\n' "${PASSWORD-}" "${PASSWORD-}" | setsid -w psql "$@"; }
        """;

    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private final Map<String, Step> before = new HashMap<>();
    private final Map<String, Step> after = new HashMap<>();

    @FunctionalInterface
    interface Step {
        void run() throws Exception;
    }

    Page(Path folder) throws IOException {
        this.folder = folder;
        for (var name : LINKS) {
            Files.createSymbolicLink(folder.resolve(name), PROJECT.resolve(name));
        }
    }

    /// Skips the test unless programs are installed.
    ///
    /// @throws org.opentest4j.TestAbortedException if one of them is missing
    static void require(String... programs) throws Exception {
        var missing = new ArrayList<String>();
        for (var program : programs) {
            if (new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() != 0) {
                missing.add(program);
            }
        }
        if (!missing.isEmpty()) {
            System.err.println("SKIPPED: the commands of a document need " + missing + "; .ci/run installs them");
            Assumptions.abort("not installed: " + missing);
        }
    }

    void set(String variable, String value) {
        environment.put(variable, value);
    }

    String get(String variable) {
        return environment.get(variable);
    }

    /// Adds a step before the block that contains `command`.
    void before(String command, Step step) {
        before.put(command, step);
    }

    /// Adds a step after the block that contains `command`.
    void after(String command, Step step) {
        after.put(command, step);
    }

    /// Runs a document.
    ///
    /// @return the output of the commands
    String run(String document) throws Exception {
        var printed = new StringBuilder();
        var blocks = BLOCK.matcher(Files.readString(PROJECT.resolve(document)));
        while (blocks.find()) {
            take(before, blocks.group());
            printed.append(shell(blocks.group(1)));
            take(after, blocks.group());
        }
        assertThat(before.keySet()).as("commands that the page lacks").isEmpty();
        assertThat(after.keySet()).as("commands that the page lacks").isEmpty();
        return printed.toString();
    }

    private static void take(Map<String, Step> steps, String block) throws Exception {
        for (var command : List.copyOf(steps.keySet())) {
            if (block.contains(command)) {
                steps.remove(command).run();
            }
        }
    }

    /// Runs commands.
    ///
    /// @return their output, errors included
    String shell(String commands) throws Exception {
        var log = Files.createTempFile(folder, "commands-", ".log");
        var process = start(log, commands);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(commands + read(log))
                .isTrue();
        assertThat(process.exitValue()).as(commands + read(log)).isZero();
        return read(log);
    }

    Process start(Path log, String commands) throws IOException {
        var builder = new ProcessBuilder("bash", "-c", TYPING + commands)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("HEDGEROW_") || name.startsWith("PG"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /// Stops a process as Ctrl-C and service managers do.
    static void stop(Process process) throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (var name : LINKS) {
            Files.delete(folder.resolve(name));
        }
    }
}
