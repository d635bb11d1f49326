package hedgerow.rls.probe;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.SqlText;
import hedgerow.rls.prove.Claim;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Attacks of two steps: a write to a table that policies look up, then all reads again. Rows of the other
/// tenant that the attacker sees only then were not its own before.
///
/// The control is the same write by a session without identity: it leads the attacker to rows that it did
/// not see.
final class Climb {

    private static final int MOST_SESSIONS = 4;
    private static final int FRESH = 23;

    private final Arena arena;
    private final Field field;
    private final Results results;
    private final Role role;
    private final List<Actor> attackers;
    private final List<Actor> rightful;
    private final Map<Relation, Set<String>> theirs = new LinkedHashMap<>();

    /// An attack of two steps.
    ///
    /// @param junior sessions of members of the other tenant whose rank is low
    Climb(
            Arena arena,
            Field field,
            Results results,
            Role role,
            List<Actor> own,
            List<Actor> junior,
            List<Actor> rightful) {
        this.arena = arena;
        this.field = field;
        this.results = results;
        this.role = role;
        this.attackers = Stream.concat(
                        own.stream().limit(MOST_SESSIONS), junior.stream().limit(MOST_SESSIONS))
                .toList();
        this.rightful = rightful.stream().limit(MOST_SESSIONS).toList();
    }

    void run() throws SQLException {
        if (field.hints().trusted().isEmpty() || rightful.isEmpty()) {
            return;
        }
        for (var actor : rightful) {
            guarded(
                    actor,
                    () -> seen(actor)
                            .forEach((object, lines) -> theirs.computeIfAbsent(object, _ -> new HashSet<>())
                                    .addAll(lines)));
        }
        for (var attacker : attackers) {
            guarded(attacker, () -> climb(attacker));
        }
    }

    private interface Step {
        void run() throws SQLException;
    }

    /// Runs a step of a session. After an unexpected error nothing is known of any way into the other tenant.
    private void guarded(Actor actor, Step step) throws SQLException {
        try {
            arena.whole(() -> {
                step.run();
                return 0;
            });
        } catch (SQLException e) {
            var error = new Results.Try.Error(arena.failed(e).reason());
            field.tables().stream()
                    .filter(table -> field.hints().trusted().contains(table.oid()))
                    .map(table -> write(table.quoted(), "INSERT", "table " + table.quoted()))
                    .forEach(shot -> results.note(role.name(), shot, actor, error));
        }
    }

    /// The rows that a session reads.
    private Map<Relation, List<String>> seen(Actor actor) throws SQLException {
        return arena.undone(() -> {
            arena.become(actor);
            return seen();
        });
    }

    private Map<Relation, List<String>> seen() throws SQLException {
        var seen = new LinkedHashMap<Relation, List<String>>();
        var objects = field.objects()
                .filter(object -> field.isOpen(role, object, Command.SELECT))
                .toList();
        var answers = arena.askAll(objects.stream()
                .map(object -> "select %s from %s"
                        .formatted(Field.list(field.columns(role, object, Command.SELECT)), object.quoted()))
                .toList());
        for (var i = 0; i < objects.size(); i++) {
            if (answers.get(i) instanceof Answer.Done(var lines, var ignored)) {
                seen.put(objects.get(i), lines);
            }
        }
        return seen;
    }

    private void climb(Actor attacker) throws SQLException {
        var before = seen(attacker);
        var writes = writes(attacker);
        var climbed = false;
        for (var write : writes) {
            var what = arena.undone(() -> {
                arena.become(attacker);
                return switch (arena.tell(write.sql())) {
                    case Answer.Denied _ -> new Results.Try.Quiet();
                    case Answer.Failed failed -> new Results.Try.Error(failed.reason());
                    case Answer.Done _ -> gained(before);
                };
            });
            climbed |= what instanceof Results.Try.Harm;
            if (what instanceof Results.Try.Harm || isWay(attacker, write, before)) {
                results.control(role.name(), write, Optional.empty());
                results.note(role.name(), write, attacker, what);
            }
        }
        if (!climbed && writes.size() > 1) {
            inTurn(attacker, writes, before);
        }
    }

    /// Runs writes in turn, because one may allow the next.
    private void inTurn(Actor attacker, List<Shot> writes, Map<Relation, List<String>> before) throws SQLException {
        var kept = new ArrayList<Shot>();
        var what = arena.undone(() -> {
            arena.become(attacker);
            for (var write : writes) {
                try {
                    arena.whole(() -> {
                        if (!(arena.tell(write.sql()) instanceof Answer.Done)) {
                            throw new SQLException("refused");
                        }
                        return 0;
                    });
                    kept.add(write);
                } catch (SQLException e) {
                    arena.failed(e);
                }
            }
            return kept.isEmpty() ? new Results.Try.Quiet() : gained(before);
        });
        if (what instanceof Results.Try.Harm) {
            var sql = String.join("; ", kept.stream().map(Shot::sql).toList());
            var last = kept.getLast();
            var shot = write(last.object(), last.gate(), sql);
            results.control(role.name(), shot, Optional.empty());
            results.note(role.name(), shot, attacker, what);
        }
    }

    private Results.Try gained(Map<Relation, List<String>> before) throws SQLException {
        for (var now : seen().entrySet()) {
            var more = new ArrayList<>(now.getValue());
            before.getOrDefault(now.getKey(), List.of()).forEach(more::remove);
            more.retainAll(theirs.getOrDefault(now.getKey(), Set.of()));
            if (!more.isEmpty()) {
                return new Results.Try.Harm("then %s shows, of the other tenant: %s"
                        .formatted(now.getKey().quoted(), more.getFirst()));
            }
        }
        return new Results.Try.Quiet();
    }

    /// Whether the write would give access, once somebody may make it.
    private boolean isWay(Actor attacker, Shot write, Map<Relation, List<String>> before) throws SQLException {
        return arena.undone(() -> {
            try {
                arena.change(write.sql());
            } catch (SQLException e) {
                return false;
            }
            arena.become(attacker);
            return gained(before) instanceof Results.Try.Harm;
        });
    }

    // --- writes --------------------------------------------------------------------------------------------------

    private static Shot write(String object, String gate, String sql) {
        return Shot.write("write, then read", object, gate, sql).about(Claim.MEMBERSHIP_EARNED);
    }

    private List<Shot> writes(Actor attacker) throws SQLException {
        var shots = new ArrayList<Shot>();
        for (var object : field.objects().toList()) {
            if (field.isOpen(role, object, Command.INSERT)) {
                var sql = field.insertion(role, object, Party.FOREIGN, FRESH, identity(object, attacker));
                sql.ifPresent(statement -> shots.add(write(object.quoted(), "INSERT", statement)));
            }
            if (field.isOpen(role, object, Command.UPDATE)) {
                updates(object)
                        .forEach(set -> shots.add(
                                write(object.quoted(), "UPDATE", "update %s set %s".formatted(object.quoted(), set))));
            }
        }
        return shots;
    }

    /// The other tenant's row, with the attacker in place of its person.
    private Map<Integer, Optional<String>> identity(Relation object, Actor attacker) throws SQLException {
        var party = attacker.kind() == Actor.Kind.JUNIOR ? Party.JUNIOR : Party.OWN;
        var overrides = new HashMap<Integer, Optional<String>>();
        for (var column : object.columns()) {
            var at = anchored(object, column);
            if (at.isPresent()) {
                overrides.put(column.number(), field.groups().value(at.get(), party));
            }
        }
        return overrides;
    }

    /// The anchored column; columns of a view are recognized by their names.
    private Optional<Links.At> anchored(Relation object, Column column) {
        var tables = object.isTable() ? Stream.of(object) : field.tables().stream();
        return tables.flatMap(table -> table.column(column.name()).stream()
                        .filter(same -> same.type() == column.type())
                        .map(same -> new Links.At(table.oid(), same.number())))
                .filter(at -> field.links().anchor(at).isPresent())
                .findFirst();
    }

    private List<String> updates(Relation object) throws SQLException {
        var sets = new ArrayList<String>();
        var all = new ArrayList<String>();
        for (var column : field.columns(role, object, Command.UPDATE)) {
            var at = new Links.At(object.oid(), column.number());
            if (column.generated() || field.links().anchor(at).isPresent()) {
                continue;
            }
            var values = field.links().isLinked(at)
                    ? field.groups().value(at, Party.FOREIGN).stream().toList()
                    : field.hints().trusted().contains(object.oid())
                            ? field.hints().alternatives(at).stream()
                                    .flatMap(Optional::stream)
                                    .toList()
                            : List.<String>of();
            values.forEach(value -> sets.add("%s = %s".formatted(column.quoted(), SqlText.quote(value))));
            values.stream()
                    .limit(1)
                    .forEach(value -> all.add("%s = %s".formatted(column.quoted(), SqlText.quote(value))));
        }
        if (all.size() > 1) {
            sets.add(String.join(", ", all));
        }
        return sets;
    }
}
