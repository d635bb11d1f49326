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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// DELETE or UPDATE of the attacker's own row to which the other tenant could make a row refer: no policy
/// applies to the referential action.
record Cascades() implements Attack {

    private static final int FRESH = 22;

    @Override
    public List<Shot> shots(Field field, Role role) throws SQLException {
        var shots = new ArrayList<Shot>();
        for (var child : field.tables()) {
            for (var key : child.constraints()) {
                if (key.kind() == Constraint.Kind.FOREIGN_KEY && key.enforced()) {
                    shots.addAll(of(field, role, child, key));
                }
            }
        }
        return shots;
    }

    private static List<Shot> of(Field field, Role role, Relation child, Constraint key) throws SQLException {
        var parent = field.model().catalog().relation(key.foreignRelation()).filter(field.tables()::contains);
        var own = parent.flatMap(table -> field.seedsOf(table, Party.OWN).findFirst());
        if (own.isEmpty() || !field.isOfOneAxis(child, parent.get())) {
            return List.of();
        }
        var overrides = new HashMap<Integer, Optional<String>>();
        for (var i = 0; i < key.columns().size(); i++) {
            var column = child.column(key.columns().get(i)).orElseThrow();
            var there = parent.get().column(key.foreignColumns().get(i)).orElseThrow();
            if (!field.truth().owners(child).contains(column.number())) {
                overrides.put(column.number(), own.get().valueOf(there));
            }
        }
        var refers = field.insertion(role, child, Party.FOREIGN, FRESH, overrides);
        if (overrides.isEmpty() || refers.isEmpty()) {
            return List.of();
        }
        var shots = new ArrayList<Shot>();
        if (isPassedOn(key.onDelete()) && field.isOpen(role, parent.get(), Command.DELETE)) {
            shots.add(shot(parent.get(), "DELETE", "delete from " + parent.get().quoted(), refers.get()));
        }
        if (isPassedOn(key.onUpdate()) && field.isOpen(role, parent.get(), Command.UPDATE)) {
            update(field, role, parent.get(), key)
                    .ifPresent(sql -> shots.add(shot(parent.get(), "UPDATE", sql, refers.get())));
        }
        return shots;
    }

    private static Shot shot(Relation parent, String gate, String sql, String refers) {
        return Shot.write("passed on by a foreign key", parent.quoted(), gate, sql)
                .controlledBy(Actor.Kind.OWN, sql)
                .afterRightful(refers)
                .ifItHasEffect();
    }

    private static boolean isPassedOn(Constraint.Action action) {
        return switch (action) {
            case CASCADE, SET_NULL, SET_DEFAULT -> true;
            case NO_ACTION, RESTRICT, NONE -> false;
        };
    }

    private static Optional<String> update(Field field, Role role, Relation parent, Constraint key) {
        var allowed = field.columns(role, parent, Command.UPDATE);
        var set = new HashMap<Column, String>();
        for (var number : key.foreignColumns()) {
            var column = parent.column(number).orElseThrow();
            if (!field.truth().owners(parent).contains(column.number())) {
                field.maker().other(column).ifPresent(value -> set.put(column, value));
            }
        }
        return set.isEmpty() || !allowed.containsAll(set.keySet())
                ? Optional.empty()
                : Optional.of("update %s set %s"
                        .formatted(
                                parent.quoted(),
                                set.entrySet().stream().map(Cascades::assigned).collect(Collectors.joining(", "))));
    }

    private static String assigned(Map.Entry<Column, String> each) {
        return "%s = %s".formatted(each.getKey().quoted(), SqlText.quote(each.getValue()));
    }
}
