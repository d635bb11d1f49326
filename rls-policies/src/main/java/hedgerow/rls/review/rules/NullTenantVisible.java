package hedgerow.rls.review.rules;

import hedgerow.rls.review.Rule;
import java.util.List;

/// Reports rows whose tenant is NULL and that everybody can see.
final class NullTenantVisible implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var cases = analysis.cases()
                .filter(c -> !analysis.verdict(c).opens()
                        && analysis.verdict(c).openNull().isPresent());
        return Hits.perPolicy(
                analysis,
                cases,
                said -> "rows with %s are within reach of every tenant, by %s"
                        .formatted(
                                Worlds.describe(
                                        analysis.verdict(said.first())
                                                .openNull()
                                                .get(),
                                        analysis),
                                said.commands()));
    }
}
