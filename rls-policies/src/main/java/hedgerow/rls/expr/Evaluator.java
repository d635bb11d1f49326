package hedgerow.rls.expr;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// Evaluates expressions as the server would, in three-valued logic, left to right.
///
/// Where the result depends on something that `world` does not know, or on something that is not modelled
/// here, it is [Value#UNKNOWN]; `false and unknown` is still false. A server error is [Value.Failed].
public final class Evaluator {

    /// The environment of an expression.
    public interface World {

        /// The value of a column.
        ///
        /// @param column at level 0: of the row itself; at a higher level: of a row further out
        Value column(Expr.Column column);

        /// The value of a setting.
        ///
        /// @return NULL if the setting is not defined
        Value setting(String name);

        /// The result of a function whose body is not known.
        default Value call(Expr.Call call, List<Value> arguments) {
            return Value.UNKNOWN;
        }

        default Value sessionValue(Expr.SessionValue value) {
            return Value.UNKNOWN;
        }

        /// The environment of an inlined function's body; empty if its arguments have other values there
        /// than around the call.
        default Optional<World> within(Expr.Call call) {
            return Optional.of(this);
        }

        default Value subquery(Expr.Subquery subquery, int depth) {
            return Value.UNKNOWN;
        }
    }

    private static final Value UNDEFINED_SETTING = new Value.Failed("42704");

    private final Names names;
    private final World world;
    private final int depth;
    private final Value subject;

    public Evaluator(Names names, World world) {
        this(names, world, 0, Value.UNKNOWN);
    }

    private Evaluator(Names names, World world, int depth, Value subject) {
        this.names = names;
        this.world = world;
        this.depth = depth;
        this.subject = subject;
    }

    public Value evaluate(Expr expr) {
        return switch (expr) {
            case Expr.Column column -> column.level() < depth ? Value.UNKNOWN : world.column(column.up(-depth));
            case Expr.Constant constant -> constant.value();
            case Expr.Subject _ -> subject;
            case Expr.SessionValue value -> world.sessionValue(value);
            case Expr.Call call -> call(call);
            case Expr.Inlined inlined -> inlined(inlined);
            case Expr.Operator operator -> apply(operator, values(operator.operands()));
            case Expr.And(var operands) -> and(operands, Value.FALSE, Value.TRUE);
            case Expr.Or(var operands) -> and(operands, Value.TRUE, Value.FALSE);
            case Expr.Not(var operand) -> negate(evaluate(operand));
            case Expr.NullTest test -> nullTest(test);
            case Expr.BooleanTest(var operand, var kind) -> booleanTest(evaluate(operand), kind);
            case Expr.Distinct(var equality) -> distinct(equality);
            case Expr.NullIf(var equality) -> nullIf(equality);
            case Expr.Case branches -> caseOf(branches);
            case Expr.Coalesce(var arguments, var ignored) -> coalesce(arguments);
            case Expr.Extreme extreme -> extreme(extreme);
            case Expr.Cast cast -> cast(cast);
            case Expr.Quantified quantified -> quantified(quantified);
            case Expr.ArrayOf(var elements, var ignored) -> array(elements);
            case Expr.Subquery subquery -> subquery(subquery);
            case Expr.Parameter _, Expr.Output _, Expr.Row _, Expr.Field _, Expr.Opaque _ -> Value.UNKNOWN;
        };
    }

    // --- calls ---------------------------------------------------------------------------------------------------

    private List<Value> values(List<Expr> operands) {
        return operands.stream().map(this::evaluate).toList();
    }

    private Value call(Expr.Call call) {
        var arguments = values(call.arguments());
        var routine = names.routine(call.function());
        if (routine.isPresent() && isKnown(routine.get())) {
            return strict(routine.get().name(), arguments, call.collation());
        }
        var failed = arguments.stream().filter(Value.Failed.class::isInstance).findFirst();
        return failed.orElseGet(() -> world.call(call, arguments));
    }

    /// Evaluates an inlined call. A STRICT function of NULL is NULL, whatever its body would return.
    private Value inlined(Expr.Inlined inlined) {
        var strict = names.routine(inlined.call().function())
                .filter(Names.Routine::strict)
                .isPresent();
        if (strict) {
            for (var argument : values(inlined.call().arguments())) {
                if (argument.isNull() || !argument.isKnown()) {
                    return argument;
                }
            }
        }
        return world.within(inlined.call())
                .map(within -> new Evaluator(names, within, depth, subject).evaluate(inlined.body()))
                .orElse(Value.UNKNOWN);
    }

    private static boolean isKnown(Names.Routine routine) {
        return routine.builtin() || routine.name().startsWith("citext_");
    }

    private Value apply(Expr.Operator operator, List<Value> operands) {
        return names.routine(operator.function())
                .filter(Evaluator::isKnown)
                .map(routine -> strict(routine.name(), operands, operator.collation()))
                .orElse(Value.UNKNOWN);
    }

    private Value strict(String name, List<Value> arguments, long collation) {
        for (var argument : arguments) {
            if (argument instanceof Value.Failed) {
                return argument;
            }
        }
        if (name.equals("current_setting")) {
            return setting(arguments);
        }
        if (!Builtins.knows(name)) {
            return Value.UNKNOWN;
        }
        if (arguments.stream().anyMatch(Value::isNull)) {
            return Value.NULL;
        }
        return arguments.contains(Value.UNKNOWN)
                ? Value.UNKNOWN
                : Builtins.apply(name, arguments, names.deterministic(collation));
    }

    private Value setting(List<Value> arguments) {
        if (arguments.stream().anyMatch(Value::isNull)) {
            return Value.NULL;
        }
        if (!(arguments.getFirst() instanceof Value.Text(var name))) {
            return Value.UNKNOWN;
        }
        var value = world.setting(name);
        return value.isNull() && (arguments.size() == 1 || arguments.getLast().equals(Value.FALSE))
                ? UNDEFINED_SETTING
                : value;
    }

    private Value cast(Expr.Cast cast) {
        var value = evaluate(cast.operand());
        return switch (cast.kind()) {
            case RELABEL, COLLATE -> value;
            case IO, ARRAY -> Casts.convert(value, cast.type(), names);
            case ROW, DOMAIN -> value.isNull() ? Value.UNKNOWN : value;
        };
    }

    private Value array(List<Expr> elements) {
        var values = values(elements);
        var failed = values.stream().filter(Value.Failed.class::isInstance).findFirst();
        return failed.orElse(new Value.Array(values));
    }

    // --- logic ---------------------------------------------------------------------------------------------------

    /// Evaluates AND; with `decisive` and `neutral` swapped, OR.
    private Value and(List<Expr> operands, Value decisive, Value neutral) {
        return combine(operands.stream().map(this::evaluate).iterator(), decisive, neutral);
    }

    private static Value negate(Value value) {
        return value instanceof Value.Bool(var truth) ? Value.of(!truth) : value;
    }

    /// Combines the operands' values. After an error, a decisive operand leaves the result unknown: SQL
    /// promises no order of evaluation.
    private static Value combine(Iterator<Value> values, Value decisive, Value neutral) {
        var result = neutral;
        while (values.hasNext()) {
            var value = values.next();
            if (value.equals(decisive)) {
                return result instanceof Value.Failed ? Value.UNKNOWN : decisive;
            }
            if (!(result instanceof Value.Failed) && !(result instanceof Value.Unknown && value.isNull())) {
                result = value.equals(neutral) ? result : value;
            }
        }
        return result;
    }

    private Value nullTest(Expr.NullTest test) {
        var value = evaluate(test.operand());
        return !value.isKnown() || test.row()
                ? value instanceof Value.Failed ? value : Value.UNKNOWN
                : Value.of(value.isNull() == test.isNull());
    }

    private static Value booleanTest(Value value, Expr.BooleanTest.Kind kind) {
        if (!value.isKnown()) {
            return value;
        }
        return Value.of(
                switch (kind) {
                    case IS_TRUE -> value.isTrue();
                    case IS_NOT_TRUE -> !value.isTrue();
                    case IS_FALSE -> value.equals(Value.FALSE);
                    case IS_NOT_FALSE -> !value.equals(Value.FALSE);
                    case IS_UNKNOWN -> value.isNull();
                    case IS_NOT_UNKNOWN -> !value.isNull();
                });
    }

    private Value distinct(Expr.Operator equality) {
        var operands = values(equality.operands());
        for (var operand : operands) {
            if (!operand.isKnown()) {
                return operand;
            }
        }
        var nulls = operands.stream().filter(Value::isNull).count();
        if (nulls > 0) {
            return Value.of(nulls == 1);
        }
        return apply(equality, operands) instanceof Value.Bool(var equal) ? Value.of(!equal) : Value.UNKNOWN;
    }

    private Value nullIf(Expr.Operator equality) {
        var operands = values(equality.operands());
        var left = operands.getFirst();
        if (left instanceof Value.Failed || left.isNull()) {
            return left;
        }
        return switch (apply(equality, operands)) {
            case Value.Bool(var equal) -> equal ? Value.NULL : left;
            case Value.Failed failed -> failed;
            case Value.Null _ -> left;
            case Value result -> Value.UNKNOWN;
        };
    }

    private Value caseOf(Expr.Case branches) {
        var inner = branches.subject()
                .map(this::evaluate)
                .map(value -> new Evaluator(names, world, depth, value))
                .orElse(this);
        if (inner.subject instanceof Value.Failed && branches.subject().isPresent()) {
            return inner.subject;
        }
        for (var when : branches.whens()) {
            var condition = inner.evaluate(when.condition());
            if (!condition.isKnown()) {
                return condition;
            }
            if (condition.isTrue()) {
                return evaluate(when.result());
            }
        }
        return branches.otherwise().map(this::evaluate).orElse(Value.NULL);
    }

    private Value coalesce(List<Expr> arguments) {
        for (var argument : arguments) {
            var value = evaluate(argument);
            if (!value.isNull()) {
                return value;
            }
        }
        return Value.NULL;
    }

    private Value extreme(Expr.Extreme extreme) {
        var values = new ArrayList<Value>();
        for (var value : values(extreme.arguments())) {
            if (!value.isKnown()) {
                return value;
            }
            if (!value.isNull()) {
                values.add(value);
            }
        }
        if (values.isEmpty()) {
            return Value.NULL;
        }
        return values.stream().allMatch(Value.Int.class::isInstance)
                ? extreme(values, extreme.greatest())
                : Value.UNKNOWN;
    }

    private static Value extreme(List<Value> values, boolean greatest) {
        var numbers = values.stream().mapToLong(value -> ((Value.Int) value).value());
        return Value.of((greatest ? numbers.max() : numbers.min()).getAsLong());
    }

    private Value quantified(Expr.Quantified quantified) {
        var operands = values(quantified.comparison().operands());
        for (var operand : operands) {
            if (!operand.isKnown()) {
                return operand;
            }
        }
        if (operands.getLast().isNull()) {
            return Value.NULL;
        }
        if (!(operands.getLast() instanceof Value.Array(var elements))) {
            return Value.UNKNOWN;
        }
        var results = elements.stream()
                .map(element -> apply(quantified.comparison(), List.of(operands.getFirst(), element)))
                .iterator();
        return quantified.any() ? combine(results, Value.TRUE, Value.FALSE) : combine(results, Value.FALSE, Value.TRUE);
    }

    /// Evaluates a sub-query. `(select f())` is its only row; a query that reads tables is left to the
    /// world.
    private Value subquery(Expr.Subquery subquery) {
        if (!subquery.query().isBare()) {
            return world.subquery(subquery, depth);
        }
        return switch (subquery.kind()) {
            case EXISTS -> Value.TRUE;
            case SCALAR ->
                new Evaluator(names, world, depth + 1, Value.UNKNOWN)
                        .evaluate(subquery.query().targets().getFirst().expression());
            case ALL, ANY, ROW_COMPARE, MULTI, ARRAY, CTE -> world.subquery(subquery, depth);
        };
    }
}
