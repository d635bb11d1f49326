package hedgerow.rls.probe;

import java.sql.Connection;
import java.sql.SQLException;

/// Logs in to the attacked database.
@FunctionalInterface
public interface LoginSource {

    /// Opens a connection.
    ///
    /// @param role name of a login
    /// @return a connection of the login's own, which the probe closes
    /// @throws SQLException if the login may not connect
    Connection open(String role) throws SQLException;
}
