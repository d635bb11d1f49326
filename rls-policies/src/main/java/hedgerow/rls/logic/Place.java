package hedgerow.rls.logic;

import hedgerow.rls.expr.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The environment of an expression: the session, and the rows of its columns.
///
/// @param scopes the rows of each query around it, innermost first, by their place in the range table
/// @param own the row that the outermost expression is about
/// @param subject the operand `x` of `CASE x WHEN`
/// @param outputs of the sub-select that is compared
/// @param depth the number of sub-selects between it and the question's rows
public record Place(
        Session session,
        List<Map<Integer, ? extends Fields>> scopes,
        Optional<Slot> own,
        Optional<Encoded> subject,
        List<Expr> outputs,
        int depth) {

    public static Place of(Session session) {
        return new Place(session, List.of(), Optional.empty(), Optional.empty(), List.of(), 0);
    }

    public static Place of(Session session, Slot own) {
        return of(session, own, 0);
    }

    static Place of(Session session, Slot own, int depth) {
        return new Place(session, List.of(), Optional.of(own), Optional.empty(), List.of(), depth);
    }

    /// The environment within a query over these rows.
    public Place in(Map<Integer, ? extends Fields> rows) {
        return in(rows, 1);
    }

    /// The environment within a query.
    ///
    /// @param deeper 1 for a sub-select, 0 for a part of one
    Place in(Map<Integer, ? extends Fields> rows, int deeper) {
        var longer = new ArrayList<Map<Integer, ? extends Fields>>();
        longer.add(rows);
        longer.addAll(scopes);
        return new Place(session, longer, own, subject, outputs, depth + deeper);
    }

    Place with(Encoded value) {
        return new Place(session, scopes, own, Optional.of(value), outputs, depth);
    }

    Place with(List<Expr> exprs) {
        return new Place(session, scopes, own, subject, exprs, depth);
    }

    public Place as(Session other) {
        return new Place(other, scopes, own, subject, outputs, depth);
    }
}
