package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Optional;

/// Reports a restrictive policy that pins the tenant, but not for every command and role that others open.
final class RestrictivePolicyGap implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.of(analysis.tables()
                .flatMap(table -> table.policies().stream()
                        .filter(policy -> !policy.permissive() && pins(analysis, table, policy))
                        .flatMap(policy -> gap(analysis, table, policy).stream())));
    }

    private static boolean pins(Analysis analysis, Relation table, Policy policy) {
        return analysis.clauses(table, policy)
                .anyMatch(expr -> Sessions.bindsSomeColumn(analysis.names, expr)
                        && !analysis.verdict(table, expr).opens());
    }

    private static Optional<Hit> gap(Analysis analysis, Relation table, Policy floor) {
        var open = analysis.cases(table).stream()
                .filter(c -> !c.guards().contains(floor) && analysis.verdict(c).opens())
                .toList();
        if (open.isEmpty()) {
            return Optional.empty();
        }
        var said = new Hits.Said(open, analysis);
        return Optional.of(Hits.hit(
                "policy %s on %s".formatted(floor.quoted(), table.quoted()),
                "it does not restrict %s of %s, which policy %s opens"
                        .formatted(
                                said.commands(),
                                who(analysis, open),
                                open.getFirst().policy().quoted()),
                open.stream().anyMatch(Case::exposed)));
    }

    private static String who(Analysis analysis, List<Case> open) {
        return open.stream()
                .flatMap(c -> c.subjects().stream())
                .flatMap(role -> analysis.catalog.role(role).stream())
                .map(role -> "role " + role.quoted())
                .sorted()
                .findFirst()
                .orElse("any role");
    }
}
