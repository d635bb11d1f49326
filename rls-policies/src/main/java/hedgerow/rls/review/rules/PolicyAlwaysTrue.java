package hedgerow.rls.review.rules;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.review.Rule;
import java.util.List;

/// Reports a permissive policy that is `true` without a restrictive policy beside it.
final class PolicyAlwaysTrue implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var cases = analysis.cases()
                .filter(c -> !c.gate().written() && isTrue(c.own()))
                .filter(c -> analysis.verdict(c).opens());
        return Hits.perPolicy(
                analysis, cases, said -> "USING is true: every row is open to %s".formatted(said.commands()));
    }

    static boolean isTrue(Expr expr) {
        return NormalForm.bare(expr) instanceof Expr.Constant constant
                && constant.value().isTrue();
    }
}
