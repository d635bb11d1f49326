package hedgerow.rls.probe;

import hedgerow.rls.prove.Claim;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The writes of one role, each undone. A session without identity reads the state of the rows.
final class Strike {

    private static final int MOST_SESSIONS = 4;
    private static final String FAILS = "the rightful tenant fails: ";

    private final Arena arena;
    private final Field field;
    private final Results results;
    private final String role;
    private final List<Shot> shots;
    private final List<Actor> own;
    private final List<Actor> foreign;
    private final List<Actor> unbound;
    private final Map<String, Integer> profiles = new HashMap<>();
    private final Set<List<String>> controlled = new HashSet<>();

    Strike(
            Arena arena,
            Field field,
            Results results,
            String role,
            List<Shot> shots,
            List<Actor> own,
            List<Actor> foreign,
            List<Actor> unbound) {
        this.arena = arena;
        this.field = field;
        this.results = results;
        this.role = role;
        this.shots = shots.stream()
                .filter(shot -> !shot.reading() && (shot.first().isEmpty() || !foreign.isEmpty()))
                .toList();
        this.own = own;
        this.foreign = foreign;
        this.unbound = unbound;
    }

    void run() throws SQLException {
        for (var shot : shots) {
            if (!shot.before().isEmpty() && controlled.contains(attackOf(shot))) {
                continue;
            }
            var profile = foreign.isEmpty() && own.isEmpty() ? Optional.<Integer>empty() : control(shot);
            for (var actor : attackers(profile)) {
                results.note(role, shot, actor, attack(shot, actor));
            }
            if (isOfNobodyToo(shot)) {
                for (var actor : unbound) {
                    results.note(role, shot, actor, attack(shot, actor));
                }
            }
            if (shot.optional() && profile.isEmpty() && results.isQuiet(role, shot) && !foreign.isEmpty()) {
                results.forget(role, shot);
            }
        }
    }

    /// Notes that the statements that were not tried could not be checked.
    void leaveOpen(String reason) {
        var attackers = new ArrayList<>(own);
        attackers.addAll(unbound);
        results.leaveOpen(role, shots, attackers, reason);
    }

    private static List<String> attackOf(Shot shot) {
        return List.of(shot.attack(), shot.object(), shot.gate());
    }

    /// Whether a session without identity tries it too. A statement about the owner of a row requires an
    /// own row, which such a session does not have.
    private static boolean isOfNobodyToo(Shot shot) {
        return shot.claim() == Claim.WRITES_STAY_HOME
                && shot.control().kind() == Actor.Kind.FOREIGN
                && !shot.gate().equals("TRUNCATE");
    }

    private List<Actor> attackers(Optional<Integer> profile) {
        var chosen = new ArrayList<Actor>();
        own.stream()
                .filter(actor -> profile.filter(p -> p == actor.profile()).isPresent())
                .forEach(chosen::add);
        own.stream()
                .limit(MOST_SESSIONS)
                .filter(actor -> !chosen.contains(actor))
                .forEach(chosen::add);
        return chosen;
    }

    // --- the control ---------------------------------------------------------------------------------------------

    /// Runs the control.
    ///
    /// @return the profile of the session in which it has an effect
    private Optional<Integer> control(Shot shot) throws SQLException {
        var failures = new ArrayList<String>();
        var place = shot.object() + shot.gate();
        var sessions = new ArrayList<>(shot.control().kind() == Actor.Kind.OWN ? own : foreign);
        var last = profiles.get(place);
        sessions.sort(java.util.Comparator.comparing(actor -> last == null || actor.profile() != last));
        for (var actor : sessions) {
            var what = effect(shot, actor);
            if (what.isEmpty()) {
                profiles.put(place, actor.profile());
                controlled.add(attackOf(shot));
                results.control(role, shot, actor);
                return Optional.of(actor.profile());
            }
            failures.add(what.get());
        }
        results.control(role, shot, Optional.of(telling(failures)));
        return Optional.empty();
    }

    /// The failure of the session that came furthest: a refusal says least.
    private static String telling(List<String> failures) {
        return failures.stream()
                .filter(failure -> failure.startsWith(FAILS))
                .findFirst()
                .or(() -> failures.stream().findFirst())
                .orElse("there is no session of the rightful tenant");
    }

    /// Tries whether a control has an effect.
    ///
    /// @return the reason why it has none; empty if rows change
    private Optional<String> effect(Shot shot, Actor actor) throws SQLException {
        try {
            return arena.undone(() -> {
                prepare(shot, actor);
                arena.become(actor);
                return switch (arena.tell(shot.control().sql())) {
                    case Answer.Denied(var message) -> Optional.of("the rightful tenant is refused: " + message);
                    case Answer.Failed failed -> Optional.of(FAILS + failed.reason());
                    case Answer.Done _ -> {
                        arena.becomeOneself();
                        yield field.truth().change().isNothing()
                                ? Optional.of("the same as the rightful tenant changes nothing")
                                : Optional.empty();
                    }
                };
            });
        } catch (SQLException e) {
            return Optional.of(
                    "the control could not be run: " + arena.failed(e).reason());
        } finally {
            restore(shot);
        }
    }

    private void prepare(Shot shot, Actor actor) throws SQLException {
        arena.remove(shot.before());
        if (!shot.before().isEmpty()) {
            field.truth().begin(Optional.empty());
        }
        if (shot.first().isPresent()) {
            rightful(shot.first().get(), actor);
            field.truth().begin(Optional.of(Party.FOREIGN));
        }
    }

    /// Runs the rightful tenant's statement first, in the same session.
    private void rightful(String sql, Actor actor) throws SQLException {
        var rightful = foreign.stream()
                .filter(other -> other.profile() == actor.profile())
                .findFirst()
                .or(() -> foreign.stream().findFirst());
        if (rightful.isEmpty()) {
            throw new SQLException("there is no rightful tenant");
        }
        arena.become(rightful.get());
        if (!(arena.tell(sql) instanceof Answer.Done)) {
            throw new SQLException("the rightful tenant is refused");
        }
        arena.becomeOneself();
    }

    // --- the attack ----------------------------------------------------------------------------------------------

    private Results.Try attack(Shot shot, Actor actor) throws SQLException {
        try {
            return arena.undone(() -> {
                prepare(shot, actor);
                var rows = proof(shot);
                arena.become(actor);
                return switch (arena.tell(shot.sql())) {
                    case Answer.Denied _ -> new Results.Try.Quiet();
                    case Answer.Failed failed
                    when !shot.refusals().contains(failed.sqlState()) -> new Results.Try.Error(failed.reason());
                    case Answer.Failed _ -> new Results.Try.Quiet();
                    case Answer.Done _ -> {
                        arena.becomeOneself();
                        yield judged(shot, actor, rows);
                    }
                };
            });
        } catch (SQLException e) {
            return new Results.Try.Error(arena.failed(e).reason());
        } finally {
            restore(shot);
        }
    }

    /// Restores the session: prepared statements survive a rollback.
    private void restore(Shot shot) throws SQLException {
        field.truth().back();
        if (shot.first().isPresent()) {
            arena.deallocate(Prepared.NAME);
        }
    }

    private int proof(Shot shot) throws SQLException {
        return shot.proof().isPresent() ? arena.rows(shot.proof().get()).size() : 0;
    }

    private Results.Try judged(Shot shot, Actor actor, int rows) throws SQLException {
        if (shot.proof().isPresent()) {
            return proof(shot) > rows
                    ? new Results.Try.Harm("a row refers to the other tenant's")
                    : new Results.Try.Quiet();
        }
        return harm(field.truth().change(), actor.kind())
                .<Results.Try>map(Results.Try.Harm::new)
                .orElseGet(Results.Try.Quiet::new);
    }

    private Optional<String> harm(Truth.Change change, Actor.Kind kind) throws SQLException {
        for (var lost : change.lost().entrySet()) {
            if (kind.isUnbound() || lost.getValue().isForeign()) {
                var table = field.truth().table(lost.getKey()).quoted();
                return Optional.of(
                        kind.isUnbound()
                                ? "a row of %s is changed or gone".formatted(table)
                                : "the other tenant's row of %s is changed or gone".formatted(table));
            }
        }
        for (var made : change.made().values()) {
            var whose = field.truth().whose(made);
            if (kind.isUnbound()) {
                return Optional.of("there is a new row: " + field.truth().described(made));
            }
            if (whose == Truth.Whose.FOREIGN || whose == Truth.Whose.NOBODYS) {
                return Optional.of("%s: %s"
                        .formatted(
                                whose == Truth.Whose.FOREIGN
                                        ? "the other tenant has a row more"
                                        : "nobody's row is new",
                                field.truth().described(made)));
            }
        }
        return Optional.empty();
    }
}
