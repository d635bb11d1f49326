package hedgerow.rls.review.rules;

import hedgerow.rls.review.Rule;
import java.util.List;

/// Reports a permissive policy that looks like a condition but is TRUE for every row in every session.
final class PolicyTautology implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var cases = analysis.cases()
                .filter(c -> !c.gate().written() && !PolicyAlwaysTrue.isTrue(c.own()))
                .filter(c -> analysis.verdict(c.table(), c.own()).always())
                .filter(c -> analysis.verdict(c).opens());
        return Hits.perPolicy(
                analysis,
                cases,
                said -> "USING is TRUE whatever the row and the session: %s"
                        .formatted(analysis.print(said.first().own())));
    }
}
