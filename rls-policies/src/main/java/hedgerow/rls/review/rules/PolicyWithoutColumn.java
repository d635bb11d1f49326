package hedgerow.rls.review.rules;

import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.List;

/// Reports a policy that checks who the session is but not whose the row is.
final class PolicyWithoutColumn implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var cases = analysis.cases()
                .filter(c -> !c.gate().written())
                .filter(c -> !Sessions.readsRow(c.guarded()) && Sessions.readsSession(analysis.names, c.own()))
                .filter(c -> analysis.readings(c.table(), c.policy()).isEmpty())
                .filter(c -> !analysis.verdict(c).always());
        return Hits.perPolicy(
                analysis,
                cases,
                said -> "it looks at no column of the row: whoever passes it reaches every row by %s"
                        .formatted(said.commands()));
    }
}
