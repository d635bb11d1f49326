package hedgerow.rls.probe;

import hedgerow.rls.logic.SqlText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postgresql.PGConnection;

/// The attacked database: one transaction, in which everything is undone. Its session becomes each
/// attacker, and a role that no policy binds.
final class Arena {

    private static final int MOST_LINES = 20_000;
    private static final int LONGEST_LINE = 4_000;

    /// The time limit of the statements of the probe itself, which may trigger the database's code.
    private static final String PATIENCE = "10s";

    /// The SQLSTATEs of a denial: privilege or policy; the check option of a view.
    private static final Set<String> DENIALS = Set.of("42501", "44000");

    /// The most statements that are sent together.
    private static final int MOST_TOGETHER = 32;

    private static final Pattern QUERY = Pattern.compile("(?i)(select|table)\\b");

    @FunctionalInterface
    interface Work<T> {
        T run() throws SQLException;
    }

    private final Connection stage;
    private final Entry entry;
    private final String timeout;
    private final BooleanSupplier over;
    private final List<String> waiting = new ArrayList<>();
    private final Set<List<String>> entered = new HashSet<>();
    private int depth;
    private boolean planned;

    /// An arena.
    ///
    /// @param timeout of a statement, in the syntax of the server
    /// @param over whether the time for all statements is up: all others fail then
    Arena(Connection stage, Entry entry, String timeout, BooleanSupplier over) {
        this.stage = stage;
        this.entry = entry;
        this.timeout = timeout;
        this.over = over;
    }

    /// Whether the session has ended.
    boolean isLost() throws SQLException {
        return stage.isClosed();
    }

    /// Runs a statement about the session or the transaction, as the present role.
    void execute(String sql) throws SQLException {
        try (var statement = stage.createStatement()) {
            run(statement, sql);
        }
    }

    /// Sends a statement together with waiting ones, so that a savepoint takes no time of its own.
    ///
    /// @return whether the first result of the statement itself has rows
    private boolean run(Statement statement, String sql) throws SQLException {
        if (over.getAsBoolean()) {
            throw new SQLException("the time is up", "57014");
        }
        var before = List.copyOf(waiting);
        waiting.clear();
        statement.setEscapeProcessing(false);
        var isRows = statement.execute(before.isEmpty() ? sql : String.join("; ", before) + "; " + sql);
        for (var ignored : before) {
            isRows = statement.getMoreResults();
        }
        return isRows;
    }

    /// Runs `work`, and undoes all its effects, including settings and roles.
    <T> T undone(Work<T> work) throws SQLException {
        var name = "undone" + depth++;
        waiting.add("savepoint " + name);
        try {
            return work.run();
        } finally {
            depth--;
            undo(name);
        }
    }

    /// Undoes a savepoint; one that was never sent is simply dropped.
    private void undo(String name) {
        if (waiting.contains("savepoint " + name)) {
            waiting.subList(waiting.indexOf("savepoint " + name), waiting.size())
                    .clear();
        } else {
            waiting.clear();
            waiting.add("rollback to savepoint " + name);
            waiting.add("release savepoint " + name);
        }
    }

    /// Runs `work`, and undoes it if it fails.
    <T> T whole(Work<T> work) throws SQLException {
        var name = "whole" + depth++;
        waiting.add("savepoint " + name);
        try {
            var result = work.run();
            waiting.add("release savepoint " + name);
            return result;
        } catch (SQLException e) {
            undo(name);
            throw e;
        } finally {
            depth--;
        }
    }

    /// Runs a statement as a role that no policy binds.
    void change(String sql) throws SQLException {
        execute(entry.change(sql));
    }

    /// Removes rows; without triggers and foreign keys, as far as the role may, where these refuse it.
    void remove(List<String> deletions) throws SQLException {
        if (deletions.isEmpty()) {
            return;
        }
        var all = String.join("; ", deletions);
        try {
            removed(all);
        } catch (SQLException refused) {
            failed(refused);
            try {
                removed("set local session_replication_role = replica; %s; set local session_replication_role = origin"
                        .formatted(all));
            } catch (SQLException e) {
                failed(e);
                throw refused;
            }
        }
    }

    private void removed(String statements) throws SQLException {
        whole(() -> {
            change(statements);
            return 0;
        });
    }

    /// Runs a query as a role that no policy binds.
    ///
    /// @param sql of one column of type `text[]`; or a statement with RETURNING
    List<List<String>> rows(String sql) throws SQLException {
        return arrays(entry.rows(sql));
    }

    /// The rows of queries that return one array each, sent together as the present role. They leave no trace.
    ///
    /// @return the SQLSTATE alone for a query that fails
    List<List<String>> each(List<String> queries) throws SQLException {
        if (queries.isEmpty()) {
            return List.of();
        }
        try {
            return undone(() -> arrays(String.join("; ", queries)));
        } catch (SQLException e) {
            var failed = failed(e);
            if (queries.size() == 1) {
                return List.of(List.of(failed.sqlState()));
            }
            var half = queries.size() / 2;
            return Stream.concat(
                            each(queries.subList(0, half)).stream(),
                            each(queries.subList(half, queries.size())).stream())
                    .toList();
        }
    }

    /// The rows that [#each] returns, for a role that no policy binds.
    List<List<String>> eachRow(List<String> queries) throws SQLException {
        return each(queries.stream().map(entry::rows).toList());
    }

    /// Runs statements as somebody whom no policy binds, those aside that fail.
    void changeAll(List<String> statements) throws SQLException {
        if (!statements.isEmpty()) {
            var blocks = statements.stream()
                    .map(sql -> "begin execute %s; exception when others then null; end;".formatted(SqlText.quote(sql)))
                    .toList();
            change("do %s".formatted(SqlText.quote("begin %s end".formatted(String.join(" ", blocks)))));
        }
    }

    /// The rows of a query for a role that owns tables, which is spelled as in SQL.
    List<List<String>> rowsAs(String owner, String sql) throws SQLException {
        return arrays(entry.rowsAs(owner, sql));
    }

    /// All rows that belong to somebody, with their places and marks, read as a role that no policy binds. It
    /// is asked after each attack, so that the server plans it once.
    List<List<String>> allRows(Marks marks) throws SQLException {
        if (!planned) {
            var plan = entry.plan(marks);
            if (plan.isPresent()) {
                deallocate(Entry.ALL_ROWS);
                execute(plan.get());
            }
            planned = true;
        }
        return arrays(entry.allRows());
    }

    /// Drops what a rollback does not undo, as far as the session still can.
    void leave() {
        try {
            if (planned) {
                deallocate(Entry.ALL_ROWS);
            }
        } catch (SQLException e) {
            // The session is lost, and its statements with it.
        }
    }

    /// Drops a prepared statement, which survives what undoes everything else, if there is one.
    void deallocate(String name) throws SQLException {
        try {
            whole(() -> {
                execute("deallocate " + name);
                return 0;
            });
        } catch (SQLException e) {
            failed(e);
        }
    }

    private List<List<String>> arrays(String sql) throws SQLException {
        try (var statement = stage.createStatement()) {
            var found = new ArrayList<List<String>>();
            for (var more = run(statement, sql);
                    more || statement.getUpdateCount() != -1;
                    more = statement.getMoreResults()) {
                var rows = statement.getResultSet();
                while (rows != null && rows.next()) {
                    found.add(Arrays.asList((String[]) rows.getArray(1).getArray()));
                }
            }
            return found;
        }
    }

    /// Becomes another actor until the surrounding work is undone.
    void become(Actor actor) throws SQLException {
        var statements = new ArrayList<>(entry.become(actor));
        statements.add("set local statement_timeout = '%s'".formatted(timeout));
        if (entered.contains(statements)) {
            // It is known to succeed, so that an error is that of the statement which it is sent with.
            waiting.addAll(statements);
        } else {
            execute(String.join("; ", statements));
            if (actor.grants().isEmpty()) {
                entered.add(statements);
            }
        }
    }

    void becomeOneself() {
        waiting.addAll(entry.leave());
        waiting.add("set local statement_timeout = '%s'".formatted(PATIENCE));
    }

    /// The result of a statement that leaves no trace.
    Answer ask(String sql) throws SQLException {
        return undone(() -> tell(sql));
    }

    /// The results of statements, none of which leaves a trace; sent together, as far as they succeed.
    List<Answer> askAll(List<String> statements) throws SQLException {
        var answers = new ArrayList<Answer>();
        for (var from = 0; from < statements.size(); from += MOST_TOGETHER) {
            answers.addAll(askSome(statements.subList(from, Math.min(from + MOST_TOGETHER, statements.size()))));
        }
        return answers;
    }

    private List<Answer> askSome(List<String> statements) throws SQLException {
        if (statements.size() > 1 && statements.stream().allMatch(Arena::isSingleQuery)) {
            try {
                var answers = undone(() -> together(statements));
                if (answers.isPresent()) {
                    return answers.get();
                }
            } catch (SQLException e) {
                failed(e);
            }
        }
        if (statements.size() == 1) {
            return List.of(ask(statements.getFirst()));
        }
        var half = statements.size() / 2;
        return Stream.concat(
                        askSome(statements.subList(0, half)).stream(),
                        askSome(statements.subList(half, statements.size())).stream())
                .toList();
    }

    /// Whether the statement is known to have one result, which has rows.
    private static boolean isSingleQuery(String sql) {
        return QUERY.matcher(sql).lookingAt() && sql.indexOf(';') < 0;
    }

    /// The results, each of a statement that is undone before the next; empty if there were notices, which
    /// belong to no particular one.
    private Optional<List<Answer>> together(List<String> queries) throws SQLException {
        var all = queries.stream()
                .map(sql -> "savepoint each; %s; rollback to savepoint each; release savepoint each".formatted(sql))
                .collect(Collectors.joining("; "));
        try (var statement = stage.createStatement()) {
            var isRows = run(statement, all);
            var answers = new ArrayList<Answer>();
            while (isRows || statement.getUpdateCount() != -1) {
                if (isRows) {
                    var lines = rows(statement);
                    lines.sort(null);
                    answers.add(new Answer.Done(List.copyOf(lines), -1));
                }
                isRows = statement.getMoreResults();
            }
            return answers.size() == queries.size() && statement.getWarnings() == null
                    ? Optional.of(answers)
                    : Optional.empty();
        }
    }

    /// The result of a statement. After anything but [Answer.Done] the transaction must be undone.
    Answer tell(String sql) throws SQLException {
        if (isLost()) {
            throw new SQLException("the session that attacks ended", "08006");
        }
        try (var statement = stage.createStatement()) {
            if (sql.toLowerCase(Locale.ROOT).startsWith("copy ")) {
                run(statement, "select");
                return copied(sql);
            }
            var isRows = run(statement, sql);
            var changed = isRows ? -1 : statement.getUpdateCount();
            var lines = isRows ? rows(statement) : new ArrayList<String>();
            lines.addAll(more(statement));
            warnings(statement, lines);
            lines.sort(null);
            return new Answer.Done(List.copyOf(lines), changed);
        } catch (SQLException e) {
            return refused(e);
        }
    }

    private Answer refused(SQLException e) throws SQLException {
        var failed = failed(e);
        return DENIALS.contains(failed.sqlState()) ? new Answer.Denied(failed.message()) : failed;
    }

    /// The failure of a statement that is not an attack, such as one that begins a session. It is never a
    /// refusal.
    ///
    /// @throws SQLException if the session is lost
    Answer.Failed failed(SQLException e) throws SQLException {
        if (isLost()) {
            throw e;
        }
        return new Answer.Failed(e.getSQLState() == null ? "" : e.getSQLState(), line(e));
    }

    static String line(SQLException e) {
        return e.getMessage() == null
                ? "?"
                : e.getMessage().lines().findFirst().orElse("").replaceFirst("^ERROR: ", "");
    }

    private Answer copied(String sql) throws SQLException {
        var out = new ByteArrayOutputStream();
        try {
            stage.unwrap(PGConnection.class).getCopyAPI().copyOut(sql, out);
        } catch (IOException e) {
            return new Answer.Failed("", String.valueOf(e.getMessage()));
        }
        return new Answer.Done(
                out.toString(StandardCharsets.UTF_8).lines().sorted().toList(), -1);
    }

    private static List<String> more(Statement statement) throws SQLException {
        var lines = new ArrayList<String>();
        while (statement.getMoreResults() || statement.getUpdateCount() != -1) {
            lines.addAll(rows(statement));
        }
        return lines;
    }

    private static List<String> rows(Statement statement) throws SQLException {
        var lines = new ArrayList<String>();
        var rows = statement.getResultSet();
        if (rows == null) {
            return lines;
        }
        var columns = rows.getMetaData().getColumnCount();
        while (rows.next() && lines.size() < MOST_LINES) {
            var line = new StringBuilder();
            for (var i = 1; i <= columns; i++) {
                line.append(i == 1 ? "" : " | ").append(rows.getString(i));
            }
            lines.add(line.substring(0, Math.min(line.length(), LONGEST_LINE)));
        }
        return lines;
    }

    private static void warnings(Statement statement, List<String> lines) throws SQLException {
        for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
            lines.add("notice: " + warning.getMessage());
        }
    }
}
