package hedgerow.rls.prove;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Evaluator;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.RegexSample;
import hedgerow.rls.expr.Value;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.logic.Model;
import java.util.List;
import java.util.stream.Stream;

/// Finds texts that the checks of a table admit in one of its columns.
final class Fitting {

    private static final int LONGEST = 400;

    private final Model model;

    Fitting(Model model) {
        this.model = model;
    }

    /// Texts that no check refuses, whatever the rest of the row: first those that a pattern requires.
    ///
    /// @param n different numbers give different texts, where the checks leave a choice
    Stream<String> texts(Relation table, Column column, int n) {
        var compared = checks(table)
                .flatMap(Walk::over)
                .flatMap(place -> Comparison.of(model.names(), place.node()).stream())
                .filter(comparison -> isAbout(comparison.left(), column))
                .toList();
        return Stream.of(
                        compared.stream().flatMap(comparison -> matching(comparison, n)),
                        Stream.of("v" + n),
                        compared.stream()
                                .flatMap(comparison -> values(comparison.right()).stream())
                                .flatMap(value -> suggested(value, n)))
                .flatMap(texts -> texts)
                .filter(text -> isAdmitted(table, column, text));
    }

    boolean isAdmitted(Relation table, Column column, String text) {
        var world = new Row(column.number(), Value.of(text));
        return checks(table)
                .noneMatch(check ->
                        new Evaluator(model.names(), world).evaluate(check).equals(Value.FALSE));
    }

    /// The CHECKs of a table.
    Stream<Expr> checks(Relation table) {
        return table.constraints().stream()
                .filter(constraint -> constraint.kind() == Constraint.Kind.CHECK)
                .flatMap(constraint -> constraint.expressionTree().stream())
                .map(tree -> model.policies().read(table, tree));
    }

    private static boolean isAbout(Expr expr, Column column) {
        return Walk.over(expr)
                .anyMatch(place -> place.node() instanceof Expr.Column own && own.number() == column.number());
    }

    private static Stream<String> matching(Comparison comparison, int n) {
        var values = values(comparison.right());
        return switch (comparison.symbol()) {
            case "~", "~*" -> texts(values).flatMap(regex -> RegexSample.of(regex, n).stream());
            case "~~", "~~*" ->
                texts(values).map(like -> like.replace("%", "v" + n).replace('_', 'x'));
            default -> Stream.empty();
        };
    }

    private static Stream<String> suggested(Value value, int n) {
        return switch (value) {
            case Value.Text(var text) -> Stream.of(text);
            case Value.Int(var length) when length > 0 && length <= LONGEST -> Stream.of(ofLength((int) length, n));
            default -> Stream.empty();
        };
    }

    private static String ofLength(int length, int n) {
        var text = "x".repeat(length) + n;
        return text.substring(text.length() - length);
    }

    private static Stream<String> texts(List<Value> values) {
        return values.stream()
                .flatMap(value -> value instanceof Value.Text(var text) ? Stream.of(text) : Stream.empty());
    }

    /// The value of a constant, or of the elements of an array.
    private static List<Value> values(Expr expr) {
        return switch (NormalForm.bare(expr)) {
            case Expr.Constant(Value.Array(var elements), var ignored, var type) -> elements;
            case Expr.Constant constant -> List.of(constant.value());
            case Expr.ArrayOf(var elements, var ignored) ->
                elements.stream().flatMap(element -> values(element).stream()).toList();
            case Expr.Cast cast -> values(cast.operand());
            default -> List.of();
        };
    }

    /// A row with one known column.
    private record Row(int number, Value value) implements Evaluator.World {

        @Override
        public Value column(Expr.Column column) {
            return column.number() == number ? value : Value.UNKNOWN;
        }

        @Override
        public Value setting(String name) {
            return Value.UNKNOWN;
        }
    }
}
