package hedgerow.rls.catalog;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// A constraint of one table.
///
/// @param columns numbers, in the constraint's order; 0 for an expression
/// @param foreignRelation oid of the table that a foreign key refers to, otherwise 0
/// @param foreignColumns numbers there
/// @param onUpdate of a foreign key
/// @param enforced false for NOT ENFORCED
/// @param deferrable whether a transaction may break it for a while
/// @param noInherit whether it does not apply to tables that inherit from this one
/// @param expressionTree node tree of a CHECK
public record Constraint(
        long oid,
        String quoted,
        Kind kind,
        List<Long> columns,
        long foreignRelation,
        List<Long> foreignColumns,
        boolean matchFull,
        Action onUpdate,
        Action onDelete,
        boolean validated,
        boolean enforced,
        boolean deferrable,
        boolean noInherit,
        Optional<String> expressionTree) {

    /// The kind of the constraint.
    public enum Kind implements CatalogRow.Coded {
        CHECK('c'),
        FOREIGN_KEY('f'),
        PRIMARY_KEY('p'),
        UNIQUE('u'),
        EXCLUSION('x'),
        NOT_NULL('n');

        private final char code;

        Kind(char code) {
            this.code = code;
        }

        @Override
        public char code() {
            return code;
        }
    }

    /// The action on referring rows when the referenced row is deleted or its key changes.
    public enum Action implements CatalogRow.Coded {
        NO_ACTION('a'),
        RESTRICT('r'),
        CASCADE('c'),
        SET_NULL('n'),
        SET_DEFAULT('d'),
        /// The constraint is not a foreign key.
        NONE(' ');

        private final char code;

        Action(char code) {
            this.code = code;
        }

        @Override
        public char code() {
            return code;
        }
    }

    static Constraint of(CatalogRow row) throws SQLException {
        return new Constraint(
                row.oid("oid"),
                row.text("quoted"),
                row.code("kind", Kind.values()),
                row.oids("columns"),
                row.oid("foreign_relation"),
                row.oids("foreign_columns"),
                row.flag("match_full"),
                row.code("on_update", Action.values()),
                row.code("on_delete", Action.values()),
                row.flag("validated"),
                row.flag("enforced"),
                row.flag("deferrable"),
                row.flag("no_inherit"),
                row.optional("expression_tree"));
    }
}
