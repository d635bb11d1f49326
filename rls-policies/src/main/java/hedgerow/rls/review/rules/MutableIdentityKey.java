package hedgerow.rls.review.rules;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.stream.Stream;

/// Reports a policy that finds a row by something that a person may change: an e-mail address, a name.
final class MutableIdentityKey implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.ofClauses(
                analysis,
                analysis.clauses(),
                clause -> keys(analysis, clause.expr())
                        .map(name -> "it recognizes the row's owner by %s, which can change hands".formatted(name)));
    }

    private static Stream<String> keys(Analysis analysis, Expr expr) {
        return Walk.over(expr)
                .flatMap(place -> Comparison.of(analysis.names, place.node()).stream())
                .flatMap(comparison -> Sessions.mutable(analysis.names, comparison))
                .map(input -> input.print(analysis.names));
    }
}
