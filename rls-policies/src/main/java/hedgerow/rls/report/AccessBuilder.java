package hedgerow.rls.report;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.catalog.RoleMembership;
import hedgerow.rls.logic.Gates;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.report.AccessMatrix.Becomes;
import hedgerow.rls.report.AccessMatrix.Cell;
import hedgerow.rls.report.AccessMatrix.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Computes [AccessMatrix] from a catalog.
final class AccessBuilder {

    /// The largest number of rows that a page can show.
    private static final int MOST_ROWS = 20_000;

    private final Catalog catalog;
    private final Settings settings;
    private final Outcomes outcomes;
    private final Map<Long, List<RoleMembership>> memberships;

    AccessBuilder(Catalog catalog, Settings settings) {
        this.catalog = catalog;
        this.settings = settings;
        this.outcomes = new Outcomes(catalog, new Gates(catalog), settings.schemas());
        this.memberships = catalog.memberships().stream().collect(Collectors.groupingBy(RoleMembership::member));
    }

    AccessMatrix build() {
        var rows = new ArrayList<Row>();
        var omitted = new ArrayList<String>();
        for (var role : subjects()) {
            var touchable = outcomes.touchable(role);
            if (rows.size() + touchable.size() > MOST_ROWS) {
                omitted.add(role.name());
            } else {
                touchable.forEach(table -> rows.add(row(role, table)));
            }
        }
        return new AccessMatrix(rows, omitted, roots());
    }

    /// The roles to report, logins first, because others can better be left out.
    private List<Role> subjects() {
        return settings.subjects().stream()
                .map(catalog::role)
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(this::isLogin).reversed().thenComparing(Role::name))
                .toList();
    }

    private boolean isLogin(Role role) {
        return settings.logins().contains(role.oid());
    }

    // --- rows ----------------------------------------------------------------------------------------------------

    private Row row(Role role, Relation table) {
        return new Row(
                role.name(),
                table.quoted(),
                cell(role, table, Command.SELECT),
                cell(role, table, Command.INSERT),
                cell(role, table, Command.UPDATE),
                cell(role, table, Command.DELETE));
    }

    private Cell cell(Role role, Relation table, Command command) {
        var outcome = outcomes.of(role, table, command);
        return new Cell(
                outcome.verdict(), outcome.policies().stream().map(Policy::name).toList());
    }

    // --- who can become whom -------------------------------------------------------------------------------------

    private List<Becomes> roots() {
        return subjects().stream()
                .filter(this::isLogin)
                .map(role -> becomes(role, "", new HashSet<>()))
                .toList();
    }

    private Becomes becomes(Role role, String how, Set<Long> seen) {
        var first = seen.add(role.oid());
        return new Becomes(role.name(), how, role.isExempt(), first ? next(role, seen) : List.of());
    }

    private List<Becomes> next(Role role, Set<Long> seen) {
        var next = new ArrayList<Becomes>();
        ways(role).forEach((name, ways) -> next.add(becomes(ways.target, ways.how(), seen)));
        if (catalog.major() < 16 && role.createsRoles() && !role.superuser()) {
            next.add(new Becomes("any role but a superuser", "createrole", true, List.of()));
        }
        return next;
    }

    private Map<String, Ways> ways(Role role) {
        var ways = new TreeMap<String, Ways>();
        for (var membership : memberships.getOrDefault(role.oid(), List.of())) {
            var target = catalog.roles().get(membership.role());
            if (membership.set() || membership.inherit() || membership.admin()) {
                ways.merge(target.name(), Ways.of(target, membership), Ways::or);
            }
        }
        return ways;
    }

    /// The ways to become a role. Several grantors may grant the same membership.
    private record Ways(Role target, boolean set, boolean inherit, boolean admin) {

        static Ways of(Role target, RoleMembership membership) {
            return new Ways(target, membership.set(), membership.inherit(), membership.admin());
        }

        Ways or(Ways other) {
            return new Ways(target, set || other.set, inherit || other.inherit, admin || other.admin);
        }

        String how() {
            return Stream.of(set ? "set" : "", inherit ? "inherit" : "", admin ? "admin" : "")
                    .filter(way -> !way.isEmpty())
                    .collect(Collectors.joining(", "));
        }
    }
}
