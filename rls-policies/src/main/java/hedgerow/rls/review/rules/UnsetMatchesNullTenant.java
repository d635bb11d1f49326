package hedgerow.rls.review.rules;

import hedgerow.rls.review.Rule;
import java.util.List;

/// Reports a policy by which a session without a tenant reaches the rows without a tenant.
final class UnsetMatchesNullTenant implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var cases = analysis.cases().filter(c -> {
            var verdict = analysis.verdict(c);
            return !verdict.opens()
                    && verdict.unset().isEmpty()
                    && verdict.empty().isEmpty()
                    && verdict.openNull().isEmpty()
                    && verdict.unsetNull().isPresent();
        });
        return Hits.perPolicy(
                analysis,
                cases,
                said -> "a session that has set no variable reaches rows whose tenant is NULL, by %s"
                        .formatted(said.commands()));
    }
}
