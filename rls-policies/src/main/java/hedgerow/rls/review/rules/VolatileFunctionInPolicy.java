package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Function;
import hedgerow.rls.review.Rule;
import java.util.List;

/// Reports a policy that calls a VOLATILE function.
final class VolatileFunctionInPolicy implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.ofClauses(
                analysis,
                analysis.rawClauses(),
                clause -> Analysis.calls(clause.expr())
                        .flatMap(call -> analysis.catalog.function(call.function()).stream())
                        .filter(function -> function.volatility() == Function.Volatility.VOLATILE
                                && function.kind() == Function.Kind.FUNCTION)
                        .map(function -> "%s is VOLATILE: it may run for every row, and no index helps"
                                .formatted(function.quoted())));
    }
}
