package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.review.Rule;
import hedgerow.rls.review.Settings;
import java.util.List;

/// A restrictive policy restricts nothing.
final class RestrictivePolicyAlwaysTrue implements Rule {

    @Override
    public List<Hit> find(Catalog catalog, Settings settings) {
        var analysis = Analysis.of(catalog, settings);
        return Hits.of(analysis.tables()
                .flatMap(table -> table.policies().stream()
                        .filter(policy -> !policy.permissive())
                        .filter(policy -> analysis.clauses(table, policy)
                                .anyMatch(expr -> analysis.verdict(table, expr).always()))
                        .map(policy -> Hits.hit(
                                "policy %s on %s".formatted(policy.quoted(), table.quoted()),
                                "a restrictive policy that is TRUE for every row restricts nothing",
                                analysis.exposed(table, policy)))));
    }
}
