package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.review.Rule;
import hedgerow.rls.review.Settings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A policy calls a VOLATILE function.
final class VolatileFunctionInPolicy implements Rule {

    @Override
    public List<Hit> find(Catalog catalog, Settings settings) {
        var analysis = Analysis.of(catalog, settings);
        return Hits.of(analysis.tables()
                .flatMap(table -> table.policies().stream()
                        .flatMap(policy -> Stream.of(policy.usingTree(), policy.checkTree())
                                .flatMap(Optional::stream)
                                .map(tree -> analysis.raw(table, tree))
                                .flatMap(Walk::over)
                                .flatMap(place -> Analysis.callOf(place.node()).stream())
                                .flatMap(call -> catalog.function(call.function()).stream())
                                .filter(function -> function.volatility() == Function.Volatility.VOLATILE
                                        && function.kind() == Function.Kind.FUNCTION)
                                .map(function -> Hits.hit(
                                        "policy %s on %s".formatted(policy.quoted(), table.quoted()),
                                        "%s is VOLATILE: it may run for every row, and no index helps"
                                                .formatted(function.quoted()),
                                        analysis.exposed(table, policy))))));
    }
}
