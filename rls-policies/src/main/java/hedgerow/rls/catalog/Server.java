package hedgerow.rls.catalog;

import java.sql.SQLException;
import java.util.List;

/// The server, its database, and the role that is connected.
///
/// @param version as `server_version_num`: 180006
/// @param versionName `18.6`, on some systems with a suffix
/// @param user name of the role that logged in
/// @param userOid oid of the role that logged in
/// @param owner oid of the owner of the database
/// @param settings `name=value`, of those settings that affect row security or logs and that this role may
///     read
/// @param grants on the database
public record Server(
        int version,
        String versionName,
        String database,
        String user,
        long userOid,
        long owner,
        List<String> settings,
        List<Grant> grants) {

    /// The major version, 15 to 18.
    public int major() {
        return version / 10_000;
    }

    static Server of(CatalogRow row, List<Grant> grants) throws SQLException {
        return new Server(
                row.number("version"),
                row.text("version_name"),
                row.text("database"),
                row.text("session_name"),
                row.oid("session_oid"),
                row.oid("owner"),
                row.texts("settings"),
                grants);
    }
}
