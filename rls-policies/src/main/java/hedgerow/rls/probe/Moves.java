package hedgerow.rls.probe;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// UPDATE of the columns that identify a row's owner: giving rows away, and taking them.
record Moves() implements Attack {

    @Override
    public List<Shot> shots(Field field, Role role) {
        return field.tables().stream()
                .filter(table -> field.isOpen(role, table, Command.UPDATE))
                .flatMap(table -> field.alsoWithoutVariants(table, of(field, role, table)))
                .toList();
    }

    private static List<Shot> of(Field field, Role role, Relation table) {
        var marks = field.columns(role, table, Command.UPDATE).stream()
                .filter(column -> field.isMark(table, column))
                .toList();
        var own = field.seeds().first(table, Party.OWN);
        var foreign = field.seeds().first(table, Party.FOREIGN);
        if (own.isEmpty() || foreign.isEmpty() || marks.isEmpty()) {
            return List.of();
        }
        var choices = new ArrayList<List<Column>>();
        choices.add(marks);
        if (marks.size() > 1) {
            marks.forEach(mark -> choices.add(List.of(mark)));
        }
        var shots = new ArrayList<Shot>();
        for (var choice : choices) {
            var keep = update(table, choice, own.get()::literal);
            shots.add(Shot.write("move", table.quoted(), "UPDATE", update(table, choice, foreign.get()::literal))
                    .controlledBy(Actor.Kind.OWN, keep));
            shots.add(Shot.write("take", table.quoted(), "UPDATE", keep).controlledBy(Actor.Kind.OWN, keep));
        }
        nobody(field, table, marks, own.get()).ifPresent(shots::add);
        return shots;
    }

    private static Optional<Shot> nobody(Field field, Relation table, List<Column> marks, Seed own) {
        return marks.stream()
                .filter(column -> field.truth().owners(table).contains(column.number()) && !column.notNull())
                .findFirst()
                .map(column -> Shot.write(
                                "move to nobody", table.quoted(), "UPDATE", update(table, List.of(column), _ -> "null"))
                        .controlledBy(Actor.Kind.OWN, update(table, List.of(column), own::literal)));
    }

    private static String update(Relation table, List<Column> columns, Function<Column, String> value) {
        return "update %s set %s"
                .formatted(
                        table.quoted(),
                        columns.stream()
                                .map(column -> "%s = %s".formatted(column.quoted(), value.apply(column)))
                                .collect(Collectors.joining(", ")));
    }
}
