package hedgerow.rls.review.rules;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.review.Rule;
import java.util.List;

/// Reports a policy that evaluates a sub-query for every single row.
final class CorrelatedSubquery implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.ofClauses(
                analysis,
                analysis.clauses(),
                clause -> Walk.over(clause.expr())
                        .filter(place -> place.node() instanceof Expr.Subquery subquery
                                && !subquery.query().isBare()
                                && Walk.over(subquery.query())
                                        .anyMatch(inner -> inner.node() instanceof Expr.Column column
                                                && column.level() == inner.depth() + place.depth()))
                        .map(place -> "its sub-query depends on the row, and runs again for each: %s"
                                .formatted(analysis.print(place.node()))));
    }
}
