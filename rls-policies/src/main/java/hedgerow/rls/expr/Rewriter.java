package hedgerow.rls.expr;

import java.util.List;

/// Rewrites expressions from the leaves up, sub-queries included.
public final class Rewriter {

    /// The replacement of a node, `depth` queries below the starting point of the rewriting.
    @FunctionalInterface
    interface Step {
        Expr apply(Expr node, int depth);
    }

    static Expr rewrite(Expr expr, Step step) {
        return rewrite(expr, 0, step);
    }

    /// Rewrites a query.
    ///
    /// @param step receives depth 0 for the query's own expressions
    static Query rewrite(Query query, Step step) {
        return rewrite(query, 0, step);
    }

    private static Expr rewrite(Expr expr, int depth, Step step) {
        var children = expr.children().stream()
                .map(child -> rewrite(child, depth, step))
                .toList();
        var rebuilt = children.isEmpty() ? expr : expr.with(children);
        if (rebuilt instanceof Expr.Inlined(var call, var body)) {
            var arguments = call.arguments().stream()
                    .map(argument -> rewrite(argument, depth, step))
                    .toList();
            rebuilt = new Expr.Inlined((Expr.Call) call.with(arguments), body);
        }
        if (rebuilt instanceof Expr.Subquery(var kind, var test, var query, var type)) {
            rebuilt = new Expr.Subquery(kind, test, rewrite(query, depth + 1, step), type);
        }
        return step.apply(rebuilt, depth);
    }

    private static Query rewrite(Query query, int depth, Step step) {
        return query.map(expr -> rewrite(expr, depth, step), nested -> rewrite(nested, depth + 1, step));
    }

    /// The expression as seen from `levels` queries further in.
    public static Expr shift(Expr expr, int levels) {
        return levels == 0
                ? expr
                : rewrite(
                        expr,
                        (node, depth) -> node instanceof Expr.Column column && column.level() >= depth
                                ? column.up(levels)
                                : node);
    }

    /// The `body` with each parameter replaced by its argument.
    static Expr bind(Expr body, List<Expr> arguments) {
        return rewrite(body, arguments(arguments));
    }

    /// The query with its parameters replaced. The arguments are seen from the query's own expressions.
    static Query bind(Query body, List<Expr> arguments) {
        return rewrite(body, arguments(arguments));
    }

    private static Step arguments(List<Expr> arguments) {
        return (node, depth) ->
                node instanceof Expr.Parameter(var number, var ignored) && number >= 1 && number <= arguments.size()
                        ? shift(arguments.get(number - 1), depth)
                        : node;
    }

    private Rewriter() {}
}
