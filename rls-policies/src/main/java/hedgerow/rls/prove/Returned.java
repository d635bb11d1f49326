package hedgerow.rls.prove;

import hedgerow.rls.body.Body;
import hedgerow.rls.body.Step;
import hedgerow.rls.body.Way;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Value;
import hedgerow.rls.expr.Walk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The value that a body returns, as one query: its variables replaced by their values, its conditions by CASE.
///
/// An error becomes NULL, and of several variables that take one row each may take a row of its own. Both admit more
/// than the server does.
final class Returned {

    private static final int MOST_NODES = 2_000;

    private final Body body;

    private Returned(Body body) {
        this.body = body;
    }

    /// The query of a body that only computes.
    ///
    /// @return empty if it loops, writes, tells something, handles errors, or is too large
    static Optional<Query> by(Body body) {
        return body.ways().isEmpty() ? Optional.empty() : new Returned(body).query();
    }

    private Optional<Query> query() {
        return initial()
                .flatMap(variables -> value(body.ways(), 0, variables))
                .filter(value -> Walk.over(value).limit(MOST_NODES).count() < MOST_NODES)
                .map(Returned::bare);
    }

    private static Query bare(Expr value) {
        return new Query(
                Query.Command.SELECT,
                List.of(),
                List.of(),
                Optional.empty(),
                List.of(new Query.Target(value, "", false)),
                List.of(),
                Query.Shape.PLAIN,
                List.of(),
                Optional.empty());
    }

    private Optional<List<Expr>> initial() {
        var values = new ArrayList<Expr>();
        for (var variable : body.variables()) {
            switch (variable.kind()) {
                case ARGUMENT -> values.add(new Expr.Parameter(values.size() + 1, variable.type()));
                case LOCAL -> values.add(nothing(variable.type()));
                case FOUND -> values.add(Expr.FALSE);
                case NEW, OLD, TG_OP, SPECIAL -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(values);
    }

    private static Expr nothing(long type) {
        return new Expr.Constant(Value.NULL, "", type);
    }

    // --- ways ----------------------------------------------------------------------------------------------------

    /// The value of ways that have been the same so far.
    ///
    /// @param at the step that is next
    private Optional<Expr> value(List<Way> ways, int at, List<Expr> variables) {
        if (ways.stream().anyMatch(way -> way.steps().size() <= at)) {
            return Optional.empty();
        }
        var step = ways.getFirst().steps().get(at);
        if (step instanceof Step.Guard(var condition, var ignored)) {
            return branches(ways, at, variables, condition);
        }
        return ways.stream().allMatch(way -> way.steps().get(at).equals(step))
                ? value(step, ways, at, variables)
                : Optional.empty();
    }

    private Optional<Expr> branches(List<Way> ways, int at, List<Expr> variables, Expr condition) {
        var met = of(ways, at, new Step.Guard(condition, true));
        var others = of(ways, at, new Step.Guard(condition, false));
        if (met.size() + others.size() < ways.size()) {
            return Optional.empty();
        }
        return branch(met, at, variables)
                .flatMap(then -> branch(others, at, variables)
                        .map(otherwise -> new Expr.Case(
                                Optional.empty(),
                                List.of(new Expr.Case.When(condition.bind(variables), then)),
                                Optional.of(otherwise),
                                body.function().returnType())));
    }

    private static List<Way> of(List<Way> ways, int at, Step step) {
        return ways.stream().filter(way -> way.steps().get(at).equals(step)).toList();
    }

    /// A branch without ways is never taken.
    private Optional<Expr> branch(List<Way> ways, int at, List<Expr> variables) {
        return ways.isEmpty() ? Optional.of(nothing(body.function().returnType())) : value(ways, at + 1, variables);
    }

    private Optional<Expr> value(Step step, List<Way> ways, int at, List<Expr> variables) {
        return switch (step) {
            case Step.Assign(var variable, var value) ->
                value(ways, at + 1, with(variables, List.of(variable), List.of(value.bind(variables))));
            case Step.Into(var taken, var query) ->
                query.change().isEmpty()
                        ? value(ways, at + 1, with(variables, taken, columns(query.bind(variables))))
                        : Optional.empty();
            case Step.Return(var query, var kind) ->
                switch (kind) {
                    case VALUE ->
                        query.filter(Query::isBare)
                                .map(it -> it.targets().getFirst().expression().bind(variables))
                                .filter(it -> it.type() == body.function().returnType());
                    case NULL -> Optional.of(nothing(body.function().returnType()));
                    case QUERY, NEXT, NEW, OLD, NOTHING -> Optional.empty();
                };
            case Step.Raise _ -> Optional.of(nothing(body.function().returnType()));
            case Step.Guard _, Step.Unknown _, Step.Each _, Step.Perform _, Step.Write _, Step.Tell _ ->
                Optional.empty();
        };
    }

    private static List<Expr> with(List<Expr> variables, List<Integer> taken, List<Expr> values) {
        var next = new ArrayList<>(variables);
        for (var i = 0; i < taken.size(); i++) {
            next.set(taken.get(i) - 1, values.get(i));
        }
        return next;
    }

    /// The columns of the first row of a query.
    private static List<Expr> columns(Query query) {
        return query.targets().stream()
                .filter(target -> !target.junk())
                .<Expr>map(target -> new Expr.Subquery(
                        Expr.Subquery.Kind.SCALAR,
                        Optional.empty(),
                        query.withTargets(List.of(target)),
                        target.expression().type()))
                .toList();
    }
}
