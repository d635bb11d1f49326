package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.List;

/// Reports UPDATE or DELETE policies that reach rows which SELECT hides.
final class BlindWrite implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var cases = analysis.cases()
                .filter(c -> c.gate() == Gate.UPDATE_OLD || c.gate() == Gate.DELETE)
                .filter(c -> analysis.verdict(c).opens() && isHidden(analysis, c));
        return Hits.perPolicy(
                analysis,
                cases,
                said -> "%s without WHERE reaches %s, which SELECT hides"
                        .formatted(
                                said.commands(),
                                said.rows(analysis.verdict(said.first()).open())));
    }

    /// Whether no SELECT policy shows foreign rows to the same sessions.
    private static boolean isHidden(Analysis analysis, Case write) {
        var reads = analysis.cases(write.table()).stream()
                .filter(c -> c.command() == Command.SELECT)
                .toList();
        return reads.stream().anyMatch(c -> Sessions.bindsSomeColumn(analysis.names, c.guarded()))
                && reads.stream().noneMatch(c -> analysis.verdict(c).opens());
    }
}
