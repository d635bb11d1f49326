package hedgerow.rls.review.rules;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Set;

/// Reports a column that is matched against a pattern that the session chooses, or searched for in a text
/// of the session.
final class PatternMatchOnSession implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.ofClauses(
                analysis,
                analysis.clauses(),
                clause -> Walk.over(clause.expr())
                        .map(Walk.Place::node)
                        .filter(node -> matches(analysis, node))
                        .map(node -> "%s: %s".formatted(what(analysis, node), analysis.print(node))));
    }

    private static final Set<String> OPERATORS = Set.of("~~", "~~*", "~", "~*", "^@");
    private static final Set<String> FUNCTIONS = Set.of(
            "like",
            "starts_with",
            "regexp_like",
            "position",
            "strpos",
            "texticlike",
            "textlike",
            "textregexeq",
            "similar_to_escape");

    private static String what(Analysis analysis, Expr node) {
        return readsSession(analysis, node, 1) && readsColumn(node, 0) && !isSearch(analysis, node)
                ? "the session chooses the pattern"
                : "a part of another value of the session is enough";
    }

    private static boolean matches(Analysis analysis, Expr node) {
        var compared = Comparison.of(analysis.names, node)
                .filter(comparison -> OPERATORS.contains(comparison.symbol()))
                .isPresent();
        return (compared || isCall(analysis, node, FUNCTIONS))
                && (readsColumn(node, 0) && readsSession(analysis, node, 1)
                        || readsColumn(node, 1) && readsSession(analysis, node, 0));
    }

    private static boolean isSearch(Analysis analysis, Expr node) {
        return isCall(analysis, node, Set.of("position", "strpos"));
    }

    private static boolean isCall(Analysis analysis, Expr node, Set<String> names) {
        return node instanceof Expr.Call call
                && call.arguments().size() >= 2
                && analysis.names
                        .routine(call.function())
                        .filter(routine -> names.contains(routine.name()))
                        .isPresent();
    }

    private static boolean readsColumn(Expr node, int operand) {
        return Walk.over(node.children().get(operand)).anyMatch(place -> place.node() instanceof Expr.Column);
    }

    private static boolean readsSession(Analysis analysis, Expr node, int operand) {
        return Sessions.readsSession(analysis.names, node.children().get(operand));
    }
}
