package hedgerow.rls.report;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Privileges;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.catalog.RoleGraph;
import hedgerow.rls.report.Access.Verdict;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The outcome of a command that a role runs on a table: its privileges, its exemption, and the policies that apply.
///
/// @see <a href="https://www.postgresql.org/docs/18/sql-createpolicy.html">PostgreSQL 18, CREATE POLICY</a>
final class Outcomes {

    /// The commands that policies are for.
    static final List<Command> COMMANDS = List.of(Command.SELECT, Command.INSERT, Command.UPDATE, Command.DELETE);

    /// Stands among the names of columns for the whole table, columns to come included.
    private static final String WHOLE = "*";

    private static final long PUBLIC = 0;

    private final RoleGraph graph;
    private final Privileges privileges;
    private final List<Relation> tables;
    private final Map<Long, Set<Relation>> granted = new HashMap<>();

    /// @param schemas names of those under review
    Outcomes(Catalog catalog, Collection<String> schemas) {
        this.graph = new RoleGraph(catalog);
        this.privileges = new Privileges(catalog);
        this.tables = catalog.relationsIn(schemas).stream()
                .filter(relation -> holdsRows(relation) && relation.extension().isEmpty())
                .toList();
        tables.forEach(this::note);
    }

    /// @param columns those that the role has the privilege on; `*` is the whole table
    /// @param policies those that apply, permissive ones first
    record Outcome(Verdict verdict, Set<String> columns, List<Policy> policies) {
        static final Outcome NONE = new Outcome(Verdict.NONE, Set.of(), List.of());
    }

    private static boolean holdsRows(Relation relation) {
        return switch (relation.kind()) {
            case TABLE, PARTITIONED_TABLE, MATERIALIZED_VIEW, FOREIGN_TABLE -> true;
            case VIEW, SEQUENCE -> false;
        };
    }

    private void note(Relation table) {
        holders(table)
                .forEach(holder -> granted.computeIfAbsent(holder, _ -> new LinkedHashSet<>())
                        .add(table));
    }

    private Stream<Long> holders(Relation table) {
        return COMMANDS.stream()
                .flatMap(command -> Stream.concat(
                        privileges.onTable(table, command).stream(),
                        table.columns().stream()
                                .flatMap(column -> privileges.onColumn(table, column, command).stream())));
    }

    List<Relation> tables() {
        return tables;
    }

    /// Those on which the role may have a privilege, by name.
    List<Relation> touchable(Role role) {
        if (role.superuser()) {
            return tables;
        }
        return Stream.concat(Stream.of(PUBLIC), graph.inherited(role.oid()).stream())
                .flatMap(grantee -> granted.getOrDefault(grantee, Set.of()).stream())
                .distinct()
                .sorted(Comparator.comparing(Relation::quoted))
                .toList();
    }

    Outcome of(Role role, Relation table, Command command) {
        var columns = columns(role, table, command);
        if (columns.isEmpty()) {
            return Outcome.NONE;
        }
        if (graph.isExempt(role.oid(), table)) {
            return new Outcome(Verdict.OPEN, columns, List.of());
        }
        var policies = policies(role, table, command);
        var permitted = policies.stream().anyMatch(Policy::permissive);
        return new Outcome(permitted ? Verdict.FENCED : Verdict.DENIED, columns, policies);
    }

    // --- privileges ----------------------------------------------------------------------------------------------

    private Set<String> columns(Role role, Relation table, Command command) {
        if (!role.superuser() && !graph.reaches(privileges.inSchema(table.schema()), role.oid())) {
            return Set.of();
        }
        if (reaches(role, table, command)) {
            return Set.of(WHOLE);
        }
        return table.columns().stream()
                .filter(column -> graph.reaches(privileges.onColumn(table, column, command), role.oid()))
                .map(Column::quoted)
                .collect(Collectors.toSet());
    }

    private boolean reaches(Role role, Relation table, Command command) {
        var holders = privileges.onTable(table, command);
        return role.superuser() && !holders.isEmpty() || graph.reaches(holders, role.oid());
    }

    // --- policies ------------------------------------------------------------------------------------------------

    private List<Policy> policies(Role role, Relation table, Command command) {
        return table.policies().stream()
                .filter(policy -> policy.covers(command) && says(policy, command))
                .filter(policy -> graph.reaches(policy.roles(), role.oid()))
                .sorted(Comparator.comparing(Policy::permissive).reversed().thenComparing(Policy::name))
                .toList();
    }

    /// A policy without the expression that the command asks for neither permits nor refuses.
    private static boolean says(Policy policy, Command command) {
        return switch (command) {
            case SELECT, UPDATE, DELETE -> policy.usingTree().isPresent();
            case INSERT, ALL -> policy.checkTree().or(policy::usingTree).isPresent();
        };
    }
}
