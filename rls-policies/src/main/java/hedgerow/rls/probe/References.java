package hedgerow.rls.probe;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.SqlText;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A row of the attacker's own that refers to a row of the other tenant. No policy applies to the
/// referenced row.
record References() implements Attack {

    private static final int FRESH = 21;

    @Override
    public List<Shot> shots(Field field, Role role) throws SQLException {
        var shots = new ArrayList<Shot>();
        for (var table : field.tables()) {
            for (var key : table.constraints()) {
                if (key.kind() == Constraint.Kind.FOREIGN_KEY && key.enforced()) {
                    shots.addAll(of(field, role, table, key));
                }
            }
        }
        return shots;
    }

    private static List<Shot> of(Field field, Role role, Relation table, Constraint key) throws SQLException {
        var values = foreign(field, table, key);
        if (values.isEmpty()) {
            return List.of();
        }
        var shots = new ArrayList<Shot>();
        var query = "select array[''] from %s where %s".formatted(table.quoted(), conditions(values));
        if (field.isOpen(role, table, Command.INSERT)) {
            var overrides = new HashMap<Integer, Optional<String>>();
            values.forEach((column, value) -> overrides.put(column.number(), Optional.of(value)));
            var sql = field.insertion(role, table, Party.OWN, FRESH, overrides);
            var control = field.insertion(role, table, Party.OWN, FRESH, Map.of());
            if (sql.isPresent() && control.isPresent()) {
                shots.add(Shot.write("reference by insert", table.quoted(), "INSERT", sql.get())
                        .controlledBy(Actor.Kind.OWN, control.get())
                        .after(field.room(table, Party.OWN))
                        .ofReference(query));
            }
        }
        var allowed = field.columns(role, table, Command.UPDATE);
        var own = field.seeds().first(table, Party.OWN);
        if (own.isPresent() && field.isOpen(role, table, Command.UPDATE) && allowed.containsAll(values.keySet())) {
            var control = new LinkedHashMap<Column, String>();
            values.keySet()
                    .forEach(column -> own.get().value(column.number()).ifPresent(value -> control.put(column, value)));
            if (control.size() == values.size()) {
                shots.add(Shot.write("reference by update", table.quoted(), "UPDATE", update(table, values))
                        .controlledBy(Actor.Kind.OWN, update(table, control))
                        .ofReference(query));
            }
        }
        return shots;
    }

    /// The values of a key's columns that refer to the other tenant's row, without the owner's columns.
    private static Map<Column, String> foreign(Field field, Relation table, Constraint key) {
        var parent = field.model().catalog().relation(key.foreignRelation());
        if (parent.isEmpty() || !field.isOfOneAxis(table, parent.get())) {
            return Map.of();
        }
        var row = field.seedsOf(parent.get(), Party.FOREIGN).findFirst();
        var values = new LinkedHashMap<Column, String>();
        for (var i = 0; row.isPresent() && i < key.columns().size(); i++) {
            var column = table.column(key.columns().get(i)).orElseThrow();
            var there = row.get()
                    .valueOf(parent.get().column(key.foreignColumns().get(i)).orElseThrow());
            if (!field.truth().owners(table).contains(column.number())) {
                there.ifPresent(value -> values.put(column, value));
            }
        }
        return values;
    }

    private static String conditions(Map<Column, String> values) {
        return values.entrySet().stream()
                .map(each -> "%s = %s".formatted(each.getKey().quoted(), SqlText.quote(each.getValue())))
                .collect(Collectors.joining(" and "));
    }

    private static String update(Relation table, Map<Column, String> values) {
        return "update %s set %s"
                .formatted(
                        table.quoted(),
                        values.entrySet().stream()
                                .map(each ->
                                        "%s = %s".formatted(each.getKey().quoted(), SqlText.quote(each.getValue())))
                                .collect(Collectors.joining(", ")));
    }
}
