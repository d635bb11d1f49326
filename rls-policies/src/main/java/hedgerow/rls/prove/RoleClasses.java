package hedgerow.rls.prove;

import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Sessions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which roles ask the same question: those with the same privileges, exemption and policies on every
/// table that the policies in question read, directly or not. Where a policy reads `current_user`, each
/// role is its own.
final class RoleClasses {

    private final Model model;
    private final Map<Long, Set<Relation>> reached = new HashMap<>();
    private final Map<Long, Boolean> personal = new HashMap<>();

    RoleClasses(Model model) {
        this.model = model;
    }

    /// Equal for questions that are equal but for the role.
    Object key(Question question) {
        return List.of(question.claim(), question.object(), question.gate(), roleClass(question));
    }

    private Object roleClass(Question question) {
        var table = model.catalog().relations().values().stream()
                .filter(relation -> relation.quoted().equals(question.object()))
                .findFirst();
        if (question.kind() != Cell.Kind.TABLE || question.claim() == Claim.MEMBERSHIP_EARNED || table.isEmpty()) {
            return question.role();
        }
        var parts = new ArrayList<Object>();
        for (var each : reached(table.get())) {
            if (isPersonal(each)) {
                return question.role();
            }
            parts.add(view(question.role(), each));
        }
        return parts;
    }

    private List<Object> view(long role, Relation table) {
        var parts = new ArrayList<Object>();
        parts.add(model.gates().isExempt(role, table));
        for (var gate : Gate.values()) {
            parts.add(model.gates().columns(role, table, gate.command()));
            parts.add(model.gates().asking(role, table, gate));
        }
        return parts;
    }

    /// The table, and all that policies read from there on; and the tables that it refers to.
    private Set<Relation> reached(Relation table) {
        return reached.computeIfAbsent(table.oid(), _ -> {
            var found = new LinkedHashSet<Relation>();
            collect(table, found);
            return found;
        });
    }

    private void collect(Relation table, Set<Relation> found) {
        if (found.add(table)) {
            table.policies().stream()
                    .flatMap(policy -> model.policies().clauses(table, policy))
                    .flatMap(Walk::queries)
                    .flatMap(Query::tables)
                    .flatMap(source -> model.catalog().relation(source.oid()).stream())
                    .toList()
                    .forEach(read -> collect(read, found));
        }
    }

    private boolean isPersonal(Relation table) {
        return personal.computeIfAbsent(
                table.oid(),
                _ -> table.policies().stream()
                        .flatMap(policy -> model.policies().clauses(table, policy))
                        .flatMap(expr -> Sessions.inputs(model.names(), expr))
                        .anyMatch(Input.User.class::isInstance));
    }
}
