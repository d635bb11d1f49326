package hedgerow.rls.prove;

import hedgerow.rls.body.Body;
import hedgerow.rls.body.Step;
import hedgerow.rls.body.Variable;
import hedgerow.rls.body.Way;
import hedgerow.rls.expr.Evaluator;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Value;
import hedgerow.rls.logic.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The identities that a function returns to a session which carries none: on a way for which no setting is
/// needed, such as the handler of an exception.
final class Defaults {

    private final Model model;
    private final Bodies bodies;

    Defaults(Model model, Bodies bodies) {
        this.model = model;
        this.bodies = bodies;
    }

    List<Expr.Constant> of(Expr.Call call) {
        return model.catalog().function(call.function()).map(bodies::of).stream()
                .flatMap(body -> Stream.of(Value.NULL, Value.of(""))
                        .flatMap(absent ->
                                body.ways().stream().flatMap(way -> new Run(body, call, absent).result(way).stream())))
                .distinct()
                .map(value -> new Expr.Constant(value, "", call.type()))
                .toList();
    }

    /// One way through the body, where every setting is `absent`.
    private final class Run implements Evaluator.World {

        private final Value absent;
        private final List<Expr> variables = new ArrayList<>();

        Run(Body body, Expr.Call call, Value absent) {
            this.absent = absent;
            for (var i = 0; i < body.variables().size(); i++) {
                var variable = body.variables().get(i);
                variables.add(
                        variable.kind() == Variable.Kind.ARGUMENT
                                ? call.arguments().get(i)
                                : variable.kind() == Variable.Kind.LOCAL
                                        ? new Expr.Constant(Value.NULL, "", variable.type())
                                        : unknown(i, variable.type()));
            }
        }

        private static Expr unknown(int place, long type) {
            return new Expr.Parameter(place + 1, type);
        }

        private void forget(List<Integer> some) {
            some.forEach(variable -> variables.set(
                    variable - 1,
                    unknown(variable - 1, variables.get(variable - 1).type())));
        }

        private Value value(Expr expr) {
            return new Evaluator(model.names(), this).evaluate(expr.bind(variables));
        }

        /// Returns the value that a way certainly returns, if it can be taken.
        Optional<Value> result(Way way) {
            for (var step : way.steps()) {
                switch (step) {
                    case Step.Guard(var condition, var truth) -> {
                        if (excludes(value(condition), truth)) {
                            return Optional.empty();
                        }
                    }
                    case Step.Assign(var variable, var value) -> {
                        var now = value(value);
                        if (now instanceof Value.Failed) {
                            return Optional.empty();
                        }
                        variables.set(
                                variable - 1,
                                now.equals(Value.UNKNOWN)
                                        ? unknown(variable - 1, value.type())
                                        : new Expr.Constant(now, "", value.type()));
                    }
                    case Step.Unknown(var some, var ignored) -> forget(some);
                    case Step.Into(var into, var ignored) -> forget(into);
                    case Step.Each(var into, var ignored) -> forget(into);
                    case Step.Write(var ignored, var into) -> forget(into);
                    case Step.Return(var query, var ignored) -> {
                        return query.filter(Query::isBare)
                                .map(it -> value(it.targets().getFirst().expression()))
                                .filter(it -> !(it instanceof Value.Null
                                        || it instanceof Value.Failed
                                        || it.equals(Value.UNKNOWN)
                                        || it.equals(Value.of(""))));
                    }
                    case Step.Raise _ -> {
                        return Optional.empty();
                    }
                    case Step.Perform _, Step.Tell _ -> {}
                }
            }
            return Optional.empty();
        }

        private static boolean excludes(Value condition, boolean truth) {
            return switch (condition) {
                case Value.Bool(var known) -> known != truth;
                case Value.Null _ -> truth;
                case Value.Failed _ -> true;
                default -> false;
            };
        }

        @Override
        public Value column(Expr.Column column) {
            return Value.UNKNOWN;
        }

        @Override
        public Value setting(String name) {
            return absent;
        }

        @Override
        public Value subquery(Expr.Subquery subquery, int depth) {
            return subquery.query().isBare()
                    ? value(subquery.query().targets().getFirst().expression())
                    : Value.UNKNOWN;
        }
    }
}
