package hedgerow.rls.probe;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.logic.SqlText;
import java.util.Map;
import java.util.Optional;

/// A row that the probe made.
///
/// @param values as text by number of the column; NULL where there is none
record Seed(Relation table, Party party, int variant, Place place, Map<Integer, String> values) {

    /// The place of a row.
    record Place(long table, String ctid) {}

    Optional<String> value(int column) {
        return Optional.ofNullable(values.get(column));
    }

    /// The value of a column, found by its name: the columns of a partition have numbers of their own.
    Optional<String> valueOf(Column column) {
        return table.column(column.name()).flatMap(own -> value(own.number()));
    }

    /// The value of a column as an SQL literal.
    String literal(Column column) {
        return value(column.number()).map(SqlText::quote).orElse("null");
    }
}
