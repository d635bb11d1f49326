package hedgerow.rls.expr;

import java.util.Optional;

/// The names of the object identifiers in a node tree. An implementation reads them from a catalog.
public interface Names {

    Optional<Routine> routine(long oid);

    /// The symbol of an operator without its schema, such as `=`.
    Optional<String> operator(long oid);

    /// The name of a type in SQL syntax, such as `character varying` or `app.mood`.
    Optional<String> type(long oid);

    /// The name of a relation in SQL syntax, such as `app.invoice`.
    Optional<String> relation(long oid);

    /// The current name of a column, unquoted.
    Optional<String> column(long relation, int number);

    /// Whether a collation is deterministic: false only if strings of different bytes can be equal under
    /// it.
    boolean deterministic(long collation);

    /// The identity of a function.
    ///
    /// @param schema unquoted
    /// @param name unquoted
    /// @param volatility `i`, `s` or `v`
    record Routine(String schema, String name, char volatility, boolean strict) {

        public boolean builtin() {
            return schema.equals("pg_catalog");
        }
    }
}
