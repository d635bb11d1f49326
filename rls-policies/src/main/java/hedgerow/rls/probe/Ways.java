package hedgerow.rls.probe;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.catalog.RoleGraph;
import hedgerow.rls.catalog.RoleMembership;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The ways from a login to the roles that it can become: by SET ROLE alone, or after it has made itself a
/// member, which ADMIN OPTION allows.
record Ways(Catalog catalog, RoleGraph roles) {

    private static final int FIRST_WITH_SET_OPTION = 16;

    private record Way(Role at, List<String> grants) {}

    /// The grants that the login makes before SET ROLE leads to the role, in turn; the fewest possible.
    List<String> grants(Role login, Role role) {
        var waiting = new PriorityQueue<Way>(
                Comparator.comparingInt(way -> way.grants().size()));
        var known = new HashSet<Long>();
        waiting.add(new Way(login, List.of()));
        while (!waiting.isEmpty()) {
            var way = waiting.remove();
            if (way.at.oid() == role.oid()) {
                return way.grants;
            }
            if (known.add(way.at.oid())) {
                next(login, way).forEach(waiting::add);
            }
        }
        // Before PostgreSQL 16, CREATEROLE is enough.
        return roles.actsAs(login.oid()).contains(role.oid()) ? List.of(grant(login, role)) : List.of();
    }

    private Stream<Way> next(Role login, Way way) {
        var set = memberships(way.at.oid(), RoleMembership::set).map(to -> new Way(to, way.grants));
        var granted = roles.inherited(way.at.oid()).stream()
                .flatMap(from -> memberships(from, RoleMembership::admin))
                .map(to -> new Way(to, plus(way.grants, setRole(login, way.at) + grant(login, to))));
        return Stream.concat(set, granted);
    }

    private Stream<Role> memberships(long member, Predicate<RoleMembership> kind) {
        return catalog.memberships().stream()
                .filter(membership -> membership.member() == member && kind.test(membership))
                .flatMap(membership -> catalog.role(membership.role()).stream());
    }

    private static List<String> plus(List<String> grants, String last) {
        var all = new ArrayList<>(grants);
        all.add(last);
        return all;
    }

    private String grant(Role login, Role role) {
        var option = catalog.major() < FIRST_WITH_SET_OPTION ? "" : " with set true";
        return "grant %s to %s%s; ".formatted(role.quoted(), login.quoted(), option);
    }

    /// SET ROLE, as far as it is necessary.
    static String setRole(Role login, Role role) {
        return role.equals(login) ? "" : "set local role %s; ".formatted(role.quoted());
    }
}
