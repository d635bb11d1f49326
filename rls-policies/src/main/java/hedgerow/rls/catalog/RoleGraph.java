package hedgerow.rls.catalog;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The roles that each role can become, and the tables whose row security it is then exempt from.
///
/// PostgreSQL's own rules: SET ROLE follows memberships with SET from the role that logged in; privileges,
/// ownership and the roles of a policy follow memberships with INHERIT; whoever has ADMIN on a role can
/// make itself a member. BYPASSRLS and SUPERUSER are attributes: a session has them by becoming the role,
/// never by inheriting from it. Before PostgreSQL 16 a role with CREATEROLE could make itself a member of
/// any role that is not a superuser.
///
/// @see <a href="https://www.postgresql.org/docs/18/role-membership.html">PostgreSQL 18, 21.3</a>
public final class RoleGraph {

    private static final int LAST_WITH_MIGHTY_CREATEROLE = 15;

    private final Catalog catalog;
    private final Map<Long, List<RoleMembership>> memberships;
    private final Map<Long, Set<Long>> inherited = new HashMap<>();
    private final Map<Long, Set<Long>> actsAs = new HashMap<>();
    private final Map<Long, Set<Long>> steps = new HashMap<>();

    public RoleGraph(Catalog catalog) {
        this.catalog = catalog;
        this.memberships = catalog.memberships().stream().collect(Collectors.groupingBy(RoleMembership::member));
    }

    /// The role itself, and the roles whose privileges it has without SET ROLE.
    public Set<Long> inherited(long role) {
        return inherited.computeIfAbsent(role, start -> closure(start, from -> next(from, RoleMembership::inherit)));
    }

    /// The role itself, and those that it can be after SET ROLE, or after GRANT to itself and SET ROLE.
    ///
    /// A superuser can become every role; the search therefore stops there.
    public Set<Long> actsAs(long role) {
        return actsAs.computeIfAbsent(role, start -> closure(start, as -> oneStep(as).stream()));
    }

    /// The roles that it can act as or whose privileges it has, by name; without itself.
    public List<Role> canBecome(long role) {
        return actsAs(role).stream()
                .flatMap(as -> inherited(as).stream())
                .distinct()
                .filter(other -> other != role)
                .map(catalog::role)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(Role::name))
                .toList();
    }

    /// Whether `relation` shows all its rows to a session whose current role is `role`.
    public boolean isExempt(long role, Relation relation) {
        return !relation.rowSecurity()
                || catalog.role(role).filter(Role::isExempt).isPresent()
                || !relation.forced() && inherited(role).contains(relation.owner());
    }

    /// Whether a policy, or a grant, to `grantees` reaches a session whose current role is `role`; 0 is PUBLIC.
    public boolean reaches(List<Long> grantees, long role) {
        return grantees.contains(0L) || grantees.stream().anyMatch(inherited(role)::contains);
    }

    private Set<Long> oneStep(long as) {
        return steps.computeIfAbsent(as, from -> steps(from).collect(Collectors.toCollection(LinkedHashSet::new)));
    }

    private Stream<Long> steps(long as) {
        if (catalog.role(as).filter(Role::superuser).isPresent()) {
            return Stream.of();
        }
        var granting = inherited(as).stream().flatMap(from -> next(from, RoleMembership::admin));
        return Stream.of(next(as, RoleMembership::set), granting, mightyCreateRole(as))
                .flatMap(roles -> roles);
    }

    private Stream<Long> mightyCreateRole(long as) {
        var mighty = catalog.major() <= LAST_WITH_MIGHTY_CREATEROLE
                && catalog.role(as).filter(Role::createsRoles).isPresent();
        return mighty
                ? catalog.roles().values().stream()
                        .filter(role -> !role.superuser())
                        .map(Role::oid)
                : Stream.of();
    }

    private Stream<Long> next(long member, Predicate<RoleMembership> way) {
        return memberships.getOrDefault(member, List.of()).stream().filter(way).map(RoleMembership::role);
    }

    private static Set<Long> closure(long start, Function<Long, Stream<Long>> next) {
        var reached = new LinkedHashSet<>(Set.of(start));
        var waiting = new ArrayDeque<>(reached);
        while (!waiting.isEmpty()) {
            next.apply(waiting.remove()).filter(reached::add).forEach(waiting::add);
        }
        return reached;
    }
}
