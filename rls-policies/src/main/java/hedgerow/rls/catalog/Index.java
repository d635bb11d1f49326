package hedgerow.rls.catalog;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// An index of one table.
///
/// @param method `btree`, `gin`, ...
/// @param immediate not DEFERRABLE: no transaction sees two rows with one key, even temporarily
/// @param columns numbers, first the keys, then INCLUDE; 0 for an expression
/// @param keys how many of them are keys
/// @param expressionsTree node tree: a list, one for each 0 in `columns`
/// @param predicateTree node tree of WHERE
public record Index(
        long oid,
        String quoted,
        boolean unique,
        boolean primary,
        boolean exclusion,
        boolean valid,
        boolean immediate,
        String method,
        List<Long> columns,
        int keys,
        Optional<String> expressionsTree,
        Optional<String> predicateTree) {

    static Index of(CatalogRow row) throws SQLException {
        return new Index(
                row.oid("oid"),
                row.text("quoted"),
                row.flag("unique"),
                row.flag("primary"),
                row.flag("exclusion"),
                row.flag("valid"),
                row.flag("immediate"),
                row.text("method"),
                row.oids("columns"),
                row.number("keys"),
                row.optional("expressions_tree"),
                row.optional("predicate_tree"));
    }
}
