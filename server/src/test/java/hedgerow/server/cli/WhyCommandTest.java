package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WhyCommandTest {

    private static final Path PAGE = Path.of("../docs/why.md");
    private static final Pattern SCHEMA = Pattern.compile("(?s)```sql\n(.*?)```");
    private static final Pattern EXAMPLE =
            Pattern.compile("(?s)```console\n\\$ hedgerow why --file schema.sql (.*?)\n(.*?)```");

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @TempDir
    private Path folder;

    private record Answer(int exit, String out, String err) {}

    private Answer run(String... args) throws IOException {
        return configured("shared_tables: []\n", args);
    }

    private Answer configured(String yaml, String... args) throws IOException {
        var config = Files.writeString(folder.resolve("hedgerow.yaml"), yaml);
        var out = new StringWriter();
        var err = new StringWriter();
        var line = Hedgerow.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        var exit = line.execute(Stream.concat(Stream.of("why", "--config", config.toString()), Stream.of(args))
                .toArray(String[]::new));
        return new Answer(exit, out.toString(), err.toString());
    }

    private static Answer because(Answer answer, int exit) {
        assertThat(answer.exit()).as(answer.toString()).isEqualTo(exit);
        return answer;
    }

    private Answer example(String... args) throws IOException {
        var schema = SCHEMA.matcher(Files.readString(PAGE));
        assertThat(schema.find()).isTrue();
        var file = Files.writeString(folder.resolve("schema.sql"), schema.group(1));
        return run(Stream.concat(Stream.of("--file", file.toString()), Stream.of(args))
                .toArray(String[]::new));
    }

    @Test
    void the_example_of_the_page_is_what_the_command_prints() throws IOException {
        var shown = EXAMPLE.matcher(Files.readString(PAGE));
        assertThat(shown.find()).isTrue();
        var words = shown.group(1).replace("'", "").split(" (?=--)");
        var args =
                Stream.of(words).flatMap(word -> Stream.of(word.split(" ", 2))).toArray(String[]::new);
        assertThat(because(example(args), 0).out()).isEqualTo(shown.group(2));
    }

    @Test
    void a_row_that_is_not_there_ends_with_1_and_a_wrong_question_with_2() throws IOException {
        assertThat(because(example("--role", "app_user", "--table", "invoice", "--where", "id = 9"), 1)
                        .err())
                .contains("error: public.invoice: neither ", " sees such a row", "hint: ");
        assertThat(because(example("--role", "app_user", "--table", "invoice", "--where", "true"), 2)
                        .err())
                .contains("the condition picks more than one row");
        assertThat(because(run("--table", "t", "--where", "true", "--set", "role=postgres"), 2)
                        .err())
                .contains("--set does not take role");
        assertThat(because(run("--table", "t", "--where", "true", "--live"), 2).err())
                .contains("--as and --live belong to --tenant");
        assertThat(because(run("--table", "t", "--where", "true", "--tenant", "acme", "--role", "x"), 2)
                        .err())
                .contains("--tenant comes with a role of its own");
    }

    @Test
    void a_row_of_the_payments_database_is_explained_as_its_tenant() throws IOException {
        var url = DATABASE.adminUrl().libpq();
        var answer = run(
                url,
                "--tenant",
                "acme",
                "--table",
                "app.customer",
                "--where",
                "id = (select id from app.customer where organization_id <> "
                        + "(select id from app.organization where slug = 'acme') order by id limit 1)",
                "--format",
                "json");
        var tree = JsonMapper.shared().readTree(because(answer, 0).out());
        assertThat(tree.path("role").asString()).isEqualTo("hedgerow_worker");
        var select = tree.path("commands").get(0);
        assertThat(select.path("outcome").asString()).isEqualTo("denied");
        assertThat(select.path("reason").asString()).isEqualTo("restrictive policy fence is not true");
        assertThat(select.path("trial").path("result").asString()).isEqualTo("refused");
        assertThat(tree.path("commands").valueStream().map(each -> each.path("contradicted")))
                .noneMatch(JsonNode::asBoolean);
        assertThat(because(run(url, "--tenant", "nobody", "--table", "app.customer", "--where", "true"), 2)
                        .err())
                .contains("there is no tenant nobody");
    }

    @Test
    void nothing_is_tried_in_production() throws IOException {
        var answer = configured(
                "production: true\n",
                DATABASE.adminUrl().libpq(),
                "--role",
                "hedgerow_app",
                "--table",
                "app.asset",
                "--where",
                "code = (select min(code) from app.asset)");
        assertThat(because(answer, 0).out()).contains("SELECT ").doesNotContain("tried");
    }
}
