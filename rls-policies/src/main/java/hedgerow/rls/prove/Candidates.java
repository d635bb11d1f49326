package hedgerow.rls.prove;

import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Generates patches of the object at fault, which [Causes] names, the smallest first.
final class Candidates {

    private final State state;
    private final String cause;
    private final List<Cell> cells;

    Candidates(State state, String cause, List<Cell> cells) {
        this.state = state;
        this.cause = cause;
        this.cells = cells;
    }

    List<Candidate> list() {
        var kind = cause.split(" ", 2)[0];
        return switch (kind) {
            case "policy" -> ofPolicy();
            case "role" -> ofRole();
            case "function" -> ofFunction();
            case "trigger" -> ofTrigger();
            case "rule" -> List.of();
            default -> cause.contains(" constraint ") ? ofKey() : ofRelation();
        };
    }

    private Stream<Relation> after(String word) {
        return state.relation(cause.substring(cause.lastIndexOf(word) + word.length())).stream();
    }

    private List<Candidate> ofPolicy() {
        return after(" on ")
                .flatMap(table -> table.policies().stream()
                        .filter(policy -> cause.equals(name(policy, table)))
                        .flatMap(policy -> new PolicyPatches(state, table, policy, cells).list().stream()))
                .toList();
    }

    private static String name(Policy policy, Relation table) {
        return "policy %s on %s".formatted(policy.quoted(), table.quoted());
    }

    private List<Candidate> ofRole() {
        var tables = cells.stream()
                .map(Cell::object)
                .distinct()
                .flatMap(object -> state.relation(object).stream())
                .toList();
        return state.model().catalog().roles().values().stream()
                .filter(role -> cause.equals("role " + role.quoted()))
                .flatMap(role -> RolePatches.of(state, role, tables).stream())
                .toList();
    }

    private List<Candidate> ofFunction() {
        return state.function(cause.substring("function ".length())).stream()
                .flatMap(function -> new RoutinePatches(state, cells).ofFunction(function).stream())
                .toList();
    }

    private List<Candidate> ofTrigger() {
        return after(" on ")
                .flatMap(table -> table.triggers().stream()
                        .filter(trigger -> cause.equals("trigger %s on %s".formatted(trigger.quoted(), table.quoted())))
                        .flatMap(trigger -> state.model().catalog().function(trigger.function()).stream())
                        .flatMap(function ->
                                new RoutinePatches(state, cells).asItsCaller(function, Optional.of(table)).stream()))
                .toList();
    }

    private List<Candidate> ofKey() {
        var child = cause.substring(0, cause.indexOf(" constraint "));
        return state.relation(child).stream()
                .flatMap(table -> table.constraints().stream()
                        .filter(key -> key.kind() == Constraint.Kind.FOREIGN_KEY
                                && cause.endsWith(" constraint " + key.quoted()))
                        .flatMap(key -> new KeyPatches(state, table, key).list().stream()))
                .toList();
    }

    private List<Candidate> ofRelation() {
        return state.relation(cause).stream()
                .flatMap(relation -> relation.isTable()
                        ? new TablePatches(state, relation, cells).list().stream()
                        : new RoutinePatches(state, cells).ofView(relation).stream())
                .toList();
    }
}
