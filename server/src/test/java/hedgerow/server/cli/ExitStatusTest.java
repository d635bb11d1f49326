package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.DemoKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

    /// One command line each, to which nothing answers.
    private static final String UNREACHABLE = """
        up --admin-database {url}
        serve --database {url}
        serve --check --database {url}
        work --database {url}
        listen --server http://127.0.0.1:1 --forward-to http://127.0.0.1:1 --api-key-file {key}
        migrate --admin-database {url}
        migrate --status --admin-database {url}
        migrate --rollback 1 --dry-run --admin-database {url}
        sql --admin-database {url} --tenant acme -c select
        sql --admin-database {url} --every-tenant -c select
        keys create --admin-database {url}
        keys list --admin-database {url}
        keys rotate --admin-database {url}
        keys retire --admin-database {url} 019b8f3a-0000-7000-8000-000000000001
        tenants suspend acme --reason x --admin-database {url}
        tenants reinstate acme --admin-database {url}
        review {url}
        review {url} --diff {url}
        prove {url}
        prove {url} --copy
        prove {url} --replay
        prove {url} --diff {url}
        probe --copy {url}
        probe {url} --rollback shop --as me
        why {url} --role me --table t --where true
        why --tenant acme --admin-database {url} --table t --where true
        """;

    /// Commands that connect to nothing when they start.
    private static final Set<String> ALONE = Set.of("mcp", "sandbox", "openapi", "rehearse", "completion");

    @TestFactory
    Stream<DynamicTest> a_command_whose_database_or_server_is_unreachable_ends_with_3(@TempDir Path folder)
            throws IOException {
        var key = Files.writeString(folder.resolve("key"), DemoKeys.testKey("acme", "Owner"));
        return UNREACHABLE
                .lines()
                .map(line -> line.replace("{url}", "postgresql://me:s3cret@127.0.0.1:1/shop")
                        .replace("{key}", key.toString()))
                .map(line -> DynamicTest.dynamicTest(line, () -> {
                    var ended = run(line.split(" "));
                    assertThat(ended.exit()).as(ended.said()).isEqualTo(3);
                    assertThat(ended.said()).doesNotContain("s3cret");
                }));
    }

    @Test
    void every_command_has_been_tried_without_its_server() {
        var tried = UNREACHABLE.lines().map(line -> line.replaceAll(" .*", ""));
        assertThat(Stream.concat(tried, ALONE.stream()).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Hedgerow.commandLine().getSubcommands().keySet());
    }

    @Test
    void an_option_that_does_not_exist_is_bad_usage_for_every_command() {
        assertThat(commands(Hedgerow.commandLine())).allSatisfy(command -> {
            var name = command.getCommandSpec().qualifiedName().replaceFirst("hedgerow ?", "");
            var ended = run((name + " --no-such-option").strip().split(" "));
            assertThat(ended.exit()).as(name).isEqualTo(2);
            assertThat(ended.said()).startsWith("error: ").contains("hint: see hedgerow");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keys retire nonsense",
                "listen --server :: --forward-to http://127.0.0.1:1",
                "migrate --rollback many",
                "up --api-port eighty",
                "review postgresql://me:s3cret@db.example:99999/shop",
                "review --file a.sql --fail-on sometimes"
            })
    void a_value_of_the_wrong_form_is_bad_usage_in_plain_words(String line) {
        var ended = run(line.split(" "));
        assertThat(ended.exit()).as(ended.said()).isEqualTo(2);
        assertThat(ended.said()).startsWith("error: ").doesNotContain("java.", "Exception", "s3cret");
    }

    private static InProcess run(String... arguments) {
        var said = new StringWriter();
        var writer = new PrintWriter(said, true);
        var exit = Hedgerow.commandLine().setOut(writer).setErr(writer).execute(arguments);
        return new InProcess(exit, said.toString());
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
