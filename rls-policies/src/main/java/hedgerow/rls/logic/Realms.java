package hedgerow.rls.logic;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The roles under review by the inputs that identify their sessions. Roles that have one of them in common are of one
/// realm; there are none if all that policies compare identifies all roles.
final class Realms {

    /// Roles that share identities, with the policies that identify them.
    ///
    /// @param roles that share inputs, directly or through each other
    /// @param policies for any of these roles
    record Realm(Set<Long> roles, Set<Long> policies) {

        boolean counts(Policy policy) {
            return policies.contains(policy.oid());
        }
    }

    private final List<Realm> realms;
    /// The roles that each policy binds.
    private final Map<Long, Set<Long>> bound = new HashMap<>();

    /// Finds the realms.
    ///
    /// @param policies to be looked at
    /// @param compared the inputs with which a policy compares columns
    Realms(Model model, Consumer<BiConsumer<Relation, Policy>> policies, Map<Long, Set<Input>> compared) {
        var inputs = compared.values().stream().flatMap(Set::stream).distinct().count();
        if (inputs < 2) {
            this.realms = List.of();
            return;
        }
        var subjects = new Subjects(model.gates(), model.settings().subjects());
        policies.accept((table, policy) -> bound.put(policy.oid(), bound(subjects, table, policy)));
        var groups = groups(compared);
        var all =
                groups.stream().map(roles -> new Realm(roles, policies(roles))).toList();
        this.realms = all.size() == 1 && all.getFirst().policies.containsAll(compared.keySet()) ? List.of() : all;
    }

    private static Set<Long> bound(Subjects subjects, Relation table, Policy policy) {
        return Gate.COMMANDS.stream()
                .filter(policy::covers)
                .flatMap(command -> subjects.bound(table, policy, command).stream())
                .collect(Collectors.toSet());
    }

    private Set<Long> policies(Set<Long> roles) {
        return bound.entrySet().stream()
                .filter(entry -> !Collections.disjoint(entry.getValue(), roles))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /// The sets of roles that policies compare with the same inputs.
    private Collection<Set<Long>> groups(Map<Long, Set<Input>> compared) {
        var byInput = new HashMap<Input, Set<Long>>();
        compared.forEach((policy, inputs) -> inputs.forEach(
                input -> byInput.computeIfAbsent(input, _ -> new HashSet<>()).addAll(bound.get(policy))));
        var groups = new ArrayList<Set<Long>>();
        for (var roles : byInput.values()) {
            var sharing = groups.stream()
                    .filter(group -> !Collections.disjoint(group, roles))
                    .toList();
            groups.removeAll(sharing);
            sharing.forEach(roles::addAll);
            groups.add(roles);
        }
        groups.removeIf(Set::isEmpty);
        return groups;
    }

    /// The realm of a role, if policies of the table bind the role.
    Optional<Realm> of(long role, Relation table) {
        return realms.stream()
                .filter(realm -> realm.roles.contains(role))
                .filter(_ -> table.policies().stream()
                        .anyMatch(policy ->
                                bound.getOrDefault(policy.oid(), Set.of()).contains(role)))
                .findFirst();
    }

    Stream<Realm> all() {
        return realms.stream();
    }
}
