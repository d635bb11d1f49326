package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.review.Rule;
import hedgerow.rls.review.Settings;
import java.util.List;

/// A policy asks a sub-query about every single row.
final class CorrelatedSubquery implements Rule {

    @Override
    public List<Hit> find(Catalog catalog, Settings settings) {
        var analysis = Analysis.of(catalog, settings);
        return Hits.of(analysis.tables()
                .flatMap(table -> table.policies().stream()
                        .flatMap(policy -> analysis.clauses(table, policy)
                                .flatMap(Walk::over)
                                .filter(place -> place.node() instanceof Expr.Subquery subquery
                                        && !subquery.query().isBare()
                                        && Walk.over(subquery.query())
                                                .anyMatch(inner -> inner.node() instanceof Expr.Column column
                                                        && column.level() == inner.depth() + place.depth()))
                                .map(place -> Hits.hit(
                                        "policy %s on %s".formatted(policy.quoted(), table.quoted()),
                                        "its sub-query depends on the row, and runs again for each: %s"
                                                .formatted(analysis.print(place.node())),
                                        analysis.exposed(table, policy))))));
    }
}
