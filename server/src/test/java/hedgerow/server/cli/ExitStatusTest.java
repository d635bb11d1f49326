package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The code, the help of every command and the documents have the same table of exit statuses.
class ExitStatusTest {

    private static final Path DOCS = Path.of("..", "docs");

    @Test
    void the_document_has_the_table_of_the_code() throws IOException {
        var rows = Files.readAllLines(DOCS.resolve("exit-codes.md")).stream()
                .filter(line -> line.matches("\\| \\d+ \\| .*"))
                .toList();
        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(ExitStatus.values())
                        .map(status -> "| %d | %s |".formatted(status.code(), status.meaning()))
                        .toList());
    }

    @Test
    void the_help_of_every_command_has_it() {
        assertThat(commands(Hedgerow.commandLine())).hasSizeGreaterThan(8).allSatisfy(command -> {
            var help = command.getUsageMessage().replaceAll("\\s+", " ");
            for (var status : ExitStatus.values()) {
                assertThat(help)
                        .as(command.getCommandSpec().qualifiedName())
                        .contains(status.code() + " " + status.meaning());
            }
            assertThat(help.split("Exit status", -1)).hasSize(2);
        });
    }

    @Test
    void a_defect_is_an_internal_error() {
        var err = new StringWriter();
        var root = Hedgerow.commandLine();
        var broken = new CommandLine(new Broken()).setExecutionExceptionHandler(root.getExecutionExceptionHandler());
        root.addSubcommand(broken);
        broken.setErr(new PrintWriter(err, true));
        assertThat(root.execute("broken")).isEqualTo(70);
        assertThat(err.toString())
                .startsWith("error: internal error in hedgerow broken. Report it, with the lines below.\n")
                .contains("IllegalStateException: a defect");
    }

    /// The class path effectively lacks a library: its class is empty.
    @Test
    void a_failure_of_the_machine_is_an_internal_error(@TempDir Path folder) throws IOException {
        var class1 =
                Files.createDirectories(folder.resolve("broken/hedgerow/sql")).resolve("DatabaseUrl.class");
        Files.write(class1, new byte[0]);
        var migrate =
                Cli.runBroken(folder, folder.resolve("broken"), "migrate", "--status", "--data", folder.toString());
        assertThat(migrate.exit()).isEqualTo(70);
        assertThat(migrate.said())
                .contains("error: internal error in hedgerow migrate. Report it, with the lines below.", "Error");
    }

    @Command(name = "broken")
    private static final class Broken implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new IllegalStateException("a defect");
        }
    }

    static Stream<CommandLine> commands(CommandLine command) {
        return Stream.concat(
                Stream.of(command), command.getSubcommands().values().stream().flatMap(ExitStatusTest::commands));
    }
}
