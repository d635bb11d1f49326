package hedgerow.rls.prove;

import hedgerow.rls.body.Body;
import hedgerow.rls.body.Step;
import hedgerow.rls.body.Variable;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Policies;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Decides which of the rows that a body reads get out of it other than as its result: in a message, in the
/// row that fires a trigger, or in a row that it writes.
final class Outlets {

    private Outlets() {}

    /// Finds the rows that a step of a trigger's body reads and lets out.
    static Stream<Functions.Reading> readings(Body body, Step step, List<Step> after, Policies policies) {
        return isLetOut(body, step, after) ? all(step, policies) : copied(step, policies);
    }

    private static Stream<Functions.Reading> all(Step step, Policies policies) {
        return Stream.concat(
                        Bodies.query(step).stream(),
                        Bodies.expressions(step).stream().flatMap(Walk::queries))
                .map(query -> policies.inline(query).flattened())
                .flatMap(Functions::reading)
                .distinct();
    }

    private static boolean isLetOut(Body body, Step step, List<Step> after) {
        if (step instanceof Step.Tell) {
            return true;
        }
        var holding = new HashSet<>(Functions.taken(step));
        var out = isNew(body, holding);
        for (var next : after) {
            if (uses(next, holding)) {
                out |= next instanceof Step.Tell || writes(next) || isNew(body, Functions.taken(next));
                holding.addAll(Functions.taken(next));
            }
        }
        return out;
    }

    private static boolean isNew(Body body, Collection<Integer> variables) {
        return variables.stream()
                .anyMatch(number -> body.variables().get(number - 1).kind() == Variable.Kind.NEW);
    }

    /// Whether a step uses the value of a variable.
    static boolean uses(Step step, Collection<Integer> variables) {
        return Stream.concat(
                        Bodies.query(step).stream().flatMap(Walk::over),
                        Bodies.expressions(step).stream().flatMap(Walk::over))
                .anyMatch(place ->
                        place.node() instanceof Expr.Parameter(var number, var ignored) && variables.contains(number));
    }

    /// Whether a step changes rows.
    static boolean writes(Step step) {
        return Bodies.query(step).stream().flatMap(Query::writes).findAny().isPresent();
    }

    /// Finds the rows that a step copies into rows that it writes.
    static Stream<Functions.Reading> copied(Step step, Policies policies) {
        return Bodies.query(step).map(query -> policies.inline(query).flattened()).stream()
                .flatMap(Query::writes)
                .flatMap(Outlets::copied)
                .distinct();
    }

    private static Stream<Functions.Reading> copied(Query write) {
        var change = write.change().orElseThrow();
        var own = Stream.concat(Stream.of(change.result()), change.conflict().map(Query.Conflict::excluded).stream())
                .toList();
        var values = Stream.of(
                        write.targets().stream(),
                        change.conflict().stream().flatMap(conflict -> conflict.set().stream()),
                        change.actions().stream().flatMap(action -> action.set().stream()))
                .flatMap(targets -> targets)
                .map(Query.Target::expression)
                .toList();
        var joined = values.stream()
                .flatMap(Walk::over)
                .anyMatch(place -> place.node() instanceof Expr.Column column
                        && column.level() == place.depth()
                        && !own.contains(column.source()));
        var from = joined
                ? Stream.concat(
                        Stream.of(new Functions.Reading(List.of(), write)),
                        write.queries().flatMap(Functions::reading))
                : Stream.<Functions.Reading>empty();
        var within = values.stream()
                .flatMap(Functions::subselects)
                .flatMap(query -> Functions.reading(List.of(write), query));
        return Stream.concat(from, within);
    }

    /// The relations that a reading reads, by place: not the one that its statement writes.
    static Map<Integer, Relation> sources(Functions.Reading reading, Model model) {
        var sources = new TreeMap<>(new Encoding(model, false).tables(reading.query()));
        reading.query().change().map(Query.Change::result).ifPresent(sources::remove);
        return sources;
    }
}
