package hedgerow.rls.logic;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Names;
import hedgerow.rls.expr.NormalForm;
import java.util.Optional;
import java.util.stream.Stream;

/// A comparison `left operator right` in any form: `=`, `IS DISTINCT FROM`, `= ANY (array)`.
///
/// @param symbol of the operator
public record Comparison(Expr left, String symbol, Expr right, Expr.Operator operator) {

    public static Optional<Comparison> of(Names names, Expr expr) {
        var operator = switch (expr) {
            case Expr.Operator plain -> plain;
            case Expr.Distinct distinct -> distinct.equality();
            case Expr.Quantified quantified -> quantified.comparison();
            default -> null;
        };
        return Optional.ofNullable(operator)
                .filter(known -> known.operands().size() == 2)
                .map(known -> new Comparison(
                        known.operands().getFirst(),
                        names.operator(known.operator()).orElse("?"),
                        known.operands().getLast(),
                        known));
    }

    public boolean isEquality() {
        return symbol.equals("=");
    }

    boolean isInequality() {
        return symbol.equals("<>");
    }

    /// The comparison in both directions.
    public Stream<Comparison> sides() {
        return Stream.of(this, new Comparison(right, symbol, left, operator));
    }

    /// The left side without its casts, if it is a column.
    public Optional<Expr.Column> leftColumn() {
        return column(left);
    }

    public static Optional<Expr.Column> column(Expr expr) {
        return switch (NormalForm.bare(expr)) {
            case Expr.Column column -> Optional.of(column);
            case Expr.Cast cast -> column(cast.operand());
            default -> Optional.empty();
        };
    }
}
