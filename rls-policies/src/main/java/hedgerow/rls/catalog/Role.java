package hedgerow.rls.catalog;

import java.sql.SQLException;

/// A role and its attributes.
///
/// @param bypasses BYPASSRLS
/// @param inherits whether a new membership of this role inherits, and before PostgreSQL 16 whether all do
public record Role(
        long oid,
        String name,
        String quoted,
        boolean login,
        boolean superuser,
        boolean bypasses,
        boolean inherits,
        boolean createsRoles,
        boolean createsDatabases,
        boolean replicates) {

    static Role of(CatalogRow row) throws SQLException {
        return new Role(
                row.oid("oid"),
                row.text("name"),
                row.text("quoted"),
                row.flag("login"),
                row.flag("superuser"),
                row.flag("bypasses"),
                row.flag("inherits"),
                row.flag("creates_roles"),
                row.flag("creates_databases"),
                row.flag("replicates"));
    }

    /// Whether no policy binds this role, on any table.
    public boolean isExempt() {
        return superuser || bypasses;
    }
}
