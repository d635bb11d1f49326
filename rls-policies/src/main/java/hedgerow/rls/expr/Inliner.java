package hedgerow.rls.expr;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Puts the bodies of functions in place of their calls, as far as they can be read.
public final class Inliner {

    private static final int DEEPEST = 6;

    /// The queries that functions consist of.
    @FunctionalInterface
    public interface Bodies {

        /// @return empty if the body is not known
        Optional<List<Query>> of(long function);
    }

    private final Bodies bodies;
    private final Set<Long> open = new HashSet<>();

    public Inliner(Bodies bodies) {
        this.bodies = bodies;
    }

    /// Every call of a function that is one SELECT becomes [Expr.Inlined]. Recursion and depth end it.
    public Expr inline(Expr expr) {
        return Rewriter.rewrite(expr, this::step);
    }

    /// The same for every expression of a query.
    public Query inline(Query query) {
        return Rewriter.rewrite(query, this::step);
    }

    private Expr step(Expr node, int depth) {
        return node instanceof Expr.Call call ? inline(call) : node;
    }

    private Expr inline(Expr.Call call) {
        if (open.size() >= DEEPEST || !open.add(call.function())) {
            return call;
        }
        var body = bodies.of(call.function())
                .filter(queries -> queries.size() == 1)
                .map(List::getFirst)
                .filter(Inliner::isReadable)
                .map(Inliner::result)
                .map(result -> Rewriter.bind(inline(result), call.arguments()));
        open.remove(call.function());
        return body.<Expr>map(result -> new Expr.Inlined(call, result)).orElse(call);
    }

    private static boolean isReadable(Query query) {
        return query.command() == Query.Command.SELECT && !query.targets().isEmpty();
    }

    private static Expr result(Query query) {
        var target = query.targets().getFirst().expression();
        return query.isBare()
                ? target
                : new Expr.Subquery(Expr.Subquery.Kind.SCALAR, Optional.empty(), query, target.type());
    }
}
