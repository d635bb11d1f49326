package hedgerow.rls.report;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Grant;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.catalog.RoleGraph;
import hedgerow.rls.catalog.Schema;
import hedgerow.rls.report.Access.Verdict;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What happens when a role runs a command on a table: its privileges, its exemption, and the policies that apply.
///
/// @see <a href="https://www.postgresql.org/docs/18/sql-createpolicy.html">PostgreSQL 18, CREATE POLICY</a>
final class Outcomes {

    /// The commands that policies are for.
    static final List<Command> COMMANDS = List.of(Command.SELECT, Command.INSERT, Command.UPDATE, Command.DELETE);

    /// Stands among the names of columns for the whole table, columns to come included.
    private static final String WHOLE = "*";

    private static final String READS_ALL = "pg_read_all_data";
    private static final String WRITES_ALL = "pg_write_all_data";

    private static final long PUBLIC = 0;

    private final Catalog catalog;
    private final RoleGraph graph;
    private final Map<String, Schema> schemas;
    private final List<Relation> tables;
    private final Map<Long, Set<Relation>> granted = new HashMap<>();

    /// @param schemas names of those under review
    Outcomes(Catalog catalog, Collection<String> schemas) {
        this.catalog = catalog;
        this.graph = new RoleGraph(catalog);
        this.schemas = catalog.schemas().values().stream().collect(Collectors.toMap(Schema::name, schema -> schema));
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
        grants(table).forEach(grant -> granted.computeIfAbsent(grant.grantee(), _ -> new LinkedHashSet<>())
                .add(table));
    }

    private static Stream<Grant> grants(Relation table) {
        var columns = table.columns().stream().map(Column::grants).flatMap(List::stream);
        return Stream.concat(table.grants().stream(), columns);
    }

    List<Relation> tables() {
        return tables;
    }

    /// Those on which the role may have a privilege, by name.
    List<Relation> touchable(Role role) {
        if (role.superuser() || has(role, READS_ALL) || has(role, WRITES_ALL)) {
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
        if (role.superuser() || has(role, command == Command.SELECT ? READS_ALL : WRITES_ALL)) {
            return Set.of(WHOLE);
        }
        if (!mayUse(role, table)) {
            return Set.of();
        }
        if (reaches(table.grants(), command.name(), role)) {
            return Set.of(WHOLE);
        }
        return table.columns().stream()
                .filter(column -> reaches(column.grants(), command.name(), role))
                .map(Column::quoted)
                .collect(Collectors.toSet());
    }

    private boolean mayUse(Role role, Relation table) {
        return has(role, READS_ALL)
                || has(role, WRITES_ALL)
                || reaches(schemas.get(table.schema()).grants(), "USAGE", role);
    }

    private boolean reaches(List<Grant> grants, String privilege, Role role) {
        return grants.stream()
                .anyMatch(grant ->
                        grant.privilege().equals(privilege) && graph.reaches(List.of(grant.grantee()), role.oid()));
    }

    private boolean has(Role role, String predefined) {
        return graph.inherited(role.oid()).stream()
                .map(catalog::role)
                .flatMap(Optional::stream)
                .anyMatch(inherited -> inherited.name().equals(predefined));
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
