package hedgerow.rls.bind;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.postgresql.PGStatement;

/// Keeps a statement from becoming a named one on the server.
final class Threshold {

    private Threshold() {}

    /// Must be called before the first execution: a statement that has a name keeps it.
    static void apply(PreparedStatement statement, boolean unnamed) throws SQLException {
        if (unnamed) {
            statement.unwrap(PGStatement.class).setPrepareThreshold(0);
        }
    }
}
