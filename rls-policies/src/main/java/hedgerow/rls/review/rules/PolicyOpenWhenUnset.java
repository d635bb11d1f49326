package hedgerow.rls.review.rules;

import hedgerow.rls.review.Rule;
import java.util.List;

/// Reports a policy that admits rows although no session variable is set.
final class PolicyOpenWhenUnset implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var cases = analysis.cases()
                .filter(c -> !analysis.verdict(c).opens()
                        && analysis.verdict(c).unset().isPresent());
        return Hits.perPolicy(
                analysis,
                cases,
                said -> "a session that has set no variable reaches %s by %s"
                        .formatted(said.rows(analysis.verdict(said.first()).unset()), said.commands()));
    }
}
