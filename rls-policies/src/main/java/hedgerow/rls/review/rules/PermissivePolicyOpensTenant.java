package hedgerow.rls.review.rules;

import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Reports a permissive policy that binds the tenant and another one that undoes it.
final class PermissivePolicyOpensTenant implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var cases = analysis.cases()
                .filter(c -> !c.gate().written() && analysis.verdict(c).opens())
                .filter(c ->
                        !DisjunctWithoutTenant.isMixed(analysis, c) && !Publication.publishes(analysis, c, c.own()))
                .filter(c -> binding(analysis, c).isPresent());
        return Hits.perPolicy(
                analysis,
                cases,
                said -> "permissive policies are joined by OR: it admits %s to %s, which policy %s alone would deny"
                        .formatted(
                                said.rows(analysis.verdict(said.first()).open()),
                                said.commands(),
                                binding(analysis, said.first()).get().policy().quoted()));
    }

    /// Another policy for the same sessions that does bind the row.
    private static Optional<Case> binding(Analysis analysis, Case open) {
        return analysis.cases(open.table()).stream()
                .filter(c -> c.policy().oid() != open.policy().oid() && c.gate() == open.gate())
                .filter(c -> meets(c, open))
                .filter(c -> !analysis.verdict(c).opens() && Sessions.bindsSomeColumn(analysis.names, c.own()))
                .findFirst();
    }

    private static boolean meets(Case one, Case other) {
        return one.policy().roles().contains(0L)
                || other.policy().roles().contains(0L)
                || !Collections.disjoint(one.policy().roles(), other.policy().roles())
                || !Collections.disjoint(one.subjects(), other.subjects());
    }
}
