package hedgerow.rls.catalog;

import java.sql.SQLException;

/// One privilege of one role on one object. The defaults that the catalog leaves out are included.
///
/// @param grantee oid of a role, or 0 for PUBLIC
/// @param privilege in capitals: `SELECT`, `EXECUTE`, `USAGE`, `MAINTAIN`
/// @param grantable WITH GRANT OPTION
public record Grant(long grantee, long grantor, String privilege, boolean grantable) {

    static Grant of(CatalogRow row) throws SQLException {
        return new Grant(row.oid("grantee"), row.oid("grantor"), row.text("privilege"), row.flag("grantable"));
    }
}
