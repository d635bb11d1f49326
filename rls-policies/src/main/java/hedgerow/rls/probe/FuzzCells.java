package hedgerow.rls.probe;

import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The results of random statements, by oracle, role and object.
final class FuzzCells {

    private record Place(Oracle oracle, String role, String object, String gate) {}

    private final ProbeOptions options;
    private final Map<Place, String> first = new LinkedHashMap<>();
    private final Map<Place, Integer> times = new HashMap<>();
    private final Map<Place, String> failures = new LinkedHashMap<>();
    private final Set<Place> controlled = new HashSet<>();
    private final Map<Place, Attempt> leaked = new HashMap<>();
    private final Set<List<Object>> found = new HashSet<>();

    FuzzCells(ProbeOptions options) {
        this.options = options;
    }

    /// A session of the role met an unexpected error before it could show anything.
    void fail(Role role, List<Relation> objects, String reason) {
        objects.forEach(
                object -> failures.putIfAbsent(new Place(Oracle.TWIN, role.name(), object.quoted(), "SELECT"), reason));
    }

    int leaks() {
        return found.size();
    }

    void ran(Oracle oracle, Actor actor, Stream<Relation> objects, String sql) {
        objects.forEach(object -> ran(place(oracle, actor, object, "SELECT"), sql));
    }

    void ran(Oracle oracle, Actor actor, RandomWrites.Write write) {
        ran(place(oracle, actor, write.object(), write.gate()), write.sql());
    }

    private void ran(Place place, String sql) {
        first.putIfAbsent(place, sql);
        times.merge(place, 1, Integer::sum);
    }

    /// It is seen that the rows of the rightful tenant matter.
    void control(Oracle oracle, Actor actor, Stream<Relation> objects) {
        objects.forEach(object -> controlled.add(place(oracle, actor, object, "SELECT")));
    }

    void control(Actor actor, RandomWrites.Write write) {
        controlled.add(place(Oracle.WRITE, actor, write.object(), write.gate()));
    }

    boolean isControlled(Actor actor, RandomWrites.Write write) {
        return controlled.contains(place(Oracle.WRITE, actor, write.object(), write.gate()));
    }

    boolean isLeaking(Actor actor, RandomWrites.Write write) {
        return leaked.containsKey(place(Oracle.WRITE, actor, write.object(), write.gate()));
    }

    private static Place place(Oracle oracle, Actor actor, Relation object, String gate) {
        return new Place(oracle, actor.role().name(), object.quoted(), gate);
    }

    private static List<Place> places(Trial trial) {
        return trial.question().isPresent()
                ? trial.question()
                        .get()
                        .objects()
                        .map(object -> place(trial.oracle(), trial.attacker(), object, "SELECT"))
                        .toList()
                : trial.writes().stream()
                        .map(write -> place(trial.oracle(), trial.attacker(), write.object(), write.gate()))
                        .distinct()
                        .toList();
    }

    /// Whether an object of it is known to leak already.
    boolean isKnown(Trial trial) {
        return places(trial).stream().anyMatch(leaked::containsKey);
    }

    void leak(Trial trial, String script) {
        found.add(List.of(trial.oracle(), trial.attacker().role().name(), script));
        for (var place : places(trial)) {
            leaked.putIfAbsent(place, attempt(place, Outcome.LEAKED, script, reason(trial.oracle())));
        }
    }

    private static String reason(Oracle oracle) {
        return switch (oracle) {
            case TWIN -> "the query does not answer as it does over the tenant's rows alone";
            case INSENSITIVITY -> "the answer changes with rows of the other tenant";
            case PARTITION -> "the rows of a query are not those of its three parts";
            case WRITE -> "a row of the other tenant is changed, gone or new, or nobody's row is new";
        };
    }

    List<Attempt> attempts() {
        var all = new ArrayList<Attempt>();
        first.forEach((place, sql) -> all.add(leaked.getOrDefault(
                place,
                controlled.contains(place)
                        ? attempt(place, Outcome.HELD, sql, "%,d random statements".formatted(times.get(place)))
                        : attempt(
                                place,
                                Outcome.COULD_NOT_CHECK,
                                sql,
                                "no random statement had an effect for the rightful tenant"))));
        failures.forEach((place, reason) -> {
            if (!first.containsKey(place)) {
                all.add(attempt(place, Outcome.COULD_NOT_CHECK, "", reason));
            }
        });
        return all.stream()
                .filter(each -> options.asks(each.claim()) && options.asksObject(each.object()))
                .toList();
    }

    private static Attempt attempt(Place place, Outcome outcome, String sql, String reason) {
        return new Attempt(
                place.role,
                place.object,
                place.gate,
                place.oracle.attack(),
                place.oracle.claim(),
                outcome,
                sql,
                reason);
    }
}
