package hedgerow.rls.prove;

import hedgerow.rls.catalog.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Patches of a table whose policies do not apply.
final class TablePatches {

    private final State state;
    private final Relation table;
    private final List<Cell> cells;
    private final List<String> roles;

    TablePatches(State state, Relation table, List<Cell> cells) {
        this.state = state;
        this.table = table;
        this.cells = cells;
        this.roles =
                cells.stream().flatMap(cell -> cell.roles().stream()).distinct().toList();
    }

    List<Candidate> list() {
        var found = new ArrayList<Candidate>();
        found.addAll(revoked("TRUNCATE"));
        found.addAll(switches());
        for (var condition : state.conditions().of(table)) {
            var policy = "create policy tenant on %s using (%s)".formatted(table.quoted(), condition);
            switches()
                    .forEach(on -> found.add(new Candidate(
                            Stream.concat(on.statements().stream(), Stream.of(policy))
                                    .toList(),
                            "rows of %s are shown to their tenant alone".formatted(table.quoted()))));
        }
        for (var condition : state.conditions().of(table)) {
            var fence = PolicyPatches.fence(table, condition);
            switches()
                    .forEach(on -> found.add(new Candidate(
                            Stream.concat(on.statements().stream(), fence.statements().stream())
                                    .toList(),
                            fence.change())));
        }
        Stream.of("SELECT", "INSERT", "UPDATE", "DELETE")
                .filter(command -> cells.stream().anyMatch(cell -> cell.gate().startsWith(command)))
                .reduce((one, other) -> one + ", " + other)
                .ifPresent(commands -> found.addAll(revoked(commands)));
        return found;
    }

    /// Patches that switch policies on for those to whom none applies.
    private List<Candidate> switches() {
        var enable = "alter table %s enable row level security".formatted(table.quoted());
        var force = "alter table %s force row level security".formatted(table.quoted());
        var change = "policies of %s are asked".formatted(table.quoted());
        if (table.rowSecurity()) {
            return table.forced() ? List.of() : List.of(Candidate.of(change + ", of its owner too", force));
        }
        return List.of(Candidate.of(change, enable), Candidate.of(change + ", of its owner too", enable, force));
    }

    private List<Candidate> revoked(String commands) {
        var privileges = List.of(commands.split(", "));
        if (privileges.contains("TRUNCATE")
                && cells.stream().noneMatch(cell -> cell.gate().equals("TRUNCATE"))) {
            return List.of();
        }
        var statements = state.holders(table.grants(), table.owner(), privileges::contains, roles).stream()
                .map(holder ->
                        "revoke %s on %s from %s".formatted(commands.toLowerCase(Locale.ROOT), table.quoted(), holder))
                .toList();
        return statements.isEmpty()
                ? List.of()
                : List.of(new Candidate(
                        statements, "nobody but its owner has %s on %s".formatted(commands, table.quoted())));
    }
}
