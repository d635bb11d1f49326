package hedgerow.rls.expr;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Rearranges logic so that rules can examine it: NOT pushed down to the leaves, OR above AND.
///
/// Every form is TRUE for the same rows as the expression. It may be NULL where the expression is false, or
/// the reverse.
public final class NormalForm {

    private static final int MOST_DISJUNCTS = 64;

    /// The expression without its wrapping: inlined calls, casts that change no byte, `(select x)`.
    public static Expr bare(Expr expr) {
        return switch (expr) {
            case Expr.Inlined inlined -> bare(inlined.body());
            case Expr.Cast(var operand, var kind, var ignored)
            when kind == Expr.Cast.Kind.RELABEL || kind == Expr.Cast.Kind.COLLATE -> bare(operand);
            case Expr.Subquery(var kind, var test, var query, var type)
            when kind == Expr.Subquery.Kind.SCALAR && query.isBare() ->
                bare(Rewriter.shift(query.targets().getFirst().expression(), -1));
            default -> expr;
        };
    }

    /// The expression with every part bare, so that differently wrapped expressions are equal.
    public static Expr simplified(Expr expr) {
        return Rewriter.rewrite(expr, (node, depth) -> bare(node));
    }

    /// The policy without the name of its table, so that policies of the same form are equal.
    public static Expr ofAnyTable(Expr policy) {
        return Rewriter.rewrite(
                policy,
                (node, depth) -> node instanceof Expr.Column column && column.level() == depth
                        ? new Expr.Column(depth, 1, column.number(), Optional.empty(), "", "", column.type())
                        : node);
    }

    /// A condition on one table of a query, in the form of a policy of that table.
    public static Expr forTable(Expr condition) {
        return Rewriter.rewrite(
                condition,
                (node, depth) -> node instanceof Expr.Column column && column.level() == depth
                        ? new Expr.Column(depth, 1, column.number(), column.table(), "", column.name(), column.type())
                        : node);
    }

    /// The disjunctive form.
    ///
    /// @return the conjuncts of each disjunct; empty if there would be too many
    public static Optional<List<List<Expr>>> disjuncts(Expr expr) {
        var product = product(pushed(expr, false));
        return product.size() <= MOST_DISJUNCTS ? Optional.of(product) : Optional.empty();
    }

    /// The conjunctive form.
    ///
    /// @return conditions that must all be TRUE
    public static List<Expr> conjuncts(Expr expr) {
        return pushed(expr, false) instanceof Expr.And(var operands)
                ? operands.stream()
                        .flatMap(operand -> conjuncts(operand).stream())
                        .toList()
                : List.of(pushed(expr, false));
    }

    /// The product of the operands' disjuncts. It stops soon after there are too many.
    private static List<List<Expr>> product(Expr expr) {
        return switch (expr) {
            case Expr.Or(var operands) ->
                operands.stream()
                        .flatMap(operand -> product(operand).stream())
                        .limit(MOST_DISJUNCTS + 1L)
                        .toList();
            case Expr.And(var operands) -> {
                var product = List.of(List.<Expr>of());
                for (var operand : operands) {
                    product = crossed(product, product(operand));
                }
                yield product;
            }
            default -> List.of(List.of(expr));
        };
    }

    private static List<List<Expr>> crossed(List<List<Expr>> lefts, List<List<Expr>> rights) {
        return lefts.stream()
                .flatMap(left -> rights.stream().map(right -> concat(left, right)))
                .limit(MOST_DISJUNCTS + 1L)
                .toList();
    }

    /// The expression with every NOT at the leaves.
    private static Expr pushed(Expr expr, boolean negated) {
        return switch (bare(expr)) {
            case Expr.Not(var operand) -> pushed(operand, !negated);
            case Expr.And(var operands) ->
                negated ? new Expr.Or(pushed(operands, true)) : new Expr.And(pushed(operands, false));
            case Expr.Or(var operands) ->
                negated ? new Expr.And(pushed(operands, true)) : new Expr.Or(pushed(operands, false));
            case Expr.NullTest(var operand, var isNull, var row)
            when !row -> new Expr.NullTest(operand, isNull != negated, false);
            case Expr.BooleanTest(var operand, var kind) -> pushedTest(operand, negated ? opposite(kind) : kind);
            case Expr.Constant(Value.Bool(var truth), var bytes, var type) -> truth != negated ? Expr.TRUE : Expr.FALSE;
            case Expr other -> negated ? new Expr.Not(other) : other;
        };
    }

    private static Expr pushedTest(Expr operand, Expr.BooleanTest.Kind kind) {
        return switch (kind) {
            case IS_TRUE -> pushed(operand, false);
            case IS_FALSE -> pushed(operand, true);
            case IS_NOT_TRUE, IS_NOT_FALSE, IS_UNKNOWN, IS_NOT_UNKNOWN -> new Expr.BooleanTest(operand, kind);
        };
    }

    private static List<Expr> pushed(List<Expr> operands, boolean negated) {
        return operands.stream().map(operand -> pushed(operand, negated)).toList();
    }

    private static Expr.BooleanTest.Kind opposite(Expr.BooleanTest.Kind kind) {
        return switch (kind) {
            case IS_TRUE -> Expr.BooleanTest.Kind.IS_NOT_TRUE;
            case IS_NOT_TRUE -> Expr.BooleanTest.Kind.IS_TRUE;
            case IS_FALSE -> Expr.BooleanTest.Kind.IS_NOT_FALSE;
            case IS_NOT_FALSE -> Expr.BooleanTest.Kind.IS_FALSE;
            case IS_UNKNOWN -> Expr.BooleanTest.Kind.IS_NOT_UNKNOWN;
            case IS_NOT_UNKNOWN -> Expr.BooleanTest.Kind.IS_UNKNOWN;
        };
    }

    private static List<Expr> concat(List<Expr> left, List<Expr> right) {
        return Stream.concat(left.stream(), right.stream()).toList();
    }

    private NormalForm() {}
}
