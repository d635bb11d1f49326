package hedgerow.rls.expr;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Replaces calls of functions by the functions' bodies, as far as they can be read.
public final class Inliner {

    private static final int DEEPEST = 6;

    /// The queries that functions consist of.
    @FunctionalInterface
    public interface Bodies {

        /// The queries of a function.
        ///
        /// @return empty if the body is not known
        Optional<List<Query>> of(long function);

        /// Whether the function yields the rows of a query with this number of targets, and runs with its
        /// caller's rights.
        default boolean isTable(long function, int targets) {
            return false;
        }
    }

    private final Bodies bodies;
    private final Set<Long> open = new HashSet<>();

    public Inliner(Bodies bodies) {
        this.bodies = bodies;
    }

    /// Replaces every call of a function that is one SELECT by [Expr.Inlined]. Recursion and depth are
    /// limited.
    public Expr inline(Expr expr) {
        return Rewriter.rewrite(expr, this::step);
    }

    /// Inlines every expression of a query. The query of a function in FROM becomes a sub-select.
    public Query inline(Query query) {
        return Rewriter.rewrite(query.map(this::derived), this::step);
    }

    private Query.Source derived(Query.Source source) {
        return source instanceof Query.Source.Functions(var calls, var alias)
                        && calls.size() == 1
                        && calls.getFirst() instanceof Expr.Call call
                ? rows(call)
                        .<Query.Source>map(query -> new Query.Source.Derived(query, alias))
                        .orElse(source)
                : source;
    }

    private Optional<Query> rows(Expr.Call call) {
        if (open.size() >= DEEPEST || !open.add(call.function())) {
            return Optional.empty();
        }
        var arguments = call.arguments().stream()
                .map(argument -> Rewriter.shift(argument, 1))
                .toList();
        var query = bodies.of(call.function())
                .filter(queries -> queries.size() == 1)
                .map(List::getFirst)
                .filter(Inliner::isReadable)
                .filter(body -> bodies.isTable(call.function(), body.targets().size()))
                .map(this::inline)
                .map(body -> Rewriter.bind(body, arguments));
        open.remove(call.function());
        return query;
    }

    private Expr step(Expr node, int depth) {
        return switch (node) {
            case Expr.Call call -> inline(call);
            case Expr.Subquery(var kind, var test, var query, var type) ->
                new Expr.Subquery(kind, test, query.map(this::derived), type);
            default -> node;
        };
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
