package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.review.Rule;
import java.util.List;

/// Reports a WITH CHECK that lets a session write rows of another tenant.
final class WithCheckOpen implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var cases = analysis.cases()
                .filter(c -> c.command() == Command.INSERT && c.clause().equals("WITH CHECK"))
                .filter(c -> analysis.verdict(c).opens());
        return Hits.perPolicy(
                analysis,
                cases,
                said -> "WITH CHECK admits new %s"
                        .formatted(said.rows(analysis.verdict(said.first()).open())));
    }
}
