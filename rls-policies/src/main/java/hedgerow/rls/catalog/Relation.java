package hedgerow.rls.catalog;

import java.util.List;
import java.util.Optional;

/// A table, partitioned table, view, materialized view, foreign table or sequence, with its parts.
///
/// @param quoted in SQL syntax, with its schema: `app.invoice`
/// @param forced whether row security also binds the owner
/// @param estimatedRows -1 before the first ANALYZE
/// @param options `security_invoker=true`, `security_barrier=true`, ...
/// @param parents oids of the tables that it is a partition of, or inherits from
/// @param partitionKey of a partitioned table: names of columns, as SQL spells them; empty if it has an expression
/// @param partitionBound of a partition: `FOR VALUES IN ('a')`
/// @param owningRelation of a sequence: the table whose column it numbers, otherwise 0
/// @param owningColumn of a sequence: the number of that column, otherwise 0
/// @param extension the extension that it belongs to
/// @param grants on the whole relation; those on columns are in `columns`
public record Relation(
        long oid,
        String schema,
        String name,
        String quoted,
        Kind kind,
        long owner,
        boolean rowSecurity,
        boolean forced,
        boolean partition,
        double estimatedRows,
        List<String> options,
        List<Long> parents,
        List<String> partitionKey,
        Optional<String> partitionBound,
        long owningRelation,
        int owningColumn,
        Optional<String> extension,
        List<Column> columns,
        List<Policy> policies,
        List<Trigger> triggers,
        List<RewriteRule> rules,
        List<Constraint> constraints,
        List<Index> indexes,
        List<Grant> grants) {

    /// The kind of the relation.
    public enum Kind implements CatalogRow.Coded {
        TABLE('r'),
        PARTITIONED_TABLE('p'),
        VIEW('v'),
        MATERIALIZED_VIEW('m'),
        FOREIGN_TABLE('f'),
        SEQUENCE('S');

        private final char code;

        Kind(char code) {
            this.code = code;
        }

        @Override
        public char code() {
            return code;
        }
    }

    /// Whether row security can be enabled on it.
    public boolean isTable() {
        return kind == Kind.TABLE || kind == Kind.PARTITIONED_TABLE;
    }

    public Optional<Column> column(long number) {
        return columns.stream().filter(column -> column.number() == number).findFirst();
    }

    public Optional<Column> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    /// The node tree of the query of a view or materialized view: a list of one query.
    public Optional<String> viewTree() {
        return kind == Kind.VIEW || kind == Kind.MATERIALIZED_VIEW
                ? rules.stream()
                        .filter(rule -> rule.event() == RewriteRule.Event.SELECT)
                        .map(RewriteRule::actionTree)
                        .map(this::withoutItself)
                        .findFirst()
                : Optional.empty();
    }

    /// The tree without the view among the tables: before version 16, OLD and NEW name it in its own query.
    private String withoutItself(String tree) {
        return tree.replace(":rtekind 0 :relid %d ".formatted(oid), ":rtekind 8 :relid %d ".formatted(oid));
    }

    /// Whether a view reads its tables with the rights of its reader.
    public boolean isInvokerView() {
        return options.stream().anyMatch(option -> option.matches("security_invoker=(true|on|yes|1)"));
    }
}
