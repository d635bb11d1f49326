package hedgerow.rls.probe;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// MERGE, each branch, and INSERT that turns into UPDATE on an existing key.
record Merges() implements Attack {

    private static final int FRESH = 18;

    @Override
    public List<Shot> shots(Field field, Role role) throws SQLException {
        var shots = new ArrayList<Shot>();
        for (var table : field.tables()) {
            if (table.kind() == Relation.Kind.TABLE && field.isOpen(role, table, Command.SELECT)) {
                of(field, role, table).forEach(shots::add);
            }
        }
        return shots;
    }

    private static Stream<Shot> of(Field field, Role role, Relation table) throws SQLException {
        var shots = new ArrayList<Shot>();
        var seen = field.columns(role, table, Command.SELECT).getFirst();
        var merge = "merge into %s t using (values (1)) one (n) on t.%s is not null or n = 2"
                .formatted(table.quoted(), seen.quoted());
        if (field.isOpen(role, table, Command.UPDATE)) {
            Updates.set(field, role, table)
                    .map(set -> Shot.write(
                            "merge",
                            table.quoted(),
                            "UPDATE",
                            "%s when matched then update set %s".formatted(merge, set)))
                    .forEach(shots::add);
        }
        if (field.isOpen(role, table, Command.DELETE)) {
            var delete = Shot.write("merge", table.quoted(), "DELETE", merge + " when matched then delete");
            shots.add(delete);
            var room = field.withoutChildren(table);
            if (!room.isEmpty()) {
                shots.add(delete.after(room));
            }
        }
        if (field.isOpen(role, table, Command.INSERT)) {
            inserted(field, role, table).ifPresent(shots::add);
        }
        if (field.isOpen(role, table, Command.INSERT) && field.isOpen(role, table, Command.UPDATE)) {
            upsert(field, role, table).forEach(shots::add);
        }
        return shots.stream();
    }

    /// An insertion of a new row of the other tenant.
    private static Optional<Shot> inserted(Field field, Role role, Relation table) throws SQLException {
        var room = field.room(table, Party.FOREIGN);
        return field.insertion(role, table, Party.FOREIGN, FRESH, Map.of())
                .map(sql ->
                        sql.substring("insert into ".length() + table.quoted().length()))
                .map(row -> Shot.write(
                        "merge",
                        table.quoted(),
                        "INSERT",
                        "merge into %s t using (values (1)) one (n) on false when not matched then insert%s"
                                .formatted(table.quoted(), row)))
                .map(shot -> room.isEmpty() ? shot : shot.after(room));
    }

    /// An upsert of exactly the other tenant's row; none if the key is deferrable, which the server takes for none.
    private static Stream<Shot> upsert(Field field, Role role, Relation table) {
        var key = table.indexes().stream()
                .filter(index ->
                        index.primary() && index.immediate() && !index.columns().contains(0L))
                .findFirst();
        var row = field.seeds().first(table, Party.FOREIGN);
        if (key.isEmpty() || row.isEmpty()) {
            return Stream.of();
        }
        var allowed = field.columns(role, table, Command.INSERT).stream()
                .filter(column -> !column.generated() && !column.identity())
                .toList();
        var columns = key.get().columns().stream()
                .limit(key.get().keys())
                .flatMap(number -> table.column(number).stream())
                .toList();
        if (!allowed.containsAll(columns)) {
            return Stream.of();
        }
        var values = allowed.stream().map(row.get()::literal).toList();
        return Updates.set(field, role, table)
                .map(set -> Shot.write(
                        "insert on conflict",
                        table.quoted(),
                        "UPDATE",
                        "insert into %s (%s) values (%s) on conflict (%s) do update set %s"
                                .formatted(
                                        table.quoted(),
                                        Field.list(allowed),
                                        String.join(", ", values),
                                        Field.list(columns),
                                        set)));
    }
}
