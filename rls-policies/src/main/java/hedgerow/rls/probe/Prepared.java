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
                        .map(update -> Shot.write(
                                        "prepared by the other", table.quoted(), "UPDATE", "execute hedgerow_prepared")
                                .afterRightful("set local plan_cache_mode = force_generic_plan;"
                                        + " prepare hedgerow_prepared as " + update + "; execute hedgerow_prepared")))
                .forEach(shots::add);
        return shots;
    }

    private static Shot read(Field field, Role role, Relation table) {
        var times =
                Stream.generate(() -> "execute hedgerow_prepared").limit(TIMES).collect(Collectors.joining("; "));
        return Shot.read("prepared by the other", table.quoted(), "SELECT", "execute hedgerow_prepared")
                .afterRightful("prepare hedgerow_prepared as select %s from %s; %s"
                        .formatted(Field.list(field.columns(role, table, Command.SELECT)), table.quoted(), times));
    }
}
