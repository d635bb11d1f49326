package hedgerow.rls.expr;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Everything within an expression, sub-queries and inlined functions included.
public final class Walk {

    /// A node and its position.
    ///
    /// @param depth the number of queries between the node and the starting point of the walk
    /// @param enclosing those queries, outermost first
    public record Place(Expr node, int depth, List<Query> enclosing) {

        /// Whether it is a column of the row that the whole expression is about.
        public boolean isOwnColumn() {
            return node instanceof Expr.Column column && column.level() == depth;
        }
    }

    /// All nodes of an expression.
    ///
    /// @return outer nodes before inner ones
    public static Stream<Place> over(Expr expr) {
        var places = new ArrayList<Place>();
        walk(expr, List.of(), places);
        return places.stream();
    }

    /// The expressions of a query; a column of its own is at depth 1, level 0.
    public static Stream<Place> over(Query query) {
        var places = new ArrayList<Place>();
        walk(query, List.of(), places);
        return places.stream();
    }

    private static void walk(Expr expr, List<Query> enclosing, List<Place> places) {
        places.add(new Place(expr, enclosing.size(), enclosing));
        for (var child : expr.children()) {
            walk(child, enclosing, places);
        }
        if (expr instanceof Expr.Subquery subquery) {
            walk(subquery.query(), enclosing, places);
        }
    }

    private static void walk(Query query, List<Query> enclosing, List<Place> places) {
        var inside = Stream.concat(enclosing.stream(), Stream.of(query)).toList();
        query.expressions().forEach(expr -> walk(expr, inside, places));
        query.queries().forEach(nested -> walk(nested, inside, places));
    }

    /// Every query within an expression, including those of FROM and WITH.
    public static Stream<Query> queries(Expr expr) {
        return over(expr)
                .flatMap(place -> place.node() instanceof Expr.Subquery subquery
                        ? Stream.concat(Stream.of(subquery.query()), nested(subquery.query()))
                        : Stream.empty());
    }

    /// The query and every query within it.
    public static Stream<Query> queries(Query query) {
        return Stream.of(
                        Stream.of(query),
                        query.expressions().flatMap(Walk::queries),
                        query.queries().flatMap(Walk::queries))
                .flatMap(part -> part);
    }

    private static Stream<Query> nested(Query query) {
        return query.queries().flatMap(inner -> Stream.concat(Stream.of(inner), nested(inner)));
    }

    private Walk() {}
}
