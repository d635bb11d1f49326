package hedgerow.rls.review;

import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/// A database of its own, created from one schema of the corpus; the roles that it created go with it.
final class CorpusDatabase implements AutoCloseable {

    private final HedgerowDatabase copy;
    private final Connection admin;
    private final Connection connection;
    private final Set<String> before;

    /// Creates the database.
    ///
    /// @param schema of a case without a preset
    CorpusDatabase(HedgerowDatabase database, Corpus.Schema schema) throws SQLException {
        this.admin = database.admin();
        this.before = CorpusAttack.roles(admin);
        this.copy = database.copy();
        this.connection = copy.admin();
        execute(connection, Corpus.USUAL_GRANTS);
        execute(connection, schema.sql());
    }

    /// The superuser's connection.
    Connection connection() {
        return connection;
    }

    DatabaseUrl url() {
        return copy.adminUrl();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        copy.close();
        var made = CorpusAttack.roles(admin);
        made.removeAll(before);
        if (!made.isEmpty()) {
            execute(admin, "drop role " + String.join(", ", made));
        }
        admin.close();
    }
}
