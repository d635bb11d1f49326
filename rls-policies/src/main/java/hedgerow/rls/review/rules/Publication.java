package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Sessions;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A row that its owner shows to everybody, on purpose: `is_public`, `sharing <> 'private'`.
final class Publication {

    private static final Pattern WORDS =
            Pattern.compile("(?i)public|publish|private|shar(?:ed|ing)|visib|everyone|anyone|global|template");

    /// The policy's own expression, side by side where it is an OR.
    static Stream<Expr> sides(Case c) {
        return NormalForm.disjuncts(c.own()).orElse(List.of()).stream()
                .map(conjuncts -> conjuncts.size() == 1 ? conjuncts.getFirst() : new Expr.And(conjuncts));
    }

    /// Only in a policy FOR SELECT. A flag says it by itself; another condition on the row alone needs a word for it,
    /// in a column, a constant, or the name of the policy.
    static boolean is(Analysis analysis, Case c, Expr condition) {
        return c.policy().command() == Command.SELECT
                && Sessions.readsRow(condition)
                && !Sessions.readsSession(analysis.names, condition)
                && Walk.queries(condition).findAny().isEmpty()
                && (NormalForm.conjuncts(condition).stream().anyMatch(Publication::isFlag)
                        || isNamed(analysis, c, condition));
    }

    private static boolean isFlag(Expr condition) {
        return switch (NormalForm.bare(condition)) {
            case Expr.Column _ -> true;
            case Expr.Operator operator ->
                operator.operands().stream().anyMatch(PolicyAlwaysTrue::isTrue)
                        && operator.operands().stream().anyMatch(Expr.Column.class::isInstance);
            default -> false;
        };
    }

    private static boolean isNamed(Analysis analysis, Case c, Expr condition) {
        return WORDS.matcher(analysis.print(condition)).find()
                || WORDS.matcher(c.policy().name()).find();
    }

    private Publication() {}
}
