package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.review.Rule;
import hedgerow.rls.review.Settings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A policy calls a session function once for every row.
final class UnwrappedSessionFunction implements Rule {

    @Override
    public List<Hit> find(Catalog catalog, Settings settings) {
        var analysis = Analysis.of(catalog, settings);
        return Hits.of(analysis.tables()
                .flatMap(table -> table.policies().stream()
                        .flatMap(policy -> Stream.of(policy.usingTree(), policy.checkTree())
                                .flatMap(Optional::stream)
                                .map(tree -> analysis.raw(table, tree))
                                .flatMap(expr -> unwrapped(analysis, expr))
                                .map(call -> Hits.hit(
                                        "policy %s on %s".formatted(policy.quoted(), table.quoted()),
                                        "%s may be computed for every row; (select %s) is computed once"
                                                .formatted(analysis.print(call), analysis.print(call)),
                                        analysis.exposed(table, policy))))));
    }

    private static Stream<Expr.Call> unwrapped(Analysis analysis, Expr expr) {
        return Walk.over(expr)
                .filter(place -> place.depth() == 0)
                .map(Walk.Place::node)
                .filter(node -> Sessions.setting(analysis.names, node).isPresent()
                        || node instanceof Expr.Call
                                && Sessions.input(analysis.names, node).isPresent())
                .flatMap(node -> Analysis.callOf(node).stream());
    }
}
