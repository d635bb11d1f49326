package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Index;
import hedgerow.rls.catalog.Relation;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A table with policies of its own, whose rows other policies take for granted: memberships, profiles, roles.
///
/// @param by where it is trusted
record Trusted(Readings.Reading by) {

    static Stream<Trusted> tables(Analysis analysis) {
        return analysis.readings()
                .filter(reading -> !reading.negated()
                        && reading.read().isTable()
                        && reading.read().rowSecurity())
                .map(Trusted::new);
    }

    Relation table() {
        return by.read();
    }

    /// Columns that decide for which rows of the trusting table it counts.
    Set<String> keys() {
        return by.keys();
    }

    /// And those that decide whether it counts.
    Stream<String> columns() {
        return Stream.concat(by.keys().stream(), by.flags().stream()).distinct().sorted();
    }

    /// Whether each of these values can be in one row only, which is there already.
    boolean keyIsTaken(Set<String> columns) {
        return table().indexes().stream()
                .filter(index -> index.unique() && index.predicateTree().isEmpty())
                .map(this::names)
                .anyMatch(names -> !names.isEmpty() && columns.containsAll(names));
    }

    private Set<String> names(Index index) {
        return index.columns().stream()
                .limit(index.keys())
                .flatMap(number -> table().column(number).stream())
                .map(column -> column.name())
                .collect(Collectors.toSet());
    }
}
