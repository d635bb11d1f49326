package hedgerow.rls.probe;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import java.util.List;

/// COPY of a table to the client.
record Copies() implements Attack {

    @Override
    public List<Shot> shots(Field field, Role role) {
        return field.objects()
                .filter(object -> object.kind() == Relation.Kind.TABLE)
                .filter(table -> field.isOpen(role, table, Command.SELECT))
                .filter(table -> !columns(field, role, table).isEmpty())
                .map(table -> Shot.read(
                        "copy",
                        table.quoted(),
                        "SELECT",
                        "copy %s (%s) to stdout".formatted(table.quoted(), Field.list(columns(field, role, table)))))
                .toList();
    }

    /// COPY takes no generated columns.
    private static List<Column> columns(Field field, Role role, Relation table) {
        return field.columns(role, table, Command.SELECT).stream()
                .filter(column -> !column.generated())
                .toList();
    }
}
