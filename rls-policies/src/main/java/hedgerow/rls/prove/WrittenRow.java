package hedgerow.rls.prove;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Query;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Slot;
import java.util.Optional;

/// The row that a statement of a body makes, changes or deletes.
final class WrittenRow {

    /// @return empty if the statement is not modelled
    static Optional<Slot> of(Encoding e, Run run, Query write, Relation table) {
        if (!table.isTable()) {
            return Optional.empty();
        }
        var command = switch (write.command()) {
            case INSERT -> Command.INSERT;
            case UPDATE -> Command.UPDATE;
            case DELETE -> Command.DELETE;
            default -> null;
        };
        if (command == null) {
            return Optional.empty();
        }
        if (!e.model().gates().may(run.session().role(), table, command)) {
            e.script().require("false");
        }
        return switch (write.command()) {
            case INSERT -> inserted(e, run, write, table);
            case UPDATE ->
                Optional.of(run.found(write, Gate.UPDATE_OLD)
                        .get(write.change().orElseThrow().result()));
            default ->
                Optional.of(run.found(write, Gate.DELETE)
                        .get(write.change().orElseThrow().result()));
        };
    }

    /// One row of values; a row of a query has any values.
    private static Optional<Slot> inserted(Encoding e, Run run, Query write, Relation table) {
        var single = write.sources().size() == 1;
        var updates = write.change()
                .orElseThrow()
                .conflict()
                .filter(Query.Conflict::update)
                .isPresent();
        return single && !updates ? Optional.of(run.made(write, table)) : Optional.empty();
    }

    private WrittenRow() {}
}
