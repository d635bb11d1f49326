package hedgerow.rls.review.rules;

import hedgerow.rls.logic.Gate;
import hedgerow.rls.review.Rule;
import java.util.List;

/// Reports a policy by which a session may move its row to another tenant.
final class UpdateMovesRow implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var cases = analysis.cases()
                .filter(c ->
                        c.gate() == Gate.UPDATE_NEW && c.policy().checkTree().isPresent())
                .filter(c -> analysis.verdict(c).opens() && isBoundBefore(analysis, c));
        return Hits.perPolicy(
                analysis, cases, said -> "USING binds the old row, but WITH CHECK does not bind the new one");
    }

    private static boolean isBoundBefore(Analysis analysis, Case after) {
        return analysis.cases(after.table()).stream()
                .filter(c -> c.policy().oid() == after.policy().oid() && c.gate() == Gate.UPDATE_OLD)
                .anyMatch(c ->
                        analysis.verdict(c).decided() && !analysis.verdict(c).opens());
    }
}
