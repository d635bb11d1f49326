package hedgerow.rls.logic;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;

/// Statements as any role, none of which leaves anything behind.
final class Attempts {

    static final String REFUSED = "42501";

    private final Connection connection;

    Attempts(Connection connection) {
        this.connection = connection;
    }

    /// The result of one statement.
    ///
    /// @param privileged whether the role had the privilege
    /// @param violated whether policies refused the statement as a whole
    /// @param ids of the rows that exist afterwards, or that were seen; none after a violation
    record Result(boolean privileged, boolean violated, Set<String> ids) {}

    @FunctionalInterface
    interface Action<T> {
        T run() throws SQLException;
    }

    <T> T as(String role, Action<T> action) throws SQLException {
        var before = connection.setSavepoint();
        try {
            execute("set local role " + role);
            return action.run();
        } finally {
            connection.rollback(before);
        }
    }

    Result read(String role, String column, String table) throws SQLException {
        return attempt(role, () -> texts("select %s::text from %s".formatted(column, table)));
    }

    /// Runs a write.
    ///
    /// @param look the superuser's query of the rows that the statement left
    Result write(String role, String statement, String look) throws SQLException {
        return attempt(role, () -> {
            execute(statement);
            execute("reset role");
            return texts(look);
        });
    }

    private Result attempt(String role, Action<Set<String>> action) throws SQLException {
        try {
            return new Result(true, false, as(role, action));
        } catch (SQLException e) {
            if (!e.getSQLState().equals(REFUSED)) {
                throw e;
            }
            var violated = e.getMessage().contains("row-level security");
            return new Result(violated, violated, Set.of());
        }
    }

    boolean isBound(String role, long table) throws SQLException {
        return as(
                role,
                () -> texts("select row_security_active(%d::oid)".formatted(table))
                        .contains("t"));
    }

    /// One text for each row; `null` for NULL.
    Set<String> texts(String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            var texts = new TreeSet<String>();
            while (rows.next()) {
                texts.add(String.valueOf(rows.getString(1)));
            }
            return texts;
        }
    }

    void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
