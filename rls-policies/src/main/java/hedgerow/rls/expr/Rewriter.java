package hedgerow.rls.expr;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// Rewrites expressions from the leaves up, sub-queries included.
public final class Rewriter {

    /// The replacement of a node, `depth` queries below the starting point of the rewriting.
    @FunctionalInterface
    interface Step {
        Expr apply(Expr node, int depth);

        /// The replacement of a source.
        default Query.Source source(Query.Source source, int depth) {
            return source;
        }
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
        var whole = query.map(expr -> rewrite(expr, depth, step), nested -> rewrite(nested, depth + 1, step));
        return whole.withSources(whole.sources().stream()
                .map(source -> step.source(source, depth))
                .toList());
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

    /// The query as seen from `levels` queries further in.
    public static Query shift(Query query, int levels) {
        return levels == 0
                ? query
                : rewrite(query, new Step() {
                    @Override
                    public Expr apply(Expr node, int depth) {
                        return node instanceof Expr.Column column && column.level() > depth ? column.up(levels) : node;
                    }

                    @Override
                    public Query.Source source(Query.Source source, int depth) {
                        return source instanceof Query.Source.CommonUse(var name, var level, var alias) && level > depth
                                ? new Query.Source.CommonUse(name, level + levels, alias)
                                : source;
                    }
                });
    }

    /// The query with its sources after `offset` others, as part of the query around it.
    static Query joined(Query query, int offset) {
        return rewrite(query, new Step() {
            @Override
            public Expr apply(Expr node, int depth) {
                if (!(node instanceof Expr.Column column) || column.level() < depth) {
                    return node;
                }
                return column.level() == depth ? column.at(column.source() + offset) : column.up(-1);
            }

            @Override
            public Query.Source source(Query.Source source, int depth) {
                return source instanceof Query.Source.CommonUse(var name, var level, var alias) && level > depth
                        ? new Query.Source.CommonUse(name, level - 1, alias)
                        : source;
            }
        });
    }

    /// The query in which the queries of its WITH stand in place of their names.
    ///
    /// @param known those queries, as they are in WITH
    public static Query resolved(Query query, int depth, Map<String, Query> known) {
        return rewrite(query, depth, new Step() {
            @Override
            public Expr apply(Expr node, int inner) {
                return node;
            }

            @Override
            public Query.Source source(Query.Source source, int inner) {
                return source instanceof Query.Source.CommonUse(var name, var level, var alias)
                                && level == inner
                                && known.containsKey(name)
                        ? new Query.Source.Derived(shift(known.get(name), inner), alias)
                        : source;
            }
        });
    }

    /// Whether a query uses a name of a WITH that is `depth` queries further out.
    public static boolean uses(Query query, int depth, Set<String> names) {
        var found = new boolean[1];
        rewrite(query, depth, new Step() {
            @Override
            public Expr apply(Expr node, int inner) {
                return node;
            }

            @Override
            public Query.Source source(Query.Source source, int inner) {
                found[0] |= source instanceof Query.Source.CommonUse(var name, var level, var alias)
                        && level == inner
                        && names.contains(name);
                return source;
            }
        });
        return found[0];
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
