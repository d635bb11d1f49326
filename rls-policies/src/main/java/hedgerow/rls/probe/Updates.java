package hedgerow.rls.probe;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// UPDATE of all rows in reach: blind, so that policies for SELECT do not apply, and with a condition.
record Updates() implements Attack {

    private static final int MOST_COLUMNS = 3;

    @Override
    public List<Shot> shots(Field field, Role role) {
        return field.objects()
                .filter(object -> field.isOpen(role, object, Command.UPDATE))
                .flatMap(object -> field.alsoWithoutVariants(
                        object, of(field, role, object).toList()))
                .toList();
    }

    private static Stream<Shot> of(Field field, Role role, Relation object) {
        var seen = field.columns(role, object, Command.SELECT);
        var shots = new ArrayList<Shot>();
        columns(field, role, object).limit(MOST_COLUMNS).forEach(column -> {
            var set =
                    "update %s set %s = %s".formatted(object.quoted(), column.quoted(), field.example(object, column));
            shots.add(Shot.write("blind update", object.quoted(), "UPDATE", set));
            if (!seen.isEmpty()) {
                shots.add(Shot.write(
                        "update",
                        object.quoted(),
                        "UPDATE",
                        "%s where %s::text is distinct from ''"
                                .formatted(set, seen.getFirst().quoted())));
            }
        });
        return shots.stream();
    }

    /// Blind updates of one column each, first of those that least identify the owner.
    static Stream<String> blind(Field field, Role role, Relation object) {
        return set(field, role, object)
                .map(set -> "update %s set %s".formatted(object.quoted(), set))
                .limit(1);
    }

    static Stream<String> set(Field field, Role role, Relation object) {
        return columns(field, role, object)
                .limit(MOST_COLUMNS)
                .map(column -> "%s = %s".formatted(column.quoted(), field.example(object, column)));
    }

    /// The columns to update, first those that do not identify the owner.
    private static Stream<Column> columns(Field field, Role role, Relation object) {
        return field.columns(role, object, Command.UPDATE).stream()
                .filter(column -> !column.generated() && !column.identity())
                .sorted(Comparator.comparing(column -> field.weight(object, column)));
    }
}
