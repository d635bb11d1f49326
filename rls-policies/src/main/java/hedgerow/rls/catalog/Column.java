package hedgerow.rls.catalog;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// A column of a table or view.
///
/// @param number from 1, with gaps where columns were dropped
/// @param type oid
/// @param typeName in SQL syntax: `character varying(20)`
/// @param collation oid, or 0
/// @param notNull whether all rows comply: false where the constraint is NOT VALID
/// @param defaultTree node tree of its default or of the expression that generates it
/// @param grants on this column alone
public record Column(
        int number,
        String name,
        String quoted,
        long type,
        String typeName,
        long collation,
        boolean notNull,
        boolean generated,
        boolean identity,
        Optional<String> defaultTree,
        List<Grant> grants) {

    static Column of(CatalogRow row, List<Grant> grants) throws SQLException {
        return new Column(
                row.number("number"),
                row.text("name"),
                row.text("quoted"),
                row.oid("type"),
                row.text("type_name"),
                row.oid("collation"),
                row.flag("not_null"),
                row.flag("generated"),
                row.flag("identity"),
                row.optional("default_tree"),
                grants);
    }
}
