package hedgerow.rls.review.rules;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Optional;

/// Reports an OR of which one side binds the tenant and the other does not.
final class DisjunctWithoutTenant implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var cases = analysis.cases()
                .filter(c -> !c.gate().written() && analysis.verdict(c).opens())
                .filter(c -> !analysis.verdict(c.table(), c.own()).always() && isMixed(analysis, c));
        return Hits.perPolicy(
                analysis,
                cases,
                said -> "this side of OR opens %s to %s: %s"
                        .formatted(
                                said.rows(analysis.verdict(said.first()).open()),
                                said.commands(),
                                open(analysis, said.first())
                                        .map(analysis::print)
                                        .orElse("…")));
    }

    /// Whether some side of its OR binds the row while another opens it.
    static boolean isMixed(Analysis analysis, Case c) {
        var sides = Publication.sides(c).toList();
        return sides.size() > 1
                && sides.stream()
                        .anyMatch(side -> Sessions.bindsSomeColumn(analysis.names, side)
                                && !analysis.verdict(c.table(), side).opens())
                && open(analysis, c).isPresent();
    }

    private static Optional<Expr> open(Analysis analysis, Case c) {
        return Publication.sides(c)
                .filter(side -> analysis.verdict(c.table(), side).opens() && !Publication.publishes(analysis, c, side))
                .findFirst();
    }
}
