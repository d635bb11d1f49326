package hedgerow.server;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs the commands of the README, literally, on the jar that was just built.
class ReadmeIT {

    private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    private static Path folder;

    private static Process up;

    @BeforeAll
    static void start() throws Exception {
        up = shell("exec ./hedgerow up", "up.log");
        Eventually.holds(
                "the server is ready, or has ended",
                PATIENCE,
                () -> output("up.log").contains("Try next") || !up.isAlive());
        assertThat(up.isAlive()).as(output("up.log")).isTrue();
    }

    @AfterAll
    static void stop() throws Exception {
        up.destroy();
        assertThat(up.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(folder.resolve("hedgerow/cluster/postmaster.pid")).doesNotExist();
    }

    @Test
    void it_names_the_two_commands_that_matter_and_ci_runs_the_second() throws IOException {
        assertThat(examples().keySet()).contains("./hedgerow up", "mvn verify");
        assertThat(Files.readString(PROJECT.resolve(".ci/run"))).contains("mvn -B -ntp verify");
    }

    @Test
    void up_prints_the_output_of_the_readme() throws IOException {
        assertThat(comparable(output("up.log")))
                .containsAll(comparable(examples().get("./hedgerow up")));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void a_command_runs_and_prints_the_output_of_the_readme(String command) throws Exception {
        assertThat(run(command)).as(command).isZero();
        assertThat(comparable(output("command.log")))
                .containsAll(comparable(examples().get(command)));
    }

    @Test
    void psql_alone_makes_the_same_database() throws Exception {
        List<String> commands = examples().keySet().stream()
                .filter(command -> command.startsWith("psql"))
                .toList();
        assertThat(commands).hasSize(2);
        if (run("command -v psql") != 0) {
            System.err.println("SKIPPED: no psql on this machine; install Debian's package postgresql-client");
            Assumptions.abort("psql is not installed");
        }
        assertThat(run("psql -X -c 'create database readme' postgresql://postgres@127.0.0.1:54320/postgres"))
                .isZero();
        for (String command : commands) {
            assertThat(run(command)).as(output("command.log")).isZero();
        }
    }

    static List<String> commands() throws IOException {
        return examples().keySet().stream()
                .filter(command -> command.startsWith("./hedgerow sql") || command.startsWith("./hedgerow review"))
                .toList();
    }

    /// The commands of a console block, each with its output.
    private static Map<String, String> examples() throws IOException {
        Map<String, String> examples = new LinkedHashMap<>();
        Matcher blocks =
                Pattern.compile("(?s)```console\n(.*?)```").matcher(Files.readString(PROJECT.resolve("README.md")));
        while (blocks.find()) {
            for (String example : blocks.group(1).split("(?m)^\\$ ")) {
                String[] parts = example.split("\n", 2);
                if (!parts[0].isEmpty()) {
                    examples.put(parts[0], parts[1]);
                }
            }
        }
        return examples;
    }

    /// The lines without the parts that differ from run to run: the folder, and the duration.
    private static List<String> comparable(String output) {
        return output.replace(folder.resolve("hedgerow").toString(), "/home/you/.hedgerow")
                .lines()
                .map(line -> line.replaceAll(" +[0-9.]+ (ms|s)\\b", " # $1"))
                .toList();
    }

    private static int run(String command) throws Exception {
        Process process = shell(command, "command.log");
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as(command)
                .isTrue();
        return process.exitValue();
    }

    private static Process shell(String command, String log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command)
                .directory(PROJECT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log).toFile());
        builder.environment().put("XDG_DATA_HOME", folder.toString());
        builder.environment()
                .put("PGPASSFILE", folder.resolve("hedgerow/pgpass").toString());
        builder.environment().put("DATABASE_URL", "postgresql://postgres@127.0.0.1:54320/readme");
        return builder.start();
    }

    private static String output(String log) {
        try {
            return Files.readString(folder.resolve(log));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
