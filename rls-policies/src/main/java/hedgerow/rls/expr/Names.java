package hedgerow.rls.expr;

import java.util.Optional;

/// What the object identifiers of a node tree stand for. Whoever has the catalog fills it.
public interface Names {

    Optional<Routine> routine(long oid);

    /// The symbol alone, such as `=`.
    Optional<String> operator(long oid);

    /// As SQL spells it, such as `character varying` or `app.mood`.
    Optional<String> type(long oid);

    /// As SQL spells it, such as `app.invoice`.
    Optional<String> relation(long oid);

    /// The current name of a column, unquoted.
    Optional<String> column(long relation, int number);

    /// False only if strings of different bytes can be equal under it.
    boolean deterministic(long collation);

    /// @param schema unquoted
    /// @param name unquoted
    /// @param volatility `i`, `s` or `v`
    record Routine(String schema, String name, char volatility, boolean strict) {

        public boolean builtin() {
            return schema.equals("pg_catalog");
        }
    }
}
