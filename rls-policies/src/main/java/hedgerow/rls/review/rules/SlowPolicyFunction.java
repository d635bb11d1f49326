package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Function;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Optional;

/// Reports a policy that calls a slow function for every row.
final class SlowPolicyFunction implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.ofClauses(
                analysis,
                analysis.rawClauses(),
                clause -> Analysis.calls(clause.expr()).flatMap(call -> why(analysis, call).stream()));
    }

    private static Optional<String> why(Analysis analysis, Expr.Call call) {
        var function = analysis.catalog
                .function(call.function())
                .filter(known -> !known.schema().equals("pg_catalog"));
        var perRow =
                call.arguments().stream().flatMap(Walk::over).anyMatch(place -> place.node() instanceof Expr.Column);
        return function.filter(known -> perRow && known.language().equals("plpgsql"))
                .map(known -> known.quoted() + " is in plpgsql and runs for every row")
                .or(() -> function.filter(known -> known.parallel() == Function.Parallel.UNSAFE)
                        .map(known -> known.quoted() + " is PARALLEL UNSAFE: no query of the table runs in parallel"));
    }
}
