package hedgerow.rls.catalog;

import java.sql.SQLException;

/// The membership of `member` in `role`. There may be several rows, by several grantors.
///
/// @param admin may make others, and itself, members
/// @param inherit has its privileges without doing anything
/// @param set may SET ROLE to it
public record Membership(long member, long role, boolean admin, boolean inherit, boolean set) {

    static Membership of(CatalogRow row) throws SQLException {
        return new Membership(
                row.oid("member"), row.oid("role"), row.flag("admin"), row.flag("inherit"), row.flag("set"));
    }
}
