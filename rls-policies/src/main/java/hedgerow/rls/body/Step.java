package hedgerow.rls.body;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import java.util.List;
import java.util.Optional;

/// One step of a way.
///
/// Expressions and queries refer to variables as [Expr.Parameter], and to no row outside of themselves. A query that
/// has [Query#writes()] changes rows, in whichever step it is.
public sealed interface Step {

    /// The way goes on only if the condition is TRUE, or, without `truth`, only if it is FALSE or NULL.
    record Guard(Expr condition, boolean truth) implements Step {}

    /// The value has the type of the variable.
    record Assign(int variable, Expr value) implements Step {}

    /// From here on, these variables may have any value, NULL included, that can be made of what the body knows or
    /// reads in any of its steps.
    record Unknown(List<Integer> variables, String reason) implements Step {}

    /// The first row of a query; all NULL if it has none. The variables take the targets that are not junk, in order.
    record Into(List<Integer> variables, Query query) implements Step {}

    /// Any row of a query: a loop over it is taken once. The variables take the targets that are not junk, in order.
    record Each(List<Integer> variables, Query query) implements Step {}

    /// Runs, and its rows are not looked at.
    record Perform(Query query) implements Step {}

    /// INSERT, UPDATE, DELETE or MERGE.
    ///
    /// @param into takes what RETURNING gives for one row, in order; all NULL if there is none
    record Write(Query query, List<Integer> into) implements Step {}

    /// @param query of what is returned: the one row of a VALUE or NEXT, the rows of a QUERY; empty for the other
    /// kinds. A
    ///     query that writes has been a [Write] before, and returns what its RETURNING gave
    record Return(Optional<Query> query, Kind kind) implements Step {}

    /// A message of RAISE tells the caller what the query has in its one row.
    record Tell(Query query) implements Step {}

    /// The way ends, and with it whatever the function did.
    record Raise(String level) implements Step {}

    /// How a function returns.
    enum Kind {
        /// One value, or one row of several; the rows of an SQL function that returns a set. The way ends.
        VALUE,
        /// The rows of a query are added to the result, and the way goes on.
        QUERY,
        /// One row is added to the result, and the way goes on.
        NEXT,
        /// The row NEW, as it is here. The way ends.
        NEW,
        /// The row OLD. The way ends.
        OLD,
        /// NULL. The way ends.
        NULL,
        /// Nothing more. The way ends.
        NOTHING
    }
}
