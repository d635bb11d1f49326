package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.review.Rule;
import hedgerow.rls.review.Settings;
import java.util.List;
import java.util.stream.Stream;

/// A policy names one tenant.
final class LiteralTenant implements Rule {

    @Override
    public List<Hit> find(Catalog catalog, Settings settings) {
        var analysis = Analysis.of(catalog, settings);
        return Hits.of(analysis.tables()
                .filter(table -> settings.tenantTables().contains(table.oid()))
                .flatMap(table -> table.policies().stream()
                        .flatMap(policy -> analysis.clauses(table, policy)
                                .flatMap(expr -> literals(analysis, settings, expr))
                                .map(detail -> Hits.hit(
                                        "policy %s on %s".formatted(policy.quoted(), table.quoted()),
                                        detail,
                                        analysis.exposed(table, policy))))));
    }

    private static Stream<String> literals(Analysis analysis, Settings settings, Expr expr) {
        return Walk.over(expr)
                .flatMap(place -> Comparison.of(analysis, place.node()).stream()
                        .filter(Comparison::isEquality)
                        .flatMap(Comparison::sides)
                        .filter(side -> side.leftColumn()
                                .filter(column -> column.level() == place.depth()
                                        && settings.tenantColumns().contains(column.name()))
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
