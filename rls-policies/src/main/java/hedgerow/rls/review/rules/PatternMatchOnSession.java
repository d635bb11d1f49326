package hedgerow.rls.review.rules;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Set;

/// A column is matched against a pattern that the session chooses.
final class PatternMatchOnSession implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.ofClauses(
                analysis,
                analysis.clauses(),
                clause -> Walk.over(clause.expr())
                        .map(Walk.Place::node)
                        .filter(node -> matches(analysis, node))
                        .map(node -> "the session chooses the pattern: %s".formatted(analysis.print(node))));
    }

    private static final Set<String> OPERATORS = Set.of("~~", "~~*", "~", "~*", "^@");
    private static final Set<String> FUNCTIONS =
            Set.of("like", "starts_with", "regexp_like", "texticlike", "textlike", "textregexeq", "similar_to_escape");

    /// The column is on the left, the session on the right.
    private static boolean matches(Analysis analysis, Expr node) {
        var known = Comparison.of(analysis.names, node)
                        .filter(comparison -> OPERATORS.contains(comparison.symbol()))
                        .isPresent()
                || node instanceof Expr.Call call
                        && call.arguments().size() >= 2
                        && analysis.names
                                .routine(call.function())
                                .filter(routine -> FUNCTIONS.contains(routine.name()))
                                .isPresent();
        return known
                && Walk.over(node.children().getFirst()).anyMatch(place -> place.node() instanceof Expr.Column)
                && Sessions.readsSession(analysis.names, node.children().get(1));
    }
}
