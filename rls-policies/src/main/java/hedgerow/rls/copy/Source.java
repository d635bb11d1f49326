package hedgerow.rls.copy;

import java.sql.Connection;
import java.sql.SQLException;

/// The database that is copied, in one read-only transaction, which is rolled back at the end.
final class Source {

    private static final String TRANSACTION =
            "set transaction isolation level repeatable read read only; set local statement_timeout = '5min'";

    private Source() {}

    static CatalogSide read(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            CatalogSide.execute(connection, TRANSACTION);
            return CatalogSide.read(connection);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
