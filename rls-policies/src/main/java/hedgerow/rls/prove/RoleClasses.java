package hedgerow.rls.prove;

import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.Tenancy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Finds roles with the same question: those with the same privileges, exemption and policies on every
/// table that the policies in question read, directly or indirectly, and with the same stored identity.
/// Where a policy reads `current_user`, each role is unique.
final class RoleClasses {

    /// Names that cannot be read as a date, number, uuid or truth value.
    private static final Pattern ORDINARY = Pattern.compile("[a-z]+_[a-z0-9_]*");

    private final Model model;
    private final Tenancy tenancy;
    private final Map<String, Relation> tables = new HashMap<>();
    /// Numbers for distinct parts, because keys of many questions are compared often.
    private final Map<Object, Integer> numbers = new HashMap<>();

    private final Map<View, Integer> views = new HashMap<>();
    private final Map<Long, Boolean> compared = new HashMap<>();
    private final Map<Long, Set<String>> mentioned = new HashMap<>();
    private final Map<Long, Set<Relation>> reached = new HashMap<>();
    private final Map<Long, Boolean> personal = new HashMap<>();

    private record View(long role, long table) {}

    RoleClasses(Model model, Tenancy tenancy) {
        this.model = model;
        this.tenancy = tenancy;
        model.catalog().relations().values().forEach(relation -> tables.putIfAbsent(relation.quoted(), relation));
    }

    /// The key, equal for questions that differ only in the role.
    Object key(Question question) {
        return List.of(question.claim(), question.object(), question.gate(), roleClass(question));
    }

    private Object roleClass(Question question) {
        return roleClass(question, _ -> true);
    }

    /// The class of a role for a question.
    ///
    /// @param counted of the tables that the policies in question read, and their own
    Object roleClass(Question question, Predicate<Relation> counted) {
        var table = table(question);
        return question.kind() != Cell.Kind.TABLE || question.claim() == Claim.MEMBERSHIP_EARNED || table.isEmpty()
                ? question.role()
                : roleClass(table.get(), question.role(), counted);
    }

    Object roleClass(Relation table, long role, Predicate<Relation> counted) {
        var parts = new ArrayList<Object>();
        for (var each : reached(table)) {
            if (isPersonal(each) && (isOfRoles(table, role) || !isAnybody(role, each))) {
                return role;
            }
            if (counted.test(each)) {
                parts.add(view(role, each));
            }
        }
        if (reached(table).stream().anyMatch(this::isPersonal)) {
            parts.add(othersThatBecome(role));
        }
        parts.add(tenancy.of(role, table));
        parts.add(model.enteringFor(role));
        parts.add(tenancy.identities().stream()
                .map(input -> tenancy.stored(input, role))
                .toList());
        return parts;
    }

    private List<Long> othersThatBecome(long role) {
        return model.settings().logins().stream()
                .filter(login ->
                        login != role && model.gates().roles().actsAs(login).contains(role))
                .sorted()
                .toList();
    }

    Optional<Relation> table(Question question) {
        return Optional.ofNullable(tables.get(question.object()));
    }

    /// Whether a policy of the table reads it, directly or indirectly.
    boolean readsItself(Relation table) {
        return reached(table).stream()
                .flatMap(each -> each.policies().stream()
                        .flatMap(policy -> model.policies().clauses(each, policy)))
                .flatMap(Walk::queries)
                .flatMap(Query::tables)
                .anyMatch(source -> source.oid() == table.oid());
    }

    /// Whether its rows belong to roles: which logins can become one then matters as well.
    private boolean isOfRoles(Relation table, long role) {
        return tenancy.of(role, table)
                .axis(table)
                .filter(input -> !(input instanceof Input.User))
                .isEmpty();
    }

    /// Whether the role's name is an ordinary one: policies compare it, and mention it nowhere.
    private boolean isAnybody(long role, Relation table) {
        var name = model.catalog().role(role).map(Role::name).orElse("");
        return ORDINARY.matcher(name).matches()
                && compared.computeIfAbsent(table.oid(), _ -> isCompared(table))
                && !mentioned(table).contains(name);
    }

    private boolean isCompared(Relation table) {
        return clauses(table).allMatch(expr -> {
            var users = Walk.over(expr).filter(place -> isUser(place.node())).count();
            var sides = Walk.over(expr)
                    .flatMap(place -> Comparison.of(model.names(), place.node()).stream())
                    .filter(Comparison::isEquality)
                    .flatMap(Comparison::sides)
                    .filter(side -> isUser(NormalForm.bare(side.right()))
                            || side.right() instanceof Expr.Cast cast && isUser(NormalForm.bare(cast.operand())))
                    .count();
            return users == sides;
        });
    }

    private boolean isUser(Expr expr) {
        return Sessions.input(model.names(), expr)
                .filter(Input.User.class::isInstance)
                .isPresent();
    }

    private Set<String> mentioned(Relation table) {
        return mentioned.computeIfAbsent(
                table.oid(),
                _ -> clauses(table)
                        .flatMap(Walk::over)
                        .flatMap(place -> Sessions.text(place.node()).stream())
                        .collect(Collectors.toSet()));
    }

    private Stream<Expr> clauses(Relation table) {
        return table.policies().stream().flatMap(policy -> model.policies().clauses(table, policy));
    }

    private Integer view(long role, Relation table) {
        return views.computeIfAbsent(
                new View(role, table.oid()), _ -> numbers.computeIfAbsent(made(role, table), _ -> numbers.size()));
    }

    private List<Object> made(long role, Relation table) {
        var parts = new ArrayList<Object>();
        parts.add(table.oid());
        parts.add(model.gates().isExempt(role, table));
        for (var gate : Gate.values()) {
            parts.add(model.gates().columns(role, table, gate.command()));
            parts.add(model.gates().asking(role, table, gate));
        }
        return parts;
    }

    /// The table, all tables that policies read from there on, and the tables to which it refers.
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
                    .flatMap(Query::relations)
                    .flatMap(oid -> model.catalog().relation(oid).stream())
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
