package hedgerow.rls.probe;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import java.util.List;

/// Queries that lock the rows that they show: policies for UPDATE apply as well.
record LockingReads() implements Attack {

    @Override
    public List<Shot> shots(Field field, Role role) {
        return field.objects()
                .filter(Relation::isTable)
                .filter(table -> field.isOpen(role, table, Command.SELECT) && field.isOpen(role, table, Command.UPDATE))
                .map(table -> Shot.read(
                        "select for update",
                        table.quoted(),
                        "SELECT",
                        "select %s from %s for update"
                                .formatted(Field.list(field.columns(role, table, Command.SELECT)), table.quoted())))
                .toList();
    }
}
