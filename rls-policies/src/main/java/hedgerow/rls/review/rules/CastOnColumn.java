package hedgerow.rls.review.rules;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.stream.Stream;

/// Reports a policy that converts the column, so that no index on it helps.
final class CastOnColumn implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.ofClauses(
                analysis,
                analysis.clauses(),
                clause -> converted(analysis, clause.expr())
                        .map(side -> "no index on the column helps to find %s".formatted(analysis.print(side))));
    }

    private static Stream<Expr> converted(Analysis analysis, Expr expr) {
        return Walk.over(expr)
                .filter(place -> place.depth() == 0)
                .flatMap(place -> Comparison.of(analysis.names, place.node()).stream())
                .filter(Comparison::isEquality)
                .flatMap(Comparison::sides)
                .filter(side -> Sessions.readsSession(analysis.names, side.right()) && !Sessions.readsRow(side.right()))
                .map(side -> NormalForm.bare(side.left()))
                .filter(left -> (left instanceof Expr.Cast || left instanceof Expr.Call) && Sessions.readsRow(left));
    }
}
