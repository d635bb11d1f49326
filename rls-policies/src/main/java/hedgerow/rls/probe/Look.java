package hedgerow.rls.probe;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The reads of one role, run twice: over the rows of all tenants, and without those that are not the
/// attacker's. A difference reveals foreign rows.
final class Look {

    private static final String PLAIN = "select";

    private final Arena arena;
    private final Results results;
    private final String role;
    private final List<Shot> shots;
    private final List<Actor> own;
    private final List<Actor> foreign;
    private final List<Actor> unbound;
    private final Map<List<Object>, Answer> withAll = new HashMap<>();
    private final Map<List<Object>, Answer> without = new HashMap<>();

    /// The reads of a role.
    ///
    /// @param foreign sessions of the rightful tenant: the control
    Look(
            Arena arena,
            Results results,
            String role,
            List<Shot> shots,
            List<Actor> own,
            List<Actor> foreign,
            List<Actor> unbound) {
        this.arena = arena;
        this.results = results;
        this.role = role;
        this.shots = shots.stream()
                .filter(shot -> shot.reading() && (shot.first().isEmpty() || !foreign.isEmpty()))
                .toList();
        this.own = own;
        this.foreign = foreign;
        this.unbound = unbound;
    }

    void withAll() throws SQLException {
        for (var actor : everybody()) {
            ask(
                    actor,
                    shots.stream()
                            .filter(shot -> isPlain(shot) || actor.profile() == 0)
                            .toList(),
                    withAll);
        }
        // Other forms of a read are tried in the session that sees most.
        for (var shot : shots) {
            if (!isPlain(shot)) {
                for (var actor : chosen(shot)) {
                    ask(actor, List.of(shot), withAll);
                }
            }
        }
    }

    void without() throws SQLException {
        for (var actor : everybody()) {
            var asked = shots.stream()
                    .filter(shot -> withAll.containsKey(key(actor, shot)))
                    .toList();
            ask(actor, asked, without);
        }
    }

    private List<Actor> everybody() {
        var all = new ArrayList<>(own);
        all.addAll(foreign);
        all.addAll(unbound);
        return all;
    }

    private static boolean isPlain(Shot shot) {
        return shot.attack().equals(PLAIN) || shot.gate().equals("EXECUTE");
    }

    private static List<Object> key(Actor actor, Shot shot) {
        return List.of(actor, shot.key());
    }

    private List<Actor> chosen(Shot shot) {
        var plain = shots.stream()
                .filter(each -> isPlain(each) && each.object().equals(shot.object()))
                .findFirst();
        var chosen = new LinkedHashSet<Actor>();
        if (plain.isPresent()) {
            for (var group : List.of(own, foreign, unbound)) {
                most(group, plain.get()).ifPresent(chosen::add);
            }
            chosen.stream()
                    .filter(actor -> actor.kind() == Actor.Kind.FOREIGN)
                    .findFirst()
                    .flatMap(actor -> own.stream()
                            .filter(other -> other.profile() == actor.profile())
                            .findFirst())
                    .ifPresent(chosen::add);
        }
        chosen.removeIf(actor -> withAll.containsKey(key(actor, shot)));
        return List.copyOf(chosen);
    }

    private Optional<Actor> most(List<Actor> group, Shot plain) {
        return group.stream().reduce((x, y) -> size(x, plain) >= size(y, plain) ? x : y);
    }

    private int size(Actor actor, Shot plain) {
        return withAll.get(key(actor, plain)) instanceof Answer.Done(var lines, var ignored) ? lines.size() : -1;
    }

    private void ask(Actor actor, List<Shot> asked, Map<List<Object>, Answer> answers) throws SQLException {
        if (asked.isEmpty()) {
            return;
        }
        var alone = asked.stream().filter(shot -> shot.first().isEmpty()).toList();
        try {
            arena.undone(() -> {
                arena.become(actor);
                var told = arena.askAll(alone.stream().map(Shot::sql).toList());
                for (var i = 0; i < alone.size(); i++) {
                    answers.put(key(actor, alone.get(i)), told.get(i));
                }
                return 0;
            });
        } catch (SQLException e) {
            var failed = arena.failed(e);
            alone.forEach(shot -> answers.putIfAbsent(key(actor, shot), failed));
        }
        for (var shot : asked) {
            if (shot.first().isPresent()) {
                answers.put(key(actor, shot), afterRightful(actor, shot));
            }
        }
    }

    /// The result after the rightful tenant has run its statement first, in the same session.
    private Answer afterRightful(Actor actor, Shot shot) throws SQLException {
        var rightful = foreign.stream()
                .filter(other -> other.profile() == actor.profile())
                .findFirst()
                .or(() -> foreign.stream().findFirst());
        if (rightful.isEmpty()) {
            return new Answer.Failed("", "there is no rightful tenant");
        }
        try {
            return arena.undone(() -> {
                arena.become(rightful.get());
                var first = arena.tell(shot.first().get());
                if (!(first instanceof Answer.Done)) {
                    return first;
                }
                arena.becomeOneself();
                arena.become(actor);
                return arena.tell(shot.sql());
            });
        } catch (SQLException e) {
            return arena.failed(e);
        } finally {
            arena.deallocate(Prepared.NAME);
        }
    }

    /// Notes that the statements that were not tried could not be checked.
    void leaveOpen(String reason) {
        var attackers = new ArrayList<>(own);
        attackers.addAll(unbound);
        results.leaveOpen(role, shots, attackers, reason);
    }

    // --- what follows --------------------------------------------------------------------------------------------

    void judge() {
        for (var shot : shots) {
            for (var actor : own) {
                judge(shot, actor);
            }
            for (var actor : unbound) {
                judge(shot, actor);
            }
            if (!foreign.isEmpty()) {
                var shown = foreign.stream()
                        .filter(actor -> difference(actor, shot).isPresent())
                        .findFirst();
                if (shown.isPresent()) {
                    results.control(role, shot, shown.get());
                    continue;
                }
                if (shot.optional() && results.isQuiet(role, shot)) {
                    results.forget(role, shot);
                }
                results.control(role, shot, Optional.of("not even the rightful tenant is shown it"));
            }
        }
    }

    private void judge(Shot shot, Actor actor) {
        var with = withAll.get(key(actor, shot));
        if (with == null) {
            return;
        }
        var other = without.get(key(actor, shot));
        var difference = difference(actor, shot);
        results.note(
                role,
                shot,
                actor,
                difference.isPresent()
                        ? new Results.Try.Harm(difference.get())
                        : error(with)
                                .or(() -> error(other))
                                .<Results.Try>map(Results.Try.Error::new)
                                .orElseGet(Results.Try.Quiet::new));
    }

    private static Optional<String> error(Answer answer) {
        return answer instanceof Answer.Failed failed ? Optional.of(failed.reason()) : Optional.empty();
    }

    /// The lines that are shown only where the other tenant's rows exist.
    private Optional<String> difference(Actor actor, Shot shot) {
        if (withAll.get(key(actor, shot)) instanceof Answer.Done(var with, var x)
                && without.get(key(actor, shot)) instanceof Answer.Done(var than, var y)
                && !with.equals(than)) {
            var more = new ArrayList<>(with);
            than.forEach(more::remove);
            return Optional.of(
                    more.isEmpty()
                            ? "shows less once the other tenant has rows"
                            : "shows, of the other tenant: " + more.getFirst());
        }
        return Optional.empty();
    }
}
