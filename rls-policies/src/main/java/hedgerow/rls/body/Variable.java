package hedgerow.rls.body;

/// A value that the expressions of a body refer to as [hedgerow.rls.expr.Expr.Parameter].
///
/// @param name in the spelling of the body; a field of a record is `record.field`
/// @param type oid
/// @param column number of the column, for [Kind#NEW] and [Kind#OLD], otherwise 0
public record Variable(String name, long type, Kind kind, int column) {

    /// The source of its initial value.
    public enum Kind {
        /// The caller gives the value.
        ARGUMENT,
        /// The value is NULL until the body assigns one.
        LOCAL,
        /// A column of the new row; NULL in a DELETE.
        NEW,
        /// A column of the old row; NULL in an INSERT.
        OLD,
        /// The value is false until a statement sets it: whether the last one had a row.
        FOUND,
        /// The event: `INSERT`, `UPDATE`, `DELETE`.
        TG_OP,
        /// Any value, as for `TG_ARGV` or `SQLSTATE`.
        SPECIAL
    }
}
