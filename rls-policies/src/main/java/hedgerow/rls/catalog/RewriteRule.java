package hedgerow.rls.catalog;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;

/// A rule made by CREATE RULE; also the query of a view, which is its rule ON SELECT.
///
/// @param actionTree node tree: a list of queries
/// @param conditionTree node tree of WHERE
public record RewriteRule(
        long oid,
        String quoted,
        Event event,
        boolean instead,
        boolean enabled,
        String actionTree,
        Optional<String> conditionTree) {

    /// The event that triggers the rule.
    public enum Event implements CatalogRow.Coded {
        SELECT('1'),
        UPDATE('2'),
        INSERT('3'),
        DELETE('4');

        private final char code;

        Event(char code) {
            this.code = code;
        }

        @Override
        public char code() {
            return code;
        }
    }

    private static final Set<String> FIRING = Set.of("O", "A");

    static RewriteRule of(CatalogRow row) throws SQLException {
        return new RewriteRule(
                row.oid("oid"),
                row.text("quoted"),
                row.code("event", Event.values()),
                row.flag("instead"),
                FIRING.contains(row.text("enabled")),
                row.text("action_tree"),
                row.optional("condition_tree").filter(tree -> !tree.equals("<>")));
    }
}
