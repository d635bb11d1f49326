package hedgerow.rls.probe;

import hedgerow.rls.prove.Claim;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The observations of each session on each statement, and the conclusions.
final class Results {

    private static final Comparator<Attempt> ORDER = Comparator.comparing(Attempt::claim)
            .thenComparing(Attempt::object)
            .thenComparing(Attempt::gate)
            .thenComparing(Attempt::role)
            .thenComparing(Attempt::attack);

    /// The result of one session's try.
    sealed interface Try {

        /// A try in which nothing leaked.
        record Quiet() implements Try {}

        record Harm(String reason) implements Try {}

        record Error(String reason) implements Try {}
    }

    private record Place(String role, Shot.Key shot) {}

    private record Tried(Actor actor, Try what) {}

    private final Map<Place, List<Tried>> tries = new LinkedHashMap<>();
    private final Map<Place, Optional<String>> controls = new LinkedHashMap<>();
    private final Map<Place, Shot> shots = new LinkedHashMap<>();
    private final Map<Place, Actor> controlled = new LinkedHashMap<>();
    private final List<Attempt> finished = new ArrayList<>();

    /// Adds what was judged elsewhere.
    void add(List<Attempt> attempts) {
        finished.addAll(attempts);
    }

    void note(String role, Shot shot, Actor actor, Try what) {
        shots.putIfAbsent(new Place(role, shot.key()), shot);
        tries.computeIfAbsent(new Place(role, shot.key()), _ -> new ArrayList<>())
                .add(new Tried(actor, what));
    }

    /// Notes the control of a statement.
    ///
    /// @param failure why there is no control; empty if there is one
    void control(String role, Shot shot, Optional<String> failure) {
        controls.put(new Place(role, shot.key()), failure);
    }

    /// Notes that the control of a statement has an effect.
    void control(String role, Shot shot, Actor actor) {
        control(role, shot, Optional.empty());
        controlled.put(new Place(role, shot.key()), actor);
    }

    /// Notes an error for each kind of session that has not tried a statement.
    void leaveOpen(String role, List<Shot> shots, List<Actor> actors, String reason) {
        for (var shot : shots) {
            for (var kind : Actor.Kind.values()) {
                var tried = tries.getOrDefault(new Place(role, shot.key()), List.of()).stream()
                        .anyMatch(each -> each.actor.kind() == kind);
                actors.stream()
                        .filter(actor -> actor.kind() == kind && !tried)
                        .findFirst()
                        .ifPresent(actor -> note(role, shot, actor, new Try.Error(reason)));
            }
        }
    }

    /// Discards the tries of a shot that has no effect for anybody.
    void forget(String role, Shot shot) {
        tries.remove(new Place(role, shot.key()));
    }

    boolean isQuiet(String role, Shot shot) {
        return tries.getOrDefault(new Place(role, shot.key()), List.of()).stream()
                .noneMatch(each -> each.what instanceof Try.Harm);
    }

    /// One cell for each attack of a role on an object, and each kind of session without an identity.
    ///
    /// @param all the observations from each login
    static List<Attempt> cells(List<Results> all, ProbeOptions options) {
        var cells = new LinkedHashMap<Cell, Attempt>();
        all.forEach(results -> results.into(cells, options));
        return cells.values().stream().sorted(ORDER).toList();
    }

    private record Cell(String role, String object, String gate, String attack, Claim claim) {}

    private void into(Map<Cell, Attempt> cells, ProbeOptions options) {
        finished.forEach(each -> cells.merge(
                new Cell(each.role(), each.object(), each.gate(), each.attack(), each.claim()), each, Results::worse));
        tries.forEach((place, tried) -> {
            for (var kind : Actor.Kind.values()) {
                var own =
                        tried.stream().filter(each -> each.actor.kind() == kind).toList();
                var claim = kind.isUnbound() ? Claim.UNBOUND_SEES_NOTHING : place.shot.claim();
                if (!own.isEmpty() && options.asks(claim)) {
                    var attempt = attempt(place, kind, claim, own);
                    cells.merge(
                            new Cell(place.role, place.shot.object(), place.shot.gate(), attempt.attack(), claim),
                            attempt,
                            Results::worse);
                }
            }
        });
    }

    // --- tests ---------------------------------------------------------------------------------------------------

    /// The statements that held, as far as each is a single statement of SQL.
    List<Regression.Case> held() {
        var cases = new ArrayList<Regression.Case>();
        controlled.forEach((place, control) -> {
            var shot = shots.get(place);
            if (shot != null && shot.isPlain()) {
                for (var kind : Actor.Kind.values()) {
                    held(place, kind).ifPresent(actor -> cases.add(test(shot, actor, control)));
                }
            }
        });
        return cases;
    }

    /// An actor who saw nothing, if nobody of its kind saw anything. A session that has set a variable can
    /// no longer be one in which it was never set.
    private Optional<Actor> held(Place place, Actor.Kind kind) {
        var same = tries.getOrDefault(place, List.of()).stream()
                .filter(each -> each.actor.kind() == kind && kind != Actor.Kind.UNSET)
                .filter(each -> each.actor.grants().isEmpty())
                .toList();
        return same.stream().allMatch(each -> each.what instanceof Try.Quiet)
                ? same.stream().map(Tried::actor).findFirst()
                : Optional.empty();
    }

    private static Regression.Case test(Shot shot, Actor actor, Actor control) {
        var kind = shot.reading()
                ? "read"
                : shot.proof().isPresent() ? "reference" : actor.kind().isUnbound() ? "unbound" : "write";
        return new Regression.Case(
                "%s %s, %s, %s"
                        .formatted(actor.role().name(), described(shot.attack(), actor), shot.object(), shot.gate()),
                kind,
                Regression.Session.of(actor),
                shot.before(),
                shot.sql(),
                shot.proof(),
                shot.refusals(),
                Optional.of(new Regression.Control(
                        Regression.Session.of(control), shot.control().sql())));
    }

    private static String described(String attack, Actor actor) {
        return actor.kind().isUnbound()
                ? "%s, %s".formatted(attack, actor.kind().name().toLowerCase(Locale.ROOT))
                : attack;
    }

    // --- cells ---------------------------------------------------------------------------------------------------

    /// The worse of two attempts: of several statements of one attack a leak counts most, then one that was
    /// checked.
    private static Attempt worse(Attempt x, Attempt y) {
        return weight(x) >= weight(y) ? x : y;
    }

    private static int weight(Attempt attempt) {
        return switch (attempt.outcome()) {
            case LEAKED -> 2;
            case HELD -> 1;
            case COULD_NOT_CHECK -> 0;
        };
    }

    private Attempt attempt(Place place, Actor.Kind kind, Claim claim, List<Tried> tried) {
        var harm = tried.stream().filter(each -> each.what instanceof Try.Harm).findFirst();
        if (harm.isPresent()) {
            return attempt(place, claim, harm.get(), Outcome.LEAKED, ((Try.Harm) harm.get().what).reason());
        }
        var quiet =
                tried.stream().filter(each -> each.what instanceof Try.Quiet).findFirst();
        var control = controls.getOrDefault(place, Optional.of("the control was not run"));
        if (quiet.isEmpty()) {
            var first = tried.getFirst();
            return attempt(place, claim, first, Outcome.COULD_NOT_CHECK, ((Try.Error) first.what).reason());
        }
        return control.map(why -> attempt(place, claim, quiet.get(), Outcome.COULD_NOT_CHECK, why))
                .orElseGet(() -> attempt(
                        place, claim, quiet.get(), Outcome.HELD, "the same as the rightful tenant has an effect"));
    }

    private static Attempt attempt(Place place, Claim claim, Tried tried, Outcome outcome, String reason) {
        return new Attempt(
                place.role,
                place.shot.object(),
                place.shot.gate(),
                described(place.shot.attack(), tried.actor),
                claim,
                outcome,
                Entry.Superuser.typed(tried.actor) + place.shot.sql(),
                reason);
    }
}
