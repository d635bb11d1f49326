package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Sessions;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Recognizes rows that their owner deliberately shows to everybody: `is_public`, `sharing <> 'private'`.
final class Publication {

    private static final Pattern WORDS =
            Pattern.compile("(?i)public|publish|private|shar(?:ed|ing)|visib|everyone|anyone|global|template");

    /// The sides of the policy's own OR, or the policy's own expression.
    static Stream<Expr> sides(Case c) {
        return NormalForm.disjuncts(c.own()).orElse(List.of()).stream()
                .map(conjuncts -> conjuncts.size() == 1 ? conjuncts.getFirst() : new Expr.And(conjuncts));
    }

    /// Whether a condition publishes a row; only in a SELECT policy. A flag suffices by itself; another
    /// condition on the row alone needs a telling word in a column, a constant, or the name of the policy.
    /// A row can also be published with another, such as a message with its chat.
    static boolean publishes(Analysis analysis, Case c, Expr condition) {
        return c.policy().command() == Command.SELECT
                && Sessions.readsRow(condition)
                && !Sessions.readsSession(analysis.names, condition)
                && (Walk.queries(condition).findAny().isPresent()
                        ? isPublishedWith(analysis, condition)
                        : NormalForm.conjuncts(condition).stream().anyMatch(Publication::isFlag)
                                || isNamed(analysis, c, condition));
    }

    private static boolean isPublishedWith(Analysis analysis, Expr condition) {
        return NormalForm.conjuncts(condition).stream()
                .anyMatch(part -> part instanceof Expr.Subquery(var kind, var ignored, var query, var type)
                        && (kind == Expr.Subquery.Kind.ANY || kind == Expr.Subquery.Kind.EXISTS)
                        && Stream.concat(query.where().stream(), query.on().stream())
                                .flatMap(where -> NormalForm.conjuncts(where).stream())
                                .anyMatch(where -> Walk.queries(where).findAny().isPresent()
                                        ? isPublishedWith(analysis, where)
                                        : isFlag(where)
                                                || WORDS.matcher(analysis.print(where))
                                                        .find()));
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
