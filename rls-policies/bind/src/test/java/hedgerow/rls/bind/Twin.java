package hedgerow.rls.bind;

import hedgerow.sql.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A superuser, whom no policy binds, and who reconnects when the server is back.
final class Twin implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DatabaseUrl url;
    private Connection connection;

    Twin(String url) {
        this.url = DatabaseUrl.parse(url);
    }

    /// The first column of a query; a statement that can be repeated.
    List<String> strings(String sql, String... parameters) throws SQLException {
        for (var until = System.nanoTime() + PATIENCE.toNanos(); ; ) {
            try {
                return attempt(sql, parameters);
            } catch (SQLException e) {
                close();
                if (System.nanoTime() > until || !isAway(e)) {
                    throw e;
                }
            }
        }
    }

    private List<String> attempt(String sql, String... parameters) throws SQLException {
        if (connection == null) {
            connection = url.connect();
        }
        try (var statement = connection.prepareStatement(sql)) {
            for (var i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            var found = new ArrayList<String>();
            if (statement.execute()) {
                try (var rows = statement.getResultSet()) {
                    while (rows.next()) {
                        found.add(rows.getString(1));
                    }
                }
            }
            return found;
        }
    }

    static boolean isAway(SQLException failure) {
        var state = String.valueOf(failure.getSQLState());
        return state.startsWith("08") || state.startsWith("57P");
    }

    @Override
    public void close() throws SQLException {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
