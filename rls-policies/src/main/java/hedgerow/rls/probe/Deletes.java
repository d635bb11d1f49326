package hedgerow.rls.probe;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// DELETE of all rows in reach: blind, so that policies for SELECT do not apply, and with a condition.
record Deletes() implements Attack {

    @Override
    public List<Shot> shots(Field field, Role role) {
        return field.objects()
                .filter(object -> field.isOpen(role, object, Command.DELETE))
                .flatMap(object -> of(field, role, object))
                .toList();
    }

    /// The shots for one object. Referenced rows cannot be deleted, so there is a second try without the
    /// rows that refer to them.
    private static Stream<Shot> of(Field field, Role role, Relation object) {
        var name = object.quoted();
        var seen = field.columns(role, object, Command.SELECT);
        var shots = new ArrayList<Shot>();
        shots.add(Shot.write("blind delete", name, "DELETE", "delete from " + name));
        if (!seen.isEmpty()) {
            shots.add(Shot.write(
                    "delete",
                    name,
                    "DELETE",
                    "delete from %s where %s::text is distinct from ''"
                            .formatted(name, seen.getFirst().quoted())));
        }
        var room = field.withoutChildren(object);
        return room.isEmpty()
                ? shots.stream()
                : Stream.concat(shots.stream(), shots.stream().map(shot -> shot.after(room)));
    }
}
