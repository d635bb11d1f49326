package hedgerow.rls.prove;

import hedgerow.rls.body.Body;
import hedgerow.rls.body.Step;
import hedgerow.rls.body.Variable;
import hedgerow.rls.body.Way;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Splices the ways of called functions into a body in place of their calls, where a call is evaluated at
/// most once and runs as the same role.
final class Splicer {

    private static final int DEEPEST = 4;
    private static final int MOST_WAYS = 256;
    private static final long VOID = 2278;

    /// The bodies of functions that may replace their calls.
    @FunctionalInterface
    interface Callees {
        Optional<Body> of(Expr.Call call);
    }

    private final Callees bodies;
    private final List<Variable> variables;
    private final Body body;

    private Splicer(Body body, Callees bodies) {
        this.bodies = bodies;
        this.body = body;
        this.variables = new ArrayList<>(body.variables());
    }

    static Body spliced(Body body, Callees bodies) {
        return new Splicer(body, bodies).spliced();
    }

    private Body spliced() {
        var ways = new ArrayList<Way>();
        for (var way : body.ways()) {
            var paths = paths(way.steps(), 0);
            if (ways.size() + paths.size() > MOST_WAYS) {
                return body;
            }
            paths.forEach(path -> ways.add(new Way(path)));
        }
        return new Body(body.function(), List.copyOf(variables), ways, Optional.empty());
    }

    /// Every way through these steps.
    private List<List<Step>> paths(List<Step> steps, int depth) {
        var paths = List.of(List.<Step>of());
        for (var step : steps) {
            var longer = new ArrayList<List<Step>>();
            var next = expanded(step, depth);
            for (var path : paths) {
                if (ends(path)) {
                    longer.add(path);
                } else {
                    next.forEach(after -> longer.add(
                            Stream.concat(path.stream(), after.stream()).toList()));
                }
            }
            paths = longer;
            if (paths.size() > MOST_WAYS) {
                return List.of(steps);
            }
        }
        return paths;
    }

    private static boolean ends(List<Step> path) {
        return !path.isEmpty() && path.getLast() instanceof Step.Raise;
    }

    // --- steps ---------------------------------------------------------------------------------------------------

    /// A call within a step.
    ///
    /// @param sure whether it is evaluated whenever the step is
    private record Found(Expr.Call call, boolean sure, Body callee) {}

    private List<List<Step>> expanded(Step step, int depth) {
        var found = depth < DEEPEST ? first(expressions(step), true) : Optional.<Found>empty();
        if (found.isEmpty()) {
            return List.of(List.of(step));
        }
        var call = found.get().call;
        var result = local("result of " + found.get().callee.function().name(), call.type());
        var rest = with(step, call, new Expr.Parameter(result, call.type()));
        var paths = new ArrayList<List<Step>>();
        for (var before : entered(found.get(), result, depth)) {
            if (ends(before)) {
                paths.add(before);
            } else {
                expanded(rest, depth)
                        .forEach(after -> paths.add(
                                Stream.concat(before.stream(), after.stream()).toList()));
            }
        }
        return paths;
    }

    /// The ways through a call, which leave its result in a variable.
    private List<List<Step>> entered(Found found, int result, int depth) {
        var callee = found.callee.function();
        var offset = variables.size();
        found.callee.variables().forEach(variable -> variables.add(local(variable)));
        var start = new ArrayList<Step>();
        for (var i = 0; i < found.call.arguments().size(); i++) {
            start.add(new Step.Assign(offset + 1 + i, found.call.arguments().get(i)));
        }
        var paths = new ArrayList<List<Step>>();
        for (var way : found.callee.ways()) {
            var steps = new ArrayList<Step>(start);
            way.steps()
                    .forEach(step -> left(moved(step, offset), result, callee).ifPresent(steps::add));
            paths.addAll(paths(steps, depth + 1));
        }
        if (!found.sure) {
            paths.add(List.of(new Step.Unknown(List.of(result), "whether %s is called".formatted(callee.quoted()))));
        } else if (callee.strict()) {
            paths.add(List.of(new Step.Assign(result, new Expr.Constant(Value.NULL, "", found.call.type()))));
        }
        return paths;
    }

    private static Variable local(Variable variable) {
        return variable.kind() == Variable.Kind.ARGUMENT
                ? new Variable(variable.name(), variable.type(), Variable.Kind.LOCAL, 0)
                : variable;
    }

    private int local(String name, long type) {
        variables.add(new Variable(name, type, Variable.Kind.LOCAL, 0));
        return variables.size();
    }

    /// A return as the assignment of its value.
    private static Optional<Step> left(Step step, int result, Function callee) {
        if (!(step instanceof Step.Return(var query, var ignored))) {
            return Optional.of(step);
        }
        if (query.filter(it -> it.change().isPresent()).isPresent()) {
            return Optional.of(new Step.Unknown(List.of(result), "what RETURNING gives"));
        }
        if (callee.returnType() == VOID) {
            return query.map(Step.Perform::new);
        }
        return Optional.of(new Step.Assign(result, query.map(Splicer::value).orElseGet(() -> nothing(callee))));
    }

    private static Expr nothing(Function callee) {
        return new Expr.Constant(Value.NULL, "", callee.returnType());
    }

    private static Expr value(Query query) {
        var value = query.targets().getFirst().expression();
        return query.isBare()
                ? value
                : new Expr.Subquery(Expr.Subquery.Kind.SCALAR, Optional.empty(), query, value.type());
    }

    // --- calls ---------------------------------------------------------------------------------------------------

    /// The expressions of a step that are evaluated at most once.
    private static List<Expr> expressions(Step step) {
        return Bodies.query(step)
                .filter(Splicer::isOnce)
                .map(query ->
                        query.targets().stream().map(Query.Target::expression).toList())
                .orElseGet(() -> Bodies.expressions(step));
    }

    /// Whether a query is a row of values, or an INSERT of one.
    private static boolean isOnce(Query query) {
        return query.isBare()
                || query.command() == Query.Command.INSERT
                        && query.sources().size() == 1
                        && query.commons().isEmpty();
    }

    private Optional<Found> first(List<Expr> expressions, boolean sure) {
        for (var i = 0; i < expressions.size(); i++) {
            var found = first(expressions.get(i), sure);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// The first call in an expression; arguments come before their call.
    private Optional<Found> first(Expr expr, boolean sure) {
        var within = switch (expr) {
            case Expr.Subquery subquery
            when subquery.query().isBare() ->
                first(
                        subquery.query().targets().stream()
                                .map(Query.Target::expression)
                                .toList(),
                        sure);
            case Expr.Case _, Expr.And _, Expr.Or _, Expr.Coalesce _ ->
                first(expr.children().getFirst(), sure)
                        .or(() ->
                                first(expr.children().subList(1, expr.children().size()), false));
            default -> first(expr.children(), sure);
        };
        return within.isPresent() || !(expr instanceof Expr.Call call)
                ? within
                : bodies.of(call).map(callee -> new Found(call, sure, callee));
    }

    private static Step with(Step step, Expr.Call call, Expr result) {
        return switch (step) {
            case Step.Guard(var condition, var truth) -> new Step.Guard(with(condition, call, result), truth);
            case Step.Assign(var variable, var value) -> new Step.Assign(variable, with(value, call, result));
            case Step.Into(var into, var query) -> new Step.Into(into, with(query, call, result));
            case Step.Perform(var query) -> new Step.Perform(with(query, call, result));
            case Step.Tell(var query) -> new Step.Tell(with(query, call, result));
            case Step.Write(var query, var into) -> new Step.Write(with(query, call, result), into);
            case Step.Return(var query, var kind) ->
                new Step.Return(query.map(known -> with(known, call, result)), kind);
            case Step.Each(var into, var query) -> new Step.Each(into, with(query, call, result));
            case Step.Unknown _, Step.Raise _ -> step;
        };
    }

    private static Query with(Query query, Expr.Call call, Expr result) {
        return query.withTargets(query.targets().stream()
                .map(target -> new Query.Target(with(target.expression(), call, result), target.name(), target.junk()))
                .toList());
    }

    private static Expr with(Expr expr, Expr.Call call, Expr result) {
        if (expr == call) {
            return result;
        }
        if (expr instanceof Expr.Subquery(var kind, var test, var query, var type) && query.isBare()) {
            return new Expr.Subquery(kind, test, with(query, call, result), type);
        }
        var children =
                expr.children().stream().map(child -> with(child, call, result)).toList();
        return children.isEmpty() ? expr : expr.with(children);
    }

    // --- variables -----------------------------------------------------------------------------------------------

    /// The step over the variables that represent those of its function.
    private Step moved(Step step, int offset) {
        var parameters = IntStream.range(offset, variables.size())
                .<Expr>mapToObj(i -> new Expr.Parameter(i + 1, variables.get(i).type()))
                .toList();
        return switch (step) {
            case Step.Guard(var condition, var truth) -> new Step.Guard(condition.bind(parameters), truth);
            case Step.Assign(var variable, var value) -> new Step.Assign(variable + offset, value.bind(parameters));
            case Step.Unknown(var some, var reason) -> new Step.Unknown(moved(some, offset), reason);
            case Step.Into(var into, var query) -> new Step.Into(moved(into, offset), query.bind(parameters));
            case Step.Each(var into, var query) -> new Step.Each(moved(into, offset), query.bind(parameters));
            case Step.Perform(var query) -> new Step.Perform(query.bind(parameters));
            case Step.Tell(var query) -> new Step.Tell(query.bind(parameters));
            case Step.Write(var query, var into) -> new Step.Write(query.bind(parameters), moved(into, offset));
            case Step.Return(var query, var kind) -> new Step.Return(query.map(known -> known.bind(parameters)), kind);
            case Step.Raise _ -> step;
        };
    }

    private static List<Integer> moved(List<Integer> variables, int offset) {
        return variables.stream().map(variable -> variable + offset).toList();
    }
}
