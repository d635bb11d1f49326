package hedgerow.rls.prove;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Decides whether leaks may be tried on a live database itself, and opens the session for it, whose
/// transaction is never committed.
public final class LiveStage {

    /// Actions that a rollback does not undo, or whose effects others notice.
    public static final List<String> ESCAPES = List.of(
            "leaks were tried on the database itself, in a transaction that was rolled back; numbers drawn from"
                    + " sequences stay drawn, and rows were locked meanwhile",
            "what functions do outside of the database, by an untrusted language or another connection, is not rolled"
                    + " back");

    private static final String SESSION = "set transaction isolation level repeatable read read write;"
            + " set local lock_timeout = '2s'; set local statement_timeout = '10s'";

    private LiveStage() {}

    /// Everything that forbids it: a standby, replication, a role without the right, triggers in untrusted
    /// languages.
    ///
    /// @param roles oids of those as which leaks are tried; 0 is left out
    /// @return one line each; empty if nothing forbids it
    public static List<String> hindrances(Connection connection, Collection<Long> roles) throws SQLException {
        try (var statement = connection.prepareStatement(query())) {
            statement.setArray(1, connection.createArrayOf("bigint", roles.toArray()));
            var hindrances = new ArrayList<String>();
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    hindrances.add(rows.getString(1));
                }
            }
            return hindrances;
        }
    }

    /// Opens the session.
    ///
    /// @param connection on which nothing else happens; closing it rolls everything back
    /// @return the same, in a transaction
    public static Connection open(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute(SESSION);
        }
        return connection;
    }

    private static String query() {
        try (var in = LiveStage.class.getResourceAsStream("live_stage.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
