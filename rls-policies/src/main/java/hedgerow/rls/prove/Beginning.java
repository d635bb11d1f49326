package hedgerow.rls.prove;

import hedgerow.rls.body.Body;
import hedgerow.rls.body.Step;
import hedgerow.rls.logic.Policies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A step of a body, and the steps before it. What it reads gets out if it does on any of the ways that go on
/// from there.
///
/// @param afters the steps after it, on each way
record Beginning(List<Step> before, Step step, List<List<Step>> afters) {

    /// The distinct beginnings of a body's ways.
    static List<Beginning> of(Body body) {
        var found = new LinkedHashMap<List<Step>, Beginning>();
        for (var way : body.ways()) {
            for (var i = 0; i < way.steps().size(); i++) {
                var at = i;
                found.computeIfAbsent(
                                List.copyOf(way.steps().subList(0, i + 1)),
                                steps -> new Beginning(steps.subList(0, at), steps.getLast(), new ArrayList<>()))
                        .afters
                        .add(way.steps().subList(i + 1, way.steps().size()));
            }
        }
        return List.copyOf(found.values());
    }

    /// The rows that it reads and lets out, in the body of a trigger.
    Stream<Functions.Reading> readings(Body body, Policies policies) {
        return afters.stream()
                .flatMap(after -> Outlets.readings(body, step, after, policies))
                .distinct();
    }

    /// Its step, and the steps after it on a way that shows what it did.
    List<Step> shownFrom(Predicate<List<Step>> shows) {
        return Stream.concat(Stream.of(step), shownAfter(shows).stream()).toList();
    }

    /// The steps after it on a way that shows what it did: on one that ends in an error, all is undone.
    List<Step> shownAfter(Predicate<List<Step>> shows) {
        var kept = afters.stream()
                .filter(after -> after.isEmpty() || !(after.getLast() instanceof Step.Raise))
                .toList();
        return Stream.concat(kept.stream().filter(shows), Stream.concat(kept.stream(), afters.stream()))
                .findFirst()
                .orElseThrow();
    }
}
