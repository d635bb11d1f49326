package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import hedgerow.rls.probe.Outcome;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.review.Corpus.Schema;
import hedgerow.rls.review.VerdictScore.Answer;
import hedgerow.rls.review.VerdictScore.Said;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Scores `hedgerow review`, `hedgerow prove` and `hedgerow probe`, and any other tool, on the schemas of the corpus
/// whose claims are labelled, and holds docs/benchmark-of-verdicts.md to it. This writes the page:
///
///     mvn -q -pl rls-policies -am -Dtest=VerdictBenchmarkTest -Dsurefire.failIfNoSpecifiedTests=false \
///         -Dhedgerow.write=true test
///
/// Another tool is a shell command, which finds the database in `DATABASE_URL`, and writes SARIF, or JSON
/// in which a pointer leads to the findings: `-Dtool.name=x -Dtool.command='x --url "$DATABASE_URL"'
/// -Dtool.pointer=/findings`. Its figures are printed.
class VerdictBenchmarkTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final Path PAGE = Path.of("../docs/benchmark-of-verdicts.md");

    @Test
    void the_page_equals_the_output_of_the_benchmark() throws SQLException, IOException {
        assumeThat(System.getProperty("corpus")).as("the whole corpus").isNull();
        assumeThat(DATABASE.major()).as("the version that the page is of").isEqualTo(18);
        assumeThat(Files.exists(PAGE) || Boolean.getBoolean("hedgerow.write"))
                .as("the page is written")
                .isTrue();
        var corpus = Corpus.all(DATABASE);
        var answers = new LinkedHashMap<String, Map<Schema, Answer>>();
        answers.put("hedgerow prove", proved(corpus));
        answers.put("hedgerow review", reviewed(corpus));
        answers.put("hedgerow probe", probed(corpus));
        var page = VerdictScore.page(answers, corpus);
        if (Boolean.getBoolean("hedgerow.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(VerdictScore.withoutTimes(Files.readString(PAGE))).isEqualTo(VerdictScore.withoutTimes(page));
    }

    @Test
    void another_tool_is_scored_by_its_output() throws SQLException, IOException, InterruptedException {
        assumeThat(System.getProperty("tool.command")).as("a tool").isNotNull();
        var name = System.getProperty("tool.name", "the tool");
        var answers = new LinkedHashMap<Schema, Answer>();
        for (var schema : Corpus.schemas(DATABASE.major())) {
            if (VerdictScore.counts(schema) && schema.of().preset().isEmpty()) {
                answers.put(schema, asked(schema));
            }
        }
        System.out.println(VerdictScore.table(Map.of(name, answers)));
    }

    @Test
    void the_output_of_a_tool_is_parsed() {
        assertThat(VerdictScore.read("{\"runs\": [{\"results\": []}]}", "")).isEqualTo(Said.HOLDS);
        assertThat(VerdictScore.read("{\"runs\": [{\"results\": [{\"level\": \"warning\"}]}]}", ""))
                .isEqualTo(Said.LEAKS);
        assertThat(VerdictScore.read("{\"runs\": [{\"results\": [{\"level\": \"note\"}]}]}", ""))
                .isEqualTo(Said.HOLDS);
        assertThat(VerdictScore.read("{\"runs\": [{\"results\": [{\"suppressions\": [{}]}]}]}", ""))
                .isEqualTo(Said.HOLDS);
        assertThat(VerdictScore.read("{\"runs\": [{\"results\": [{\"kind\": \"open\", \"level\": \"none\"}]}]}", ""))
                .isEqualTo(Said.UNDECIDED);
        assertThat(VerdictScore.read("{\"found\": {\"list\": [1]}}", "/found/list"))
                .isEqualTo(Said.LEAKS);
        assertThat(VerdictScore.read("{\"found\": {\"list\": []}}", "/found/list"))
                .isEqualTo(Said.HOLDS);
        assertThat(VerdictScore.read("{\"found\": {}}", "/found/list")).isEqualTo(Said.UNDECIDED);
        assertThat(VerdictScore.read("no JSON", "/found")).isEqualTo(Said.UNDECIDED);
    }

    private static Map<Schema, Answer> proved(Map<Schema, Corpus.Verdicts> corpus) {
        var answers = new LinkedHashMap<Schema, Answer>();
        corpus.forEach((schema, proved) -> {
            if (VerdictScore.counts(schema)) {
                var verdicts = Arrays.stream(Claim.values())
                        .map(proved.proofs()::summary)
                        .toList();
                var said = verdicts.contains("refuted")
                        ? Said.LEAKS
                        : verdicts.contains("unknown") ? Said.UNDECIDED : Said.HOLDS;
                answers.put(schema, new Answer(said, proved.proving()));
            }
        });
        return answers;
    }

    private static Map<Schema, Answer> reviewed(Map<Schema, Corpus.Verdicts> corpus) {
        var answers = new LinkedHashMap<Schema, Answer>();
        corpus.forEach((schema, verdicts) -> {
            if (VerdictScore.counts(schema)) {
                var said = verdicts.isFlawed() ? Said.LEAKS : verdicts.undecided() ? Said.UNDECIDED : Said.HOLDS;
                answers.put(schema, new Answer(said, verdicts.reviewing()));
            }
        });
        return answers;
    }

    private static Map<Schema, Answer> probed(Map<Schema, Corpus.Verdicts> corpus) {
        var answers = new LinkedHashMap<Schema, Answer>();
        corpus.forEach((schema, verdicts) -> {
            if (VerdictScore.counts(schema)) {
                var outcomes = Arrays.stream(Claim.values())
                        .map(verdicts.attempts()::summary)
                        .toList();
                var said = outcomes.contains(Outcome.LEAKED)
                        ? Said.LEAKS
                        : outcomes.contains(Outcome.COULD_NOT_CHECK) ? Said.UNDECIDED : Said.HOLDS;
                answers.put(schema, new Answer(said, verdicts.probing()));
            }
        });
        return answers;
    }

    private static Answer asked(Schema schema) throws SQLException, IOException, InterruptedException {
        try (var database = new CorpusDatabase(DATABASE, schema)) {
            var start = System.nanoTime();
            var builder = new ProcessBuilder(List.of("sh", "-c", System.getProperty("tool.command")))
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("DATABASE_URL", database.url().libpq());
            builder.environment()
                    .put("SCHEMA_FILE", schema.file().toAbsolutePath().toString());
            var process = builder.start();
            process.getOutputStream().close();
            var written = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            var said = VerdictScore.read(written, System.getProperty("tool.pointer", ""));
            return new Answer(said, Duration.ofNanos(System.nanoTime() - start));
        }
    }
}
