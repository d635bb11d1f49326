package hedgerow.rls.review.rules;

import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.stream.Stream;

/// Reports a restrictive policy that restricts nothing.
final class RestrictivePolicyAlwaysTrue implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.ofClauses(
                analysis,
                analysis.clauses()
                        .filter(clause -> !clause.policy().permissive()
                                && analysis.verdict(clause.table(), clause.expr())
                                        .always()),
                _ -> Stream.of("a restrictive policy that is TRUE for every row restricts nothing"));
    }
}
