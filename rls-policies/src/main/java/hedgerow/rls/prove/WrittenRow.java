package hedgerow.rls.prove;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Query;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.logic.Tenancy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// A row that a statement of a body creates, changes or deletes.
///
/// @param clash whether it is the row that ON CONFLICT updates
/// @param left whether it is the new version of a row that an UPDATE changes
record WrittenRow(Query write, Relation table, boolean clash, boolean left) {

    /// The rows of a statement that may be another's: the new version of an UPDATE only where it sets the
    /// owner.
    static List<WrittenRow> of(Query write, Relation table, Tenancy tenancy) {
        var rows = new ArrayList<WrittenRow>();
        rows.add(new WrittenRow(write, table, false, false));
        if (write.command() == Query.Command.UPDATE && tenancy.decidesWhose(table, names(write.targets()))) {
            rows.add(new WrittenRow(write, table, false, true));
        }
        write.change()
                .flatMap(Query.Change::conflict)
                .filter(Query.Conflict::update)
                .ifPresent(conflict -> {
                    rows.add(new WrittenRow(write, table, true, false));
                    if (tenancy.decidesWhose(table, names(conflict.set()))) {
                        rows.add(new WrittenRow(write, table, true, true));
                    }
                });
        return rows;
    }

    private static Set<String> names(List<Query.Target> set) {
        return set.stream().map(Query.Target::name).collect(Collectors.toSet());
    }

    /// The access, such as `INSERT of app.invoice`.
    String gate() {
        var command = clash ? "UPDATE on conflict" : write.command().name();
        return "%s of %s%s".formatted(command, table.quoted(), left ? ", the row that is left" : "");
    }

    /// Whether it is a new row.
    boolean isMade() {
        return write.command() == Query.Command.INSERT && !clash;
    }

    boolean isNew() {
        return isMade() || left;
    }

    /// The gate that the row passes; empty if the statement is not modelled.
    Optional<Gate> passes() {
        return command().map(command -> switch (command) {
            case INSERT -> clash ? left ? Gate.UPDATE_NEW : Gate.UPDATE_OLD : Gate.INSERT;
            case UPDATE -> left ? Gate.UPDATE_NEW : Gate.UPDATE_OLD;
            default -> Gate.DELETE;
        });
    }

    /// The slots of the row.
    ///
    /// @return `new`, the new version of the row, and `old`, the existing row; neither if the statement is
    ///     not modelled
    Map<String, Slot> in(Encoding e, Run run) {
        return in(e, run, true);
    }

    /// The slots of the row.
    ///
    /// @param checked whether policies have checked a new row; they have not when BEFORE triggers see it
    Map<String, Slot> in(Encoding e, Run run, boolean checked) {
        var command = command();
        if (!table.isTable() || command.isEmpty()) {
            return Map.of();
        }
        if (!e.model().gates().may(run.session().role(), table, command.get())) {
            e.script().require("false");
        }
        var inlined = run.inlined(write);
        if (left) {
            var changed = clash ? run.changedInTheWay(inlined, table, checked) : run.changed(inlined, table, checked);
            return Map.of("old", changed.old(), "new", changed.left());
        }
        if (clash) {
            return Map.of("old", run.inTheWay(inlined, table));
        }
        return switch (command.get()) {
            case INSERT -> Map.of("new", run.made(inlined, table, checked));
            case UPDATE -> Map.of("old", old(run, inlined, Gate.UPDATE_OLD));
            default -> Map.of("old", old(run, inlined, Gate.DELETE));
        };
    }

    /// The row that the question is about.
    Slot subject(Map<String, Slot> rows) {
        return rows.get(isNew() ? "new" : "old");
    }

    private static Slot old(Run run, Query write, Gate gate) {
        return run.found(write, gate).rows().get(write.change().orElseThrow().result());
    }

    private Optional<Command> command() {
        return switch (write.command()) {
            case INSERT -> Optional.of(Command.INSERT);
            case UPDATE -> Optional.of(Command.UPDATE);
            case DELETE -> Optional.of(Command.DELETE);
            default -> Optional.empty();
        };
    }
}
