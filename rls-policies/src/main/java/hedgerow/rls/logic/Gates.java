package hedgerow.rls.logic;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.catalog.RoleGraph;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Decides who may do what to which rows, by the rules of PostgreSQL 15 to 18: privileges, exemption, and
/// applicable policies. A role is the current role of a session; the rights that it would gain by SET ROLE
/// belong to the other role.
public final class Gates {

    private final Catalog catalog;
    private final RoleGraph roles;
    private final Privileges privileges;
    private final Map<Asked, Columns> known = new HashMap<>();

    public Gates(Catalog catalog) {
        this.catalog = catalog;
        this.roles = new RoleGraph(catalog);
        this.privileges = new Privileges(catalog);
    }

    public RoleGraph roles() {
        return roles;
    }

    private record Asked(long role, long table, Command command) {}

    /// The columns that a command may touch.
    ///
    /// @param whole the whole table, including future columns
    /// @param numbers the columns, where it is not the whole table
    public record Columns(boolean whole, List<Integer> numbers) {

        static final Columns NONE = new Columns(false, List.of());

        public boolean isEmpty() {
            return !whole && numbers.isEmpty();
        }

        public boolean contains(int number) {
            return whole || numbers.contains(number);
        }
    }

    /// The policies that apply at one gate: the row passes if some permissive and all restrictive ones are
    /// TRUE.
    public record Asking(List<Policy> permissive, List<Policy> restrictive) {

        /// The policies of a session.
        ///
        /// @param binding the policies that bind the session
        public static Asking of(Collection<Policy> binding, Gate gate) {
            var permissive = new ArrayList<Policy>();
            var restrictive = new ArrayList<Policy>();
            for (var policy : binding) {
                if (gate.asks(policy)) {
                    (policy.permissive() ? permissive : restrictive).add(policy);
                }
            }
            return new Asking(permissive, restrictive);
        }

        /// Whether a row passes.
        ///
        /// @param isTrue whether the expression of a policy is TRUE for the row
        public boolean admits(Predicate<Policy> isTrue) {
            return permissive.stream().anyMatch(isTrue) && restrictive.stream().allMatch(isTrue);
        }

        /// The policies, permissive ones first.
        public Stream<Policy> policies() {
            return Stream.concat(permissive.stream(), restrictive.stream());
        }
    }

    /// The columns of a table on which a role may use a command; for DELETE all or none.
    public Columns columns(long role, Relation table, Command command) {
        return known.computeIfAbsent(new Asked(role, table.oid(), command), _ -> find(role, table, command));
    }

    private Columns find(long role, Relation table, Command command) {
        if (!mayLookInto(role, table.schema())) {
            return Columns.NONE;
        }
        var holders = privileges.onTable(table, command);
        if (isSuperuser(role) && !holders.isEmpty() || roles.reaches(holders, role)) {
            return new Columns(true, List.of());
        }
        var columns = table.columns().stream()
                .filter(column -> roles.reaches(privileges.onColumn(table, column, command), role))
                .map(Column::number)
                .toList();
        return new Columns(false, columns);
    }

    /// Whether a role may use a command on at least one column of a table.
    public boolean may(long role, Relation table, Command command) {
        return !columns(role, table, command).isEmpty();
    }

    public boolean mayTruncate(long role, Relation table) {
        return mayUse(role, table.schema(), privileges.toTruncate(table));
    }

    public boolean mayExecute(long role, Function function) {
        return mayUse(role, function.schema(), privileges.onFunction(function));
    }

    private boolean mayUse(long role, String schema, List<Long> holders) {
        return isSuperuser(role) || mayLookInto(role, schema) && roles.reaches(holders, role);
    }

    /// Whether a role has USAGE on a schema; without it, privileges in the schema have no effect.
    public boolean mayLookInto(long role, String schema) {
        return isSuperuser(role) || roles.reaches(privileges.inSchema(schema), role);
    }

    public boolean isSuperuser(long role) {
        return catalog.role(role).filter(Role::superuser).isPresent();
    }

    /// Whether a table shows and accepts all rows, whatever its policies.
    public boolean isExempt(long role, Relation table) {
        return roles.isExempt(role, table);
    }

    /// The policies that apply to a role that is not exempt. A policy without the expression that the gate
    /// needs neither permits nor refuses.
    public Asking asking(long role, Relation table, Gate gate) {
        return Asking.of(
                table.policies().stream()
                        .filter(policy -> roles.reaches(policy.roles(), role))
                        .toList(),
                gate);
    }

    Privileges privileges() {
        return privileges;
    }
}
