package hedgerow.rls.review.rules;

import hedgerow.rls.review.Rule;
import java.util.List;

/// Reports a policy that admits rows to a session whose variable is empty, or whose claims lack the tenant.
final class PolicyOpenWhenEmpty implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var cases = analysis.cases().filter(c -> {
            var verdict = analysis.verdict(c);
            return !verdict.opens()
                    && verdict.unset().isEmpty()
                    && verdict.empty().isPresent();
        });
        return Hits.perPolicy(
                analysis,
                cases,
                said -> "a session whose variable is empty, or whose claims lack it, reaches %s by %s"
                        .formatted(said.rows(analysis.verdict(said.first()).empty()), said.commands()));
    }
}
