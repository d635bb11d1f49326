package hedgerow.rls.review.rules;

import hedgerow.rls.review.Rule;
import java.util.List;

/// Reports a policy that shows every tenant the rows that their owner has marked as public.
final class PublishedRows implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var cases = analysis.cases()
                .filter(c -> !c.gate().written() && analysis.verdict(c).opens())
                .filter(c -> Publication.sides(c).anyMatch(side -> Publication.publishes(analysis, c, side)));
        return Hits.perPolicy(
                analysis,
                cases,
                said -> "shows every session %s; if that is meant, accept it in hedgerow.yaml"
                        .formatted(said.rows(analysis.verdict(said.first()).open())));
    }
}
