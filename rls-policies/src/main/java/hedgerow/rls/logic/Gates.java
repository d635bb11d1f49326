package hedgerow.rls.logic;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Grant;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Privileges;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.catalog.RoleGraph;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Who may do what to which rows, by the rules of PostgreSQL 15 to 18: privileges, exemption, and the policies that
/// are asked. A role is the current role of a session; what it only may become by SET ROLE is another role's.
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

    /// What a command may touch.
    ///
    /// @param whole the whole table, columns to come included
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

    /// The policies that are asked at one gate: the row passes if some permissive and all restrictive ones are TRUE.
    public record Asking(List<Policy> permissive, List<Policy> restrictive) {}

    /// The columns of a table that a role may use a command on; for DELETE all or none.
    public Columns columns(long role, Relation table, Command command) {
        return known.computeIfAbsent(new Asked(role, table.oid(), command), _ -> find(role, table, command));
    }

    private Columns find(long role, Relation table, Command command) {
        if (!isSuperuser(role) && !roles.reaches(privileges.inSchema(table.schema()), role)) {
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

    /// Whether a role may use a command on a table, on one column at least.
    public boolean may(long role, Relation table, Command command) {
        return !columns(role, table, command).isEmpty();
    }

    public boolean mayTruncate(long role, Relation table) {
        return isSuperuser(role)
                || roles.reaches(privileges.inSchema(table.schema()), role)
                        && (roles.reaches(List.of(table.owner()), role) || holds(role, table.grants(), "TRUNCATE"));
    }

    public boolean mayExecute(long role, Function function) {
        return isSuperuser(role)
                || roles.reaches(privileges.inSchema(function.schema()), role)
                        && (roles.reaches(List.of(function.owner()), role)
                                || holds(role, function.grants(), "EXECUTE"));
    }

    private boolean holds(long role, List<Grant> grants, String privilege) {
        var holders = grants.stream()
                .filter(grant -> grant.privilege().equals(privilege))
                .map(Grant::grantee)
                .toList();
        return roles.reaches(holders, role);
    }

    public boolean isSuperuser(long role) {
        return catalog.role(role).filter(Role::superuser).isPresent();
    }

    /// Whether a table shows and takes all rows, whatever its policies say.
    public boolean isExempt(long role, Relation table) {
        return roles.isExempt(role, table);
    }

    /// Of a role that is not exempt. A policy without the expression that the gate asks for neither permits nor
    /// refuses.
    public Asking asking(long role, Relation table, Gate gate) {
        var asked = asked(role, table, gate).toList();
        return new Asking(
                asked.stream().filter(Policy::permissive).toList(),
                asked.stream().filter(policy -> !policy.permissive()).toList());
    }

    private Stream<Policy> asked(long role, Relation table, Gate gate) {
        return table.policies().stream()
                .filter(policy ->
                        policy.covers(gate.command()) && gate.tree(policy).isPresent())
                .filter(policy -> roles.reaches(policy.roles(), role));
    }
}
