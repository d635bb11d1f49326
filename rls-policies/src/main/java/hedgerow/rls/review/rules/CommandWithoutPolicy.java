package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A role may use a command for which no policy lets any row by.
final class CommandWithoutPolicy implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.of(analysis.tables()
                .filter(table -> table.policies().stream().anyMatch(Policy::permissive))
                .flatMap(table -> Stream.of(Command.SELECT, Command.INSERT, Command.UPDATE, Command.DELETE)
                        .flatMap(command -> denied(analysis, table, command).stream()
                                .map(role -> Hits.hit(
                                        "%s for %s".formatted(table.quoted(), role),
                                        "%s is granted, and no policy lets a row by".formatted(command),
                                        true)))));
    }

    private static Optional<String> denied(Analysis analysis, Relation table, Command command) {
        return analysis.may(table, command).stream()
                .filter(role -> !analysis.roles.isExempt(role, table))
                .filter(role -> table.policies().stream()
                        .noneMatch(policy -> policy.permissive()
                                && policy.covers(command)
                                && analysis.reached(policy.roles()).contains(role)))
                .flatMap(role -> analysis.catalog.role(role).stream())
                .map(role -> "role " + role.quoted())
                .sorted()
                .findFirst();
    }
}
