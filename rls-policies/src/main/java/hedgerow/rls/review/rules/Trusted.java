package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Index;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.logic.Sessions;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A table with policies of its own, whose rows other policies trust: memberships, profiles, roles.
///
/// @param by the policy that trusts it
record Trusted(Analysis analysis, Readings.Reading by) {

    static Stream<Trusted> tables(Analysis analysis) {
        return analysis.readings()
                .filter(reading -> !reading.negated()
                        && reading.read().isTable()
                        && reading.read().rowSecurity())
                .map(reading -> new Trusted(analysis, reading));
    }

    Relation table() {
        return by.read();
    }

    /// The columns that decide for which rows of the trusting table it counts.
    Set<String> keys() {
        return by.keys();
    }

    /// The keys, and the columns that decide whether the row counts.
    Stream<String> columns() {
        return Stream.concat(by.keys().stream(), by.flags().stream()).distinct().sorted();
    }

    /// Whether each of these values can be in only one row that the policy looks at, which exists already.
    boolean keyIsTaken(Set<String> columns) {
        return table().indexes().stream()
                .filter(index -> index.unique() && holdsAllThatIsRead(index))
                .map(this::names)
                .anyMatch(names -> !names.isEmpty() && columns.containsAll(names));
    }

    /// Whether the policy requires of a row all that the index does.
    private boolean holdsAllThatIsRead(Index index) {
        return index.predicateTree()
                .map(tree -> required()
                        .containsAll(NormalForm.conjuncts(analysis.read(table(), tree)).stream()
                                .map(NormalForm::ofAnyTable)
                                .toList()))
                .orElse(true);
    }

    /// The conditions that the policy has on the table's rows alone.
    private Set<Expr> required() {
        return Readings.conditions(by.query())
                .filter(condition -> Sessions.ownColumns(condition).allMatch(column -> column.source() == by.source()))
                .map(NormalForm::ofAnyTable)
                .collect(Collectors.toSet());
    }

    private Set<String> names(Index index) {
        return index.columns().stream()
                .limit(index.keys())
                .flatMap(number -> table().column(number).stream())
                .map(column -> column.name())
                .collect(Collectors.toSet());
    }
}
