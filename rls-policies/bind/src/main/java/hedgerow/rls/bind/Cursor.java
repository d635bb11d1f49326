package hedgerow.rls.bind;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/// The kind of result set that a statement produces.
record Cursor(int type, int concurrency, int holdability) {

    /// A scrollable result set of the same kind: the rows of RETURNING are counted first.
    Cursor scrollable() {
        return new Cursor(ResultSet.TYPE_SCROLL_INSENSITIVE, concurrency, holdability);
    }

    boolean isUpdatable() {
        return concurrency == ResultSet.CONCUR_UPDATABLE;
    }

    PreparedStatement prepare(Connection connection, String sql) throws SQLException {
        return connection.prepareStatement(sql, type, concurrency, holdability);
    }
}
