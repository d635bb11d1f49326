package hedgerow.rls.body;

/// A value that the expressions of a body refer to as [hedgerow.rls.expr.Expr.Parameter].
///
/// @param name as the body spells it; a field of a record is `record.field`
/// @param type oid
/// @param column number of the column, for [Kind#NEW] and [Kind#OLD], else 0
public record Variable(String name, long type, Kind kind, int column) {

    /// Where its value comes from at the start.
    public enum Kind {
        /// The caller.
        ARGUMENT,
        /// NULL, until the body assigns it.
        LOCAL,
        /// A column of the new row; NULL in a DELETE.
        NEW,
        /// A column of the old row; NULL in an INSERT.
        OLD,
        /// False, until a statement sets it: whether the last one had a row.
        FOUND,
        /// The event: `INSERT`, `UPDATE`, `DELETE`.
        TG_OP,
        /// Any value: `TG_ARGV`, `SQLSTATE` and their kind.
        SPECIAL
    }
}
