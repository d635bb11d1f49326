package hedgerow.rls.probe;

import hedgerow.rls.prove.Claim;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What each session saw of each statement, and what follows.
final class Results {

    private static final Comparator<Attempt> ORDER = Comparator.comparing(Attempt::claim)
            .thenComparing(Attempt::object)
            .thenComparing(Attempt::gate)
            .thenComparing(Attempt::role)
            .thenComparing(Attempt::attack);

    /// What one session's try came to.
    sealed interface Try {

        /// Nothing got out or in.
        record Quiet() implements Try {}

        record Harm(String reason) implements Try {}

        record Error(String reason) implements Try {}
    }

    private record Place(String role, Shot.Key shot) {}

    private record Tried(Actor actor, Try what) {}

    private final Map<Place, List<Tried>> tries = new LinkedHashMap<>();
    private final Map<Place, Optional<String>> controls = new LinkedHashMap<>();

    void note(String role, Shot shot, Actor actor, Try what) {
        tries.computeIfAbsent(new Place(role, shot.key()), _ -> new ArrayList<>())
                .add(new Tried(actor, what));
    }

    /// @param failure why there is no control; empty if there is one
    void control(String role, Shot shot, Optional<String> failure) {
        controls.put(new Place(role, shot.key()), failure);
    }

    /// Takes back what was tried by a shot that has no effect for anybody.
    void forget(String role, Shot shot) {
        tries.remove(new Place(role, shot.key()));
    }

    boolean isQuiet(String role, Shot shot) {
        return tries.getOrDefault(new Place(role, shot.key()), List.of()).stream()
                .noneMatch(each -> each.what instanceof Try.Harm);
    }

    /// One cell for each attack of a role on an object, and each kind of session without an identity.
    List<Attempt> cells(ProbeOptions options) {
        record Cell(String role, String object, String gate, String attack, Claim claim) {}
        var cells = new LinkedHashMap<Cell, Attempt>();
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
        return cells.values().stream().sorted(ORDER).toList();
    }

    /// Of several statements of one attack a leak counts most; then one that was checked.
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
        var kind = tried.actor.kind();
        var attack = kind.isUnbound()
                ? "%s, %s".formatted(place.shot.attack(), kind.name().toLowerCase(Locale.ROOT))
                : place.shot.attack();
        return new Attempt(
                place.role,
                place.shot.object(),
                place.shot.gate(),
                attack,
                claim,
                outcome,
                tried.actor.statements() + place.shot.sql(),
                reason);
    }
}
