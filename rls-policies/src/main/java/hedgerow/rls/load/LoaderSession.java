package hedgerow.rls.load;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/// The session that runs the statements of the files: each within a savepoint, so that a script's
/// transaction goes on after a failed statement.
final class LoaderSession {

    private static final String SAVEPOINT = "hedgerow_before";
    private static final int MOST_ROWS = 1_000;
    private static final Set<String> TRANSACTION =
            Set.of("begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release", "prepare");

    private final Connection connection;
    private final LoadLimits limits;

    LoaderSession(Connection connection, LoadLimits limits) {
        this.connection = connection;
        this.limits = limits;
    }

    boolean isClosed() throws SQLException {
        return connection.isClosed();
    }

    boolean isInTransaction() throws SQLException {
        return state() != TransactionState.IDLE;
    }

    /// Resets the session: no transaction, setting, role or temporary table of the last one is left.
    void renew() throws SQLException {
        if (isInTransaction()) {
            execute("rollback");
        }
        execute("discard all");
    }

    /// Runs a statement.
    ///
    /// @throws SQLException after which [#undo] must be called
    void run(String sql) throws SQLException {
        save(sql);
        execute(sql);
    }

    /// The rows of a query, by name of their columns; NULL is left out.
    ///
    /// @throws SQLException after which [#undo] must be called
    List<Map<String, String>> rows(String sql) throws SQLException {
        save(sql);
        var found = new ArrayList<Map<String, String>>();
        try (var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.setMaxRows(MOST_ROWS);
            statement.setQueryTimeout((int) limits.statement().toSeconds());
            if (statement.execute(sql)) {
                var rows = statement.getResultSet();
                while (rows.next()) {
                    var row = new LinkedHashMap<String, String>();
                    for (var i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        var name = rows.getMetaData().getColumnLabel(i);
                        Optional.ofNullable(rows.getString(i)).ifPresent(value -> row.put(name, value));
                    }
                    found.add(row);
                }
            }
        }
        return found;
    }

    /// Undoes a failed statement, so that the transaction goes on from the state before it.
    void undo() throws SQLException {
        if (connection.isClosed() || state() != TransactionState.FAILED) {
            return;
        }
        try {
            execute("rollback to savepoint " + SAVEPOINT);
        } catch (SQLException e) {
            execute("rollback");
        }
    }

    /// Sets a setting to any text: it is a parameter, never part of a statement.
    void set(String setting, String value) throws SQLException {
        try (var statement = connection.prepareStatement("select pg_catalog.set_config(?, ?, false)")) {
            statement.setString(1, setting);
            statement.setString(2, value);
            statement.execute();
        }
    }

    String ask(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private void save(String sql) throws SQLException {
        var first = sql.strip().split("[\\s;(]", 2)[0].toLowerCase(Locale.ROOT);
        if (state() == TransactionState.OPEN && !TRANSACTION.contains(first)) {
            execute("savepoint " + SAVEPOINT);
        }
    }

    private TransactionState state() throws SQLException {
        return connection.unwrap(BaseConnection.class).getTransactionState();
    }

    /// Runs a statement. One row of a result is enough, and a statement that does not finish in time is
    /// cancelled.
    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.setMaxRows(1);
            statement.setQueryTimeout((int) limits.statement().toSeconds());
            statement.execute(sql);
        }
    }
}
