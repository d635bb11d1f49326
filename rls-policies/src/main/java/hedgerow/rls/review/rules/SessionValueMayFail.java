package hedgerow.rls.review.rules;

import hedgerow.rls.review.Rule;
import java.util.List;

/// Reports a policy that raises an error in a session without a tenant instead of showing no rows.
final class SessionValueMayFail implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var cases = analysis.cases()
                .filter(c -> !c.gate().written())
                .filter(c ->
                        analysis.verdict(c).failsUnset() || analysis.verdict(c).failsEmpty());
        return Hits.perPolicy(analysis, cases, said -> {
            var verdict = analysis.verdict(said.first());
            return verdict.failsUnset()
                    ? "a session that has not set the variable meets an error"
                    : "the variable is an empty text after the transaction that set it, and the cast of that is an"
                            + " error";
        });
    }
}
