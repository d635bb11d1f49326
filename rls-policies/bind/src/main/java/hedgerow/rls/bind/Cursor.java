package hedgerow.rls.bind;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/// What kind of result set a statement makes.
record Cursor(int type, int concurrency, int holdability) {

    /// The rows of RETURNING are counted, for which the cursor must go back.
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
