package hedgerow.rls.expr;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Trees have the same value in Java as in the server.
class TreesAgreeTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final int EXPRESSIONS = 500;
    private static final int ROWS = 5;

    private static final String SCHEMA = """
        create table app.t (%s, primary key (id));
        insert into app.t values
            (1, 1, 1, 'a', 'a', true, 'aaaaaaaa-0000-4000-8000-000000000001'),
            (2, 2, 20000000000, 'abc', 'B', false, 'bbbbbbbb-0000-4000-8000-000000000002'),
            (3, null, null, null, null, null, null),
            (4, -5, 4, '', 'a', null, 'aaaaaaaa-0000-4000-8000-000000000001'),
            (5, 2, null, 'Ab', 'b', true, null);
        """;

    /// The sessions: unset, empty, ours, malformed.
    private static final List<Map<String, String>> SESSIONS = List.of(
            Map.of(),
            Map.of("app.tenant", "", "app.mode", ""),
            Map.of("app.tenant", "aaaaaaaa-0000-4000-8000-000000000001", "app.mode", "on"),
            Map.of("app.tenant", "nonsense", "app.mode", "off"));

    private static Connection connection;
    private static Names names;
    private static long table;
    private static List<Map<String, Value>> rows;

    @BeforeAll
    static void create() throws SQLException {
        connection = DATABASE.admin();
        execute("create schema app");
        execute(Generator.functions("app"));
        execute(SCHEMA.formatted(Generator.COLUMNS));
        names = new ServerNames(connection);
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select 'app.t'::regclass::oid")) {
            row.next();
            table = row.getLong(1);
        }
        rows = rows();
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    @Test
    void generated_expressions_agree() throws SQLException {
        var generator = new Generator(20_260_101);
        var expressions = new ArrayList<String>();
        for (var i = 0; i < EXPRESSIONS; i++) {
            expressions.add(generator.bool(1 + i % 3));
        }
        var inliner = new Inliner(bodies());
        var trees = trees(expressions).stream().map(inliner::inline).toList();
        var tally = new Tally();
        for (var settings : SESSIONS) {
            try (var session = session(settings)) {
                for (var i = 0; i < EXPRESSIONS; i++) {
                    compare(session, settings, expressions.get(i), trees.get(i), tally);
                }
            }
        }
        var asked = EXPRESSIONS * SESSIONS.size() * ROWS;
        assertThat(tally.differences).isEmpty();
        assertThat(tally.unknown).as("not evaluated").isLessThan(asked / 20);
        assertThat(tally.errors).as("where only one side meets an error").isLessThan(asked / 100);
    }

    private static final class Tally {
        private final List<String> differences = new ArrayList<>();
        private int unknown;
        private int errors;
    }

    private static void compare(Connection session, Map<String, String> settings, String sql, Expr tree, Tally tally)
            throws SQLException {
        var expected = serverSays(session, sql);
        for (var i = 0; i < ROWS; i++) {
            var actual = new Evaluator(names, new Around(rows.get(i), settings)).evaluate(tree);
            if (actual instanceof Value.Unknown) {
                tally.unknown++;
            } else if (!actual.equals(expected.get(i))) {
                // The planner computes constant parts first, so that it meets more errors than the order of
                // evaluation suggests, or fewer.
                if (actual instanceof Value.Failed || expected.get(i) instanceof Value.Failed) {
                    tally.errors++;
                } else {
                    tally.differences.add("%s of %s in %s: %s, not %s"
                            .formatted(sql, rows.get(i), settings, expected.get(i), actual));
                }
            }
        }
    }

    private record Around(Map<String, Value> row, Map<String, String> session) implements Evaluator.World {

        @Override
        public Value column(Expr.Column column) {
            return row.get(column.name());
        }

        @Override
        public Value setting(String name) {
            return Optional.ofNullable(session.get(name)).map(Value::of).orElse(Value.NULL);
        }
    }

    // --- the server's values -------------------------------------------------------------------------------------

    private static Connection session(Map<String, String> settings) throws SQLException {
        var session = DATABASE.admin();
        try (var statement = session.createStatement()) {
            for (var setting : settings.entrySet()) {
                statement.execute("set %s = '%s'".formatted(setting.getKey(), setting.getValue()));
            }
        }
        return session;
    }

    /// The server's values for each row in turn; all at once if none of them is an error.
    private static List<Value> serverSays(Connection session, String sql) throws SQLException {
        try (var statement = session.createStatement();
                var row = statement.executeQuery("select %s from app.t order by id".formatted(sql))) {
            var values = new ArrayList<Value>();
            while (row.next()) {
                values.add(ServerValues.value(row, 1));
            }
            return values;
        } catch (SQLException e) {
            return rows.stream()
                    .map(row -> serverSays(session, sql, row.get("id")))
                    .toList();
        }
    }

    private static Value serverSays(Connection session, String sql, Value id) {
        var query = "select %s from app.t where id = %d".formatted(sql, ((Value.Int) id).value());
        try (var statement = session.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return ServerValues.value(row, 1);
        } catch (SQLException e) {
            return new Value.Failed(e.getSQLState());
        }
    }

    private static List<Map<String, Value>> rows() throws SQLException {
        var rows = new ArrayList<Map<String, Value>>();
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select * from app.t order by id")) {
            while (row.next()) {
                var values = new LinkedHashMap<String, Value>();
                for (var i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    values.put(row.getMetaData().getColumnName(i), ServerValues.value(row, i));
                }
                rows.add(values);
            }
        }
        return rows;
    }

    // --- trees ---------------------------------------------------------------------------------------------------

    private static List<Expr> trees(List<String> expressions) throws SQLException {
        var trees = new ArrayList<Expr>();
        connection.setAutoCommit(false);
        for (var i = 0; i < expressions.size(); i++) {
            execute("create policy p%d on app.t using (%s)".formatted(i, expressions.get(i)));
        }
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "select polqual::text from pg_policy order by substr(polname, 2)::int")) {
            while (row.next()) {
                trees.add(ExprReader.read(row.getString(1), table, names));
            }
        }
        connection.rollback();
        connection.setAutoCommit(true);
        return trees;
    }

    private static Inliner.Bodies bodies() throws SQLException {
        var bodies = new LinkedHashMap<Long, List<Query>>();
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "select oid, prosqlbody::text from pg_proc where pronamespace = 'app'::regnamespace")) {
            while (row.next()) {
                bodies.put(row.getLong(1), ExprReader.readQueries(row.getString(2), names));
            }
        }
        return function -> Optional.ofNullable(bodies.get(function));
    }

    private static void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
