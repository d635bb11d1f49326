package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.load.LoadedDatabase;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Runs the script of each refutation as it is printed, on a fresh database created by the same file: no
/// statement fails, and the one that breaks the claim shows or touches a row.
///
/// Every tenth schema of the corpus; all of them: `-Dscripts=all`.
class ProofScriptsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final int EACH = "all".equals(System.getProperty("scripts")) ? 1 : 10;
    private static final int FEWEST = 10;

    /// Statements whose command tag has no count.
    private static final Pattern UNCOUNTED = Pattern.compile("(?m)^(truncate|call) ");

    @Test
    void a_script_runs_as_printed_and_shows_the_leak() throws SQLException {
        var wrong = new ArrayList<String>();
        var number = 0;
        var run = 0;
        for (var each : Corpus.all(DATABASE).entrySet()) {
            var leaks = each.getValue().proofs().cells().stream()
                    .filter(cell -> cell.verdict() instanceof Verdict.Refuted)
                    .toList();
            if (!leaks.isEmpty() && number++ % EACH == 0) {
                run += leaks.size();
                wrong.addAll(wrong(each.getKey(), leaks));
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(run).isGreaterThanOrEqualTo(System.getProperty("corpus") == null ? FEWEST : 0);
    }

    private static List<String> wrong(Corpus.Schema schema, List<Cell> leaks) throws SQLException {
        if (schema.of().preset().isPresent()) {
            try (var loaded = LoadedDatabase.load(
                    List.of(schema.file()), EmbeddedPostgres.USUAL, schema.of().preset(), List.of(), _ -> {})) {
                return wrong(schema, leaks, loaded.connection());
            }
        }
        try (var database = new CorpusDatabase(DATABASE, schema)) {
            return wrong(schema, leaks, database.connection());
        }
    }

    private static List<String> wrong(Corpus.Schema schema, List<Cell> leaks, Connection connection)
            throws SQLException {
        var wrong = new ArrayList<String>();
        for (var cell : leaks) {
            var script = ((Verdict.Refuted) cell.verdict()).leak().script();
            try (var statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                var counts = counts(statement, script);
                if (!UNCOUNTED.matcher(script).find() && counts.get(counts.size() - 1 - after(script)) == 0) {
                    wrong.add("%s, %s shows nothing:\n%s".formatted(schema, cell.object(), script));
                }
            } catch (SQLException e) {
                wrong.add("%s, %s: %s\n%s".formatted(schema, cell.object(), e.getMessage(), script));
                try (var statement = connection.createStatement()) {
                    statement.execute("rollback");
                }
            }
        }
        return wrong;
    }

    /// The number of statements after the one that breaks the claim: RESET of the role, of the login if the session has
    /// become another's, and ROLLBACK.
    private static int after(String script) {
        return (int) script.lines().toList().reversed().stream()
                .filter(line -> !line.isBlank() && !line.startsWith("--"))
                .takeWhile(line -> line.startsWith("reset ") || line.equals("rollback;"))
                .count();
    }

    /// The rows that each statement of a script returned or changed.
    private static List<Integer> counts(Statement statement, String script) throws SQLException {
        var counts = new ArrayList<Integer>();
        var isRows = statement.execute(script);
        while (isRows || statement.getUpdateCount() != -1) {
            counts.add(isRows ? rows(statement) : statement.getUpdateCount());
            isRows = statement.getMoreResults();
        }
        return counts;
    }

    private static int rows(Statement statement) throws SQLException {
        var rows = 0;
        try (var result = statement.getResultSet()) {
            while (result.next()) {
                rows++;
            }
        }
        return rows;
    }
}
