package hedgerow.rls.probe;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A temporary table in place of one that policies, or definer functions without a search path of their own,
/// look up, by which the session gives itself access to the other tenant.
record Shadows() implements Attack {

    /// Followed by the name of the table that is shadowed.
    static final String ATTACK = "shadowed ";

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
                        ATTACK + trusted.name(),
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
                        .map(update ->
                                Shot.write(ATTACK + trusted.name(), table.quoted(), "UPDATE", shadow + "; " + update))
                        .forEach(shots::add);
            }
        }
        return Stream.concat(shots.stream(), calls(field, role, trusted, shadow));
    }

    /// Calls of definer functions that find the table by the search path of their caller.
    private static Stream<Shot> calls(Field field, Role role, Relation trusted, String shadow) {
        var found = "%s; grant select on pg_temp.%s to public; set local search_path = %s"
                .formatted(shadow, SqlText.identifier(trusted.name()), SqlText.identifier(trusted.schema()));
        return Functions.callable(field, role)
                .filter(function -> function.securityDefiner()
                        && function.settings().stream().noneMatch(setting -> setting.startsWith("search_path="))
                        && Functions.text(function).contains(trusted.name().toLowerCase(Locale.ROOT)))
                .flatMap(function -> Functions.calls(field, role, function).stream()
                        .map(call -> Shot.read(
                                        ATTACK + trusted.name(),
                                        function.quoted(),
                                        "EXECUTE",
                                        "%s; %s".formatted(found, call))
                                .ifItHasEffect()));
    }
}
