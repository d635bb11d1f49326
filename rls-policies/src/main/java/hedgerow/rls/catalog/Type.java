package hedgerow.rls.catalog;

import java.sql.SQLException;

/// A data type. Row types of tables are left out.
///
/// @param quoted in SQL syntax: `timestamp with time zone`
/// @param kind letter of `pg_type.typtype`: b base, c composite, d domain, e enum, p pseudo, r range, m multirange
/// @param category letter of `pg_type.typcategory`
/// @param baseType of a domain, otherwise 0
/// @param elementType of an array, otherwise 0
public record Type(
        long oid,
        String schema,
        String name,
        String quoted,
        char kind,
        char category,
        long baseType,
        long elementType,
        boolean notNull,
        long collation) {

    static Type of(CatalogRow row) throws SQLException {
        return new Type(
                row.oid("oid"),
                row.text("schema"),
                row.text("name"),
                row.text("quoted"),
                row.text("kind").charAt(0),
                row.text("category").charAt(0),
                row.oid("base_type"),
                row.oid("element_type"),
                row.flag("not_null"),
                row.oid("collation"));
    }
}
