package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Optional;

/// Reports a command that a role may use but for which no policy admits any row.
final class CommandWithoutPolicy implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.of(analysis.tables()
                .filter(table -> table.policies().stream().anyMatch(Policy::permissive))
                .flatMap(table -> Gate.COMMANDS.stream()
                        .flatMap(command -> denied(analysis, table, command).stream()
                                .map(role -> Hits.hit(
                                        "%s for %s".formatted(table.quoted(), role),
                                        "%s is granted, and no policy admits a row".formatted(command),
                                        true)))));
    }

    private static Optional<String> denied(Analysis analysis, Relation table, Command command) {
        var gate = Gate.of(command).getFirst();
        return analysis.subjects.bound(table, command).stream()
                .filter(role ->
                        analysis.gates.asking(role, table, gate).permissive().isEmpty())
                .flatMap(role -> analysis.catalog.role(role).stream())
                .map(role -> "role " + role.quoted())
                .sorted()
                .findFirst();
    }
}
