package hedgerow.rls.review.rules;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.stream.Stream;

/// Reports a policy that calls a session function once for every row.
final class UnwrappedSessionFunction implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.ofClauses(
                analysis,
                analysis.rawClauses(),
                clause -> unwrapped(analysis, clause.expr())
                        .map(analysis::print)
                        .map(call -> "%s may be computed for every row; (select %s) is computed once"
                                .formatted(call, call)));
    }

    private static Stream<Expr.Call> unwrapped(Analysis analysis, Expr expr) {
        return Walk.over(expr)
                .filter(place -> place.depth() == 0)
                .map(Walk.Place::node)
                .filter(node -> Sessions.setting(analysis.names, node).isPresent()
                        || node instanceof Expr.Call
                                && Sessions.input(analysis.names, node).isPresent())
                .flatMap(node -> Analysis.callOf(node).stream());
    }
}
