package hedgerow.rls.probe;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import java.util.ArrayList;
import java.util.List;

/// Queries that show rows, or reveal that there are some.
record Reads() implements Attack {

    @Override
    public List<Shot> shots(Field field, Role role) {
        return field.objects()
                .filter(object -> field.isOpen(role, object, Command.SELECT))
                .flatMap(object -> of(field, role, object).stream())
                .toList();
    }

    private static List<Shot> of(Field field, Role role, Relation object) {
        var columns = field.columns(role, object, Command.SELECT);
        var name = object.quoted();
        var shots = new ArrayList<Shot>();
        shots.add(Shot.read("select", name, "SELECT", "select %s from %s".formatted(Field.list(columns), name)));
        shots.add(Shot.read("count", name, "SELECT", "select count(*) from " + name));
        if (columns.size() == object.columns().size()) {
            shots.add(Shot.read("table", name, "SELECT", "table " + name));
        }
        shots.add(Shot.read(
                "lateral",
                name,
                "SELECT",
                "select seen.* from (values (1)) one (n), lateral (select %s from %s where n = 1) seen"
                        .formatted(Field.list(columns), name)));
        return shots;
    }
}
