package hedgerow.rls.review.rules;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.stream.Stream;

/// Reports a policy that names one tenant literally.
final class LiteralTenant implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.ofClauses(
                analysis,
                analysis.clauses()
                        .filter(clause -> analysis.settings
                                .tenantTables()
                                .contains(clause.table().oid())),
                clause -> literals(analysis, clause.expr()));
    }

    private static Stream<String> literals(Analysis analysis, Expr expr) {
        return Walk.over(expr)
                .flatMap(place -> Comparison.of(analysis.names, place.node()).stream()
                        .filter(Comparison::isEquality)
                        .flatMap(Comparison::sides)
                        .filter(side -> side.leftColumn()
                                .filter(column -> column.level() == place.depth()
                                        && analysis.settings.tenantColumns().contains(column.name()))
                                .isPresent())
                        .filter(side -> isLiteral(side.right()))
                        .map(side -> "it compares %s with the constant %s"
                                .formatted(side.leftColumn().get().name(), analysis.print(side.right()))));
    }

    private static boolean isLiteral(Expr expr) {
        return switch (NormalForm.bare(expr)) {
            case Expr.Constant constant -> !constant.value().isNull();
            case Expr.ArrayOf array ->
                !array.elements().isEmpty() && array.elements().stream().allMatch(LiteralTenant::isLiteral);
            case Expr.Cast cast -> isLiteral(cast.operand());
            default -> false;
        };
    }
}
