package hedgerow.rls.prove;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Trigger;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Slot;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What row triggers make of a statement.
final class Triggers {

    private static final int ROW = 1;
    private static final int BEFORE = 2;

    /// States what BEFORE ROW triggers make of a row about to be written. The policies' check follows them, so a trigger
    /// that is not modelled may leave any row.
    ///
    /// @return the columns that they may set; empty if any
    Optional<Set<Integer>> before(Encoding e, Slot fresh, Session session, Command command) {
        return before(fresh.table(), command).findAny().isPresent() ? Optional.empty() : Optional.of(Set.of());
    }

    private static Stream<Trigger> before(Relation table, Command command) {
        var event = command == Command.INSERT ? 4 : 16;
        return table.triggers().stream()
                .filter(trigger -> trigger.enabled()
                        && (trigger.type() & ROW) != 0
                        && (trigger.type() & BEFORE) != 0
                        && (trigger.type() & event) != 0);
    }
}
