package hedgerow.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;

/// The roles that log in. All others own objects or lend privileges.
public final class Logins {

    public static final String APP = "hedgerow_app";
    public static final String WORKER = "hedgerow_worker";
    public static final String REVIEWER = "hedgerow_reviewer";

    public static final List<String> ALL = List.of(APP, WORKER, REVIEWER);

    private Logins() {}

    /// Sets a password by its SCRAM verifier, computed here, so that the password never appears in a server
    /// log.
    public static void setPassword(Connection admin, String role, String password) throws SQLException {
        admin.unwrap(PGConnection.class).alterUserPassword(role, password.toCharArray(), "scram-sha-256");
    }
}
