package hedgerow.rls.review.rules;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Optional;

/// Reports NOT IN over a sub-query that may yield NULL, which is never TRUE.
final class NotInWithNull implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.ofClauses(
                analysis,
                analysis.clauses(),
                clause -> Walk.over(clause.expr())
                        .flatMap(place -> negated(place.node()).stream())
                        .flatMap(subquery -> nullable(analysis, subquery).stream())
                        .map(column -> "NOT IN hides every row as soon as one %s is NULL".formatted(column)));
    }

    private static Optional<Expr.Subquery> negated(Expr node) {
        return switch (node) {
            case Expr.Not(Expr.Subquery subquery)
            when subquery.kind() == Expr.Subquery.Kind.ANY -> Optional.of(subquery);
            case Expr.Subquery subquery when subquery.kind() == Expr.Subquery.Kind.ALL -> Optional.of(subquery);
            default -> Optional.empty();
        };
    }

    private static Optional<String> nullable(Analysis analysis, Expr.Subquery subquery) {
        return subquery.query().targets().stream()
                .filter(target -> !target.junk())
                .flatMap(target -> Comparison.column(target.expression()).stream())
                .filter(column -> column.level() == 0 && mayBeNull(analysis, column))
                .filter(column ->
                        Readings.conditions(subquery.query()).noneMatch(condition -> excludes(condition, column)))
                .map(column -> column.alias() + "." + column.name())
                .findFirst();
    }

    private static boolean mayBeNull(Analysis analysis, Expr.Column column) {
        return column.table()
                .flatMap(analysis.catalog::relation)
                .flatMap(table -> table.column((long) column.number()))
                .filter(known -> !known.notNull())
                .isPresent();
    }

    /// Whether a condition excludes NULL: any comparison of the column does, and IS NOT NULL.
    private static boolean excludes(Expr condition, Expr.Column column) {
        return switch (NormalForm.bare(condition)) {
            case Expr.NullTest test ->
                !test.isNull() && Comparison.column(test.operand()).equals(Optional.of(column));
            case Expr.Operator operator ->
                operator.operands().stream()
                        .anyMatch(operand -> Comparison.column(operand).equals(Optional.of(column)));
            default -> false;
        };
    }
}
