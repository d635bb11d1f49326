package hedgerow.rls.review.rules;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.review.Rule;
import java.util.List;

/// Reports a policy that shows every tenant the rows that their owner has marked as public.
final class PublishedRows implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var cases = analysis.cases()
                .filter(c -> !c.gate().written())
                .filter(c -> Publication.sides(c)
                        .anyMatch(side -> Publication.publishes(analysis, c, side) && opens(analysis, c, side)));
        return Hits.perPolicy(
                analysis,
                cases,
                said -> "shows every session %s; if that is meant, accept it in hedgerow.yaml"
                        .formatted(said.rows(analysis.verdict(said.first()).open())));
    }

    /// Whether the rows are open; what a sub-select shows of others, only the prover decides.
    private static boolean opens(Analysis analysis, Case c, Expr side) {
        return analysis.verdict(c).opens() || Walk.queries(side).findAny().isPresent();
    }
}
