package hedgerow.rls.logic;

import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Operator;
import hedgerow.rls.catalog.Type;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Walk;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The identities that a policy compares, where it compares something made of them that several identities have in
/// common.
final class Comparands {

    /// Functions that spell a value otherwise, or hide it: identities with equal results are one.
    private static final Set<String> KEEPING = Set.of(
            "lower",
            "upper",
            "casefold",
            "normalize",
            "unaccent",
            "md5",
            "sha224",
            "sha256",
            "sha384",
            "sha512",
            "digest",
            "hmac",
            "crypt",
            "encode",
            "decode",
            "convert_to",
            "convert_from",
            "concat");

    private static final Set<String> TRIMMING = Set.of("btrim", "ltrim", "rtrim");

    /// Casts that keep different values apart; those to a text do too.
    private static final Set<String> WIDENING = Set.of(
            "int2>int4",
            "int2>int8",
            "int4>int8",
            "int2>numeric",
            "int4>numeric",
            "int8>numeric",
            "int2>float4",
            "int2>float8",
            "int4>float8",
            "float4>float8",
            "date>timestamp",
            "date>timestamptz",
            "timestamp>timestamptz",
            "timestamptz>timestamp");

    private final Model model;

    Comparands(Model model) {
        this.model = model;
    }

    /// Returns the comparison of the column itself with an input.
    ///
    /// @param written a comparison, its column on the left
    Comparison of(Comparison written) {
        var side = undone(written);
        return side != written
                ? side
                : unified(written).or(() -> widened(written)).orElse(written);
    }

    /// Reduces `f(column) = f(input)` to `column = input`: `tenant % 1000 = setting % 1000` does not make one
    /// tenant of all that it admits. What only spells or hides a value otherwise stays: `lower`, `sha256`.
    private Comparison undone(Comparison side) {
        var inner = side;
        var loses = false;
        for (var step = within(side); step.isPresent(); step = within(inner)) {
            loses |= !step.get().keeps;
            inner = step.get().inner;
        }
        return loses ? inner : side;
    }

    /// Reduces an expression that mentions the column in several places.
    private Optional<Comparison> unified(Comparison side) {
        var left = NormalForm.simplified(side.left());
        var right = NormalForm.simplified(side.right());
        var columns = parts(left, Expr.Column.class).toList();
        return columns.size() != 1
                        || left instanceof Expr.Column
                        || applied(left).isPresent()
                        || isPlainCast(left)
                ? Optional.empty()
                : parts(right, Expr.class)
                        .filter(part -> part.type() == columns.getFirst().type() && part != right)
                        .filter(part -> replaced(left, columns.getFirst(), part).equals(right))
                        .findFirst()
                        .flatMap(part -> equal(side, columns.getFirst(), part));
    }

    private static boolean isPlainCast(Expr expr) {
        return expr instanceof Expr.Cast(var operand, var ignored, var ignoredToo) && operand instanceof Expr.Column;
    }

    private static <T extends Expr> Stream<T> parts(Expr expr, Class<T> kind) {
        return Walk.over(expr)
                .map(Walk.Place::node)
                .filter(kind::isInstance)
                .map(kind::cast)
                .distinct();
    }

    private static Expr replaced(Expr expr, Expr.Column column, Expr by) {
        return expr.equals(column)
                ? by
                : expr.with(expr.children().stream()
                        .map(child -> replaced(child, column, by))
                        .toList());
    }

    private Optional<Comparison> equal(Comparison side, Expr x, Expr y) {
        var operator = side.operator();
        return equality(x.type())
                .map(equal -> new Expr.Operator(
                        equal.oid(), equal.function(), List.of(x, y), operator.type(), operator.collation()))
                .map(equal -> new Comparison(x, "=", y, equal));
    }

    /// The equality of the two sides of a comparison, if they have one type.
    Optional<Comparison> equality(Comparison side) {
        return side.left().type() == side.right().type() ? equal(side, side.left(), side.right()) : Optional.empty();
    }

    /// Reduces `cast(column) = input` to `column = input`, where the cast makes one value of several:
    /// 1.4 and 1 are the same integer.
    private Optional<Comparison> widened(Comparison side) {
        return narrowed(NormalForm.bare(side.left()))
                .flatMap(column -> equal(side, column, new Expr.Cast(side.right(), Expr.Cast.Kind.IO, column.type())));
    }

    /// The column that a cast may make another's equal.
    private Optional<Expr.Column> narrowed(Expr expr) {
        return switch (expr) {
            case Expr.Cast(var operand, var kind, var ignored)
            when kind == Expr.Cast.Kind.DOMAIN -> narrowed(NormalForm.bare(operand));
            case Expr.Call call
            when isNarrowing(call) && NormalForm.bare(call.arguments().getFirst()) instanceof Expr.Column column ->
                Optional.of(column);
            default -> Optional.empty();
        };
    }

    /// A function that a cast calls is named after the type, and so is one that cuts a value to a length.
    private boolean isNarrowing(Expr.Call call) {
        var to = type(call.type());
        return model.catalog()
                        .function(call.function())
                        .filter(function -> function.schema().equals("pg_catalog")
                                && function.name().equals(to))
                        .isPresent()
                && !to.equals("text")
                && !WIDENING.contains(type(call.arguments().getFirst().type()) + ">" + to);
    }

    private String type(long oid) {
        return model.catalog().type(oid).map(Type::name).orElse("");
    }

    /// A comparison without the function on both of its sides.
    ///
    /// @param inner a comparison of what the same function is applied to on both sides
    /// @param keeps whether equal results of the function mean equal values, or such as are meant to be one
    private record Undone(Comparison inner, boolean keeps) {}

    private Optional<Undone> within(Comparison side) {
        return applied(side.left())
                .flatMap(left -> elements(side.right())
                        .flatMap(element -> applied(element).filter(left::isSame).stream())
                        .flatMap(right -> within(side, left, right).stream())
                        .findFirst());
    }

    /// Those of an array, or the expression itself.
    private static Stream<Expr> elements(Expr expr) {
        return NormalForm.bare(expr) instanceof Expr.ArrayOf(var elements, var ignored)
                ? elements.stream()
                : Stream.of(expr);
    }

    private Optional<Undone> within(Comparison side, Applied left, Applied right) {
        var differing = IntStream.range(0, left.arguments.size())
                .filter(i -> !left.arguments.get(i).equals(right.arguments.get(i)))
                .boxed()
                .toList();
        if (differing.size() != 1) {
            return Optional.empty();
        }
        var x = left.arguments.get(differing.getFirst());
        var y = right.arguments.get(differing.getFirst());
        return Optional.of(x)
                .filter(_ -> x.type() == y.type())
                .flatMap(_ -> equal(side, x, y))
                .map(equal -> new Undone(equal, left.keeps));
    }

    /// A function or an operator with its arguments.
    ///
    /// @param code oid
    private record Applied(long code, List<Expr> arguments, boolean keeps) {

        private boolean isSame(Applied other) {
            return code == other.code && arguments.size() == other.arguments.size();
        }
    }

    private Optional<Applied> applied(Expr expr) {
        return switch (NormalForm.bare(expr)) {
            case Expr.Call call ->
                model.catalog()
                        .function(call.function())
                        .map(function -> new Applied(call.function(), call.arguments(), keeps(function, call)));
            case Expr.Operator operator ->
                model.names()
                        .operator(operator.operator())
                        .map(symbol -> new Applied(
                                operator.operator(),
                                operator.operands(),
                                symbol.equals("||") && operator.type() == Kinds.TEXT));
            case Expr.Cast(var operand, var kind, var type)
            when kind == Expr.Cast.Kind.IO || kind == Expr.Cast.Kind.DOMAIN ->
                Optional.of(new Applied(type, List.of(operand), true));
            default -> Optional.empty();
        };
    }

    /// Trimming keeps a value if it takes spaces alone.
    private static boolean keeps(Function function, Expr.Call call) {
        var known =
                function.schema().equals("pg_catalog") || function.extension().isPresent();
        return known
                && (KEEPING.contains(function.name())
                        || TRIMMING.contains(function.name())
                                && call.arguments().size() == 1);
    }

    private Optional<Operator> equality(long type) {
        var compared = new Kinds(model.catalog()).isText(type) ? Kinds.TEXT : type;
        return model.catalog().operators().values().stream()
                .filter(operator -> operator.schema().equals("pg_catalog")
                        && operator.name().equals("=")
                        && operator.leftType() == compared
                        && operator.rightType() == compared)
                .findFirst();
    }
}
