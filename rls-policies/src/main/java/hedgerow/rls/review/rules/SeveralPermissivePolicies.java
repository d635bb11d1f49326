package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Reports several permissive policies that are all evaluated for every row.
final class SeveralPermissivePolicies implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.of(analysis.tables()
                .flatMap(table ->
                        Gate.COMMANDS.stream().flatMap(command -> several(analysis, table, command).stream())));
    }

    private static Optional<Hit> several(Analysis analysis, Relation table, Command command) {
        var gate = Gate.of(command).getFirst();
        var byRole = table.policies().stream()
                .filter(policy -> policy.permissive() && gate.asks(policy))
                .flatMap(policy -> policy.roles().stream().map(role -> Map.entry(role, policy.quoted())))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, TreeMap::new, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
        return byRole.values().stream()
                .filter(policies -> policies.size() > 1)
                .findFirst()
                .map(policies -> Hits.hit(
                        table.quoted(),
                        "for %s, policies %s are evaluated for every row".formatted(command, Hits.and(policies)),
                        !analysis.subjects.may(table, command).isEmpty()));
    }
}
