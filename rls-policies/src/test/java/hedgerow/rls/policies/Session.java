package hedgerow.rls.policies;

import hedgerow.sql.NamedTenant;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;

/// One transaction of a real login, bound through `app.bind`. Its changes are rolled back.
final class Session implements AutoCloseable {

    static final String DENIED = "42501";

    private final Connection connection;

    private Session(Connection connection) {
        this.connection = connection;
    }

    static Session unbound(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        return new Session(connection);
    }

    static Session bound(Connection connection, NamedTenant tenant, String actor, boolean live) throws SQLException {
        Session session = unbound(connection);
        session.bind(tenant, actor, live);
        return session;
    }

    void bind(NamedTenant tenant, String actor, boolean live) throws SQLException {
        try (PreparedStatement bind = connection.prepareStatement("select app.bind(?, ?, ?)")) {
            bind.setObject(1, tenant.id());
            bind.setString(2, actor);
            bind.setBoolean(3, live);
            bind.execute();
        }
    }

    /// The outcome of a statement: rows, or the SQLSTATE of its refusal.
    Outcome run(String sql) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try (var statement = connection.createStatement()) {
            boolean hasRows = statement.execute(sql);
            return Outcome.rows(hasRows ? firstNumber(statement.getResultSet()) : statement.getUpdateCount());
        } catch (SQLException e) {
            return Outcome.refused(e);
        } finally {
            connection.rollback(before);
        }
    }

    /// Runs a statement and keeps its effect until the session ends.
    void keep(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// Runs a statement, and keeps its effect until the session ends, unless it is refused.
    void attempt(String sql) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            keep(sql);
        } catch (SQLException e) {
            connection.rollback(before);
        }
    }

    /// The first column of a query's rows.
    List<String> strings(String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    private static long firstNumber(ResultSet rows) throws SQLException {
        return rows.next() ? rows.getLong(1) : 0;
    }

    /// The outcome of a statement.
    ///
    /// @param rows first column of the first row of a query, or the number of changed rows
    record Outcome(long rows, String sqlState, String message) {

        static Outcome rows(long rows) {
            return new Outcome(rows, "00000", "");
        }

        static Outcome refused(SQLException e) {
            return new Outcome(0, e.getSQLState(), e.getMessage());
        }

        boolean denied() {
            return sqlState.equals(DENIED);
        }

        /// Whether every policy admitted the statement: constraints are checked after policies.
        boolean passedPolicies() {
            return sqlState.equals("00000") || sqlState.startsWith("23");
        }

        boolean touched() {
            return rows > 0 || sqlState.startsWith("23");
        }
    }
}
