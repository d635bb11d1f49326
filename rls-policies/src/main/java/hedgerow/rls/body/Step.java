package hedgerow.rls.body;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import java.util.List;
import java.util.Optional;

/// One step of a way.
///
/// Expressions and queries refer to variables as [Expr.Parameter], and not to rows outside of themselves. A
/// query that has [Query#writes()] changes rows, in whichever step it is.
public sealed interface Step {

    /// A condition: the way goes on only if it is TRUE, or, without `truth`, only if it is FALSE or NULL.
    record Guard(Expr condition, boolean truth) implements Step {}

    /// An assignment of a value that has the type of the variable.
    record Assign(int variable, Expr value) implements Step {}

    /// A loss of knowledge: from here on, these variables may have any value, including NULL, that can be
    /// derived from everything the body knows or reads in any of its steps.
    record Unknown(List<Integer> variables, String reason) implements Step {}

    /// The first row of a query; all NULL if it has none. The variables take the targets that are not junk,
    /// in order.
    record Into(List<Integer> variables, Query query) implements Step {}

    /// Any row of a query: a loop over it is taken once. The variables take the targets that are not junk,
    /// in order.
    record Each(List<Integer> variables, Query query) implements Step {}

    /// A query whose rows are discarded.
    record Perform(Query query) implements Step {}

    /// An INSERT, UPDATE, DELETE or MERGE.
    ///
    /// @param into takes the RETURNING values of one row, in order; all NULL if there is none
    record Write(Query query, List<Integer> into) implements Step {}

    /// A return.
    ///
    /// @param query of the returned value: the only row of a VALUE or NEXT, the rows of a QUERY; empty for
    ///     the other kinds. A query that writes has been a [Write] before, and returns the values of its
    ///     RETURNING
    record Return(Optional<Query> query, Kind kind) implements Step {}

    /// A message of RAISE, which shows the caller the only row of the query.
    record Tell(Query query) implements Step {}

    /// An error, which ends the way and undoes everything that the function did.
    record Raise(String level) implements Step {}

    /// The kind of a return.
    enum Kind {
        /// One value, or one row of several; the rows of an SQL function that returns a set. The way ends.
        VALUE,
        /// The rows of a query are added to the result, and the way goes on.
        QUERY,
        /// One row is added to the result, and the way goes on.
        NEXT,
        /// The present row NEW is returned. The way ends.
        NEW,
        /// The row OLD is returned. The way ends.
        OLD,
        /// NULL is returned. The way ends.
        NULL,
        /// Nothing more is returned. The way ends.
        NOTHING
    }
}
