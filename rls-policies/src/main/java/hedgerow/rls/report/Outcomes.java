package hedgerow.rls.report;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Gates;
import hedgerow.rls.logic.Holdings;
import hedgerow.rls.report.AccessMatrix.Verdict;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// The outcome of a command that a role runs on a table, in one word.
final class Outcomes {

    /// The entry among column names that stands for the whole table, including future columns.
    private static final String WHOLE = "*";

    private final Gates gates;
    private final List<Relation> tables;
    private final Holdings holdings;

    /// Computes outcomes.
    ///
    /// @param schemas names of those under review
    Outcomes(Catalog catalog, Gates gates, Collection<String> schemas) {
        this.gates = gates;
        this.tables = catalog.relationsIn(schemas).stream()
                .filter(relation -> holdsRows(relation) && relation.extension().isEmpty())
                .toList();
        this.holdings = new Holdings(gates, tables);
    }

    /// The outcome of one command.
    ///
    /// @param columns those that the role has the privilege on; `*` is the whole table
    /// @param asked the policies that decide, at each gate of the command; empty unless some do
    record Outcome(Verdict verdict, Set<String> columns, Map<Gate, Gates.Asking> asked) {
        static final Outcome NONE = new Outcome(Verdict.NONE, Set.of(), Map.of());

        /// The policies, permissive ones first, then by name.
        List<Policy> policies() {
            return asked.values().stream()
                    .flatMap(Gates.Asking::policies)
                    .distinct()
                    .sorted(Comparator.comparing(Policy::permissive).reversed().thenComparing(Policy::name))
                    .toList();
        }
    }

    private static boolean holdsRows(Relation relation) {
        return switch (relation.kind()) {
            case TABLE, PARTITIONED_TABLE, MATERIALIZED_VIEW, FOREIGN_TABLE -> true;
            case VIEW, SEQUENCE -> false;
        };
    }

    List<Relation> tables() {
        return tables;
    }

    /// The tables on which the role has a privilege, by name.
    List<Relation> touchable(Role role) {
        return holdings.of(role.oid());
    }

    Outcome of(Role role, Relation table, Command command) {
        var columns = gates.columns(role.oid(), table, command);
        if (columns.isEmpty()) {
            return Outcome.NONE;
        }
        if (gates.isExempt(role.oid(), table)) {
            return new Outcome(Verdict.OPEN, names(table, columns), Map.of());
        }
        var asked = new EnumMap<Gate, Gates.Asking>(Gate.class);
        Gate.of(command).forEach(gate -> asked.put(gate, gates.asking(role.oid(), table, gate)));
        var permitted =
                asked.values().stream().noneMatch(asking -> asking.permissive().isEmpty());
        return new Outcome(permitted ? Verdict.FENCED : Verdict.DENIED, names(table, columns), asked);
    }

    private static Set<String> names(Relation table, Gates.Columns columns) {
        return columns.whole()
                ? Set.of(WHOLE)
                : columns.numbers().stream()
                        .map(number -> table.column((long) number))
                        .flatMap(Optional::stream)
                        .map(Column::quoted)
                        .collect(Collectors.toSet());
    }
}
