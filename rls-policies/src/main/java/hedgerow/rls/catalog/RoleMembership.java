package hedgerow.rls.catalog;

import java.sql.SQLException;

/// The membership of `member` in `role`. There may be several rows, by several grantors.
///
/// @param admin may make others, and itself, members
/// @param inherit has its privileges without doing anything
/// @param set may SET ROLE to it
public record RoleMembership(long member, long role, boolean admin, boolean inherit, boolean set) {

    static RoleMembership of(CatalogRow row) throws SQLException {
        return new RoleMembership(
                row.oid("member"), row.oid("role"), row.flag("admin"), row.flag("inherit"), row.flag("set"));
    }
}
