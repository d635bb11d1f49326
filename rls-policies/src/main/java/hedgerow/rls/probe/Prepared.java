package hedgerow.rls.probe;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A statement that the rightful tenant has prepared and run, run by another tenant on the same connection.
record Prepared() implements Attack {

    static final String NAME = "hedgerow_prepared";

    private static final String EXECUTE = "execute " + NAME;

    /// The number of runs after which the server may cache a plan for all tenants.
    private static final int TIMES = 6;

    @Override
    public List<Shot> shots(Field field, Role role) {
        var shots = new ArrayList<Shot>();
        field.tables().stream()
                .filter(table -> field.isOpen(role, table, Command.SELECT))
                .forEach(table -> shots.add(read(field, role, table)));
        field.tables().stream()
                .filter(table -> field.isOpen(role, table, Command.UPDATE))
                .flatMap(table -> Updates.blind(field, role, table)
                        .map(update -> Shot.write("prepared by the other", table.quoted(), "UPDATE", EXECUTE)
                                .afterRightful("set local plan_cache_mode = force_generic_plan; prepare %s as %s; %s"
                                        .formatted(NAME, update, EXECUTE))))
                .forEach(shots::add);
        return shots;
    }

    private static Shot read(Field field, Role role, Relation table) {
        var times = Stream.generate(() -> EXECUTE).limit(TIMES).collect(Collectors.joining("; "));
        return Shot.read("prepared by the other", table.quoted(), "SELECT", EXECUTE)
                .afterRightful("prepare %s as select %s from %s; %s"
                        .formatted(
                                NAME, Field.list(field.columns(role, table, Command.SELECT)), table.quoted(), times));
    }
}
