package hedgerow.rls.logic;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The questions of [Gates], each answered for a set of roles at once.
///
/// A thousand roles on five thousand tables form few sets: the roles that inherit each privilege are
/// computed once, and tables with the same grants share the result.
public final class Subjects {

    private static final long PUBLIC = 0;

    private final Gates gates;
    private final Set<Long> superusers;
    private final Map<Long, Set<Long>> heirs = new HashMap<>();
    private final Map<List<Long>, Set<Long>> reached = new HashMap<>();
    private final Map<Granted, Set<Long>> granted = new HashMap<>();

    /// The roles to answer for.
    ///
    /// @param roles 0 among them is left out: nobody is PUBLIC alone
    public Subjects(Gates gates, Collection<Long> roles) {
        this.gates = gates;
        this.superusers = roles.stream().filter(gates::isSuperuser).collect(Collectors.toSet());
        roles.stream().filter(role -> role != PUBLIC).forEach(this::note);
    }

    /// Records, by role, the roles that have its privileges. Everybody has those of PUBLIC.
    private void note(long subject) {
        Stream.concat(Stream.of(PUBLIC), gates.roles().inherited(subject).stream())
                .forEach(role ->
                        heirs.computeIfAbsent(role, _ -> new LinkedHashSet<>()).add(subject));
    }

    /// The roles that a policy, or a grant, to `grantees` reaches; 0 is PUBLIC.
    public Set<Long> reached(List<Long> grantees) {
        return reached.computeIfAbsent(
                grantees,
                some -> some.contains(PUBLIC)
                        ? heirs.getOrDefault(PUBLIC, Set.of())
                        : some.stream()
                                .flatMap(role -> heirs.getOrDefault(role, Set.of()).stream())
                                .collect(Collectors.toSet()));
    }

    /// The roles that may use a command on at least one column of a table.
    public Set<Long> may(Relation table, Command command) {
        return may(table, command, _ -> true);
    }

    /// The roles that may use a command on one of these columns of a table.
    public Set<Long> may(Relation table, Command command, Predicate<Column> columns) {
        return may(table.schema(), gates.privileges().on(table, command, columns));
    }

    public Set<Long> mayExecute(Function function) {
        return may(function.schema(), gates.privileges().onFunction(function));
    }

    /// A privilege in a schema.
    private record Granted(String schema, List<Long> holders) {}

    private Set<Long> may(String schema, List<Long> holders) {
        return granted.computeIfAbsent(new Granted(schema, holders), this::may);
    }

    private Set<Long> may(Granted privilege) {
        if (privilege.holders.isEmpty()) {
            return Set.of();
        }
        var may = new HashSet<>(reached(privilege.holders));
        may.retainAll(reached(gates.privileges().inSchema(privilege.schema)));
        may.addAll(superusers);
        return may;
    }

    /// The roles that may use a command on a table and are bound by its policies.
    public Set<Long> bound(Relation table, Command command) {
        return bound(table, command, _ -> true);
    }

    /// Those of the bound roles to which this policy applies.
    public Set<Long> bound(Relation table, Policy policy, Command command) {
        return bound(table, command, reached(policy.roles())::contains);
    }

    private Set<Long> bound(Relation table, Command command, Predicate<Long> met) {
        return may(table, command).stream()
                .filter(role -> met.test(role) && !gates.isExempt(role, table))
                .collect(Collectors.toSet());
    }

    /// Some of these roles, grouped by the restrictive policies that apply to them at a gate.
    public Map<List<Policy>, Set<Long>> byRestrictive(Relation table, Gate gate, Set<Long> some) {
        var restrictive = Gates.Asking.of(table.policies(), gate).restrictive();
        return some.stream()
                .collect(Collectors.groupingBy(
                        role -> restrictive.stream()
                                .filter(policy -> reached(policy.roles()).contains(role))
                                .toList(),
                        Collectors.toCollection(LinkedHashSet::new)));
    }
}
