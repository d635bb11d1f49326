package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Clause;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Reports a name in a sub-query that was meant to be the row's column, but is a column of the inner table.
final class CapturedColumn implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.ofClauses(analysis, analysis.rawClauses(), clause -> captured(analysis, clause));
    }

    /// The captured names in the policy's own sub-queries: a function cannot see the row.
    private static Stream<String> captured(Analysis analysis, Clause clause) {
        return Walk.over(clause.expr())
                .filter(place -> place.node() instanceof Expr.Subquery subquery && isBlind(subquery))
                .flatMap(place -> captured(analysis, clause.table(), ((Expr.Subquery) place.node()).query()).stream())
                .map(column -> "in its sub-query, %s is the column of the inner table, not that of %s"
                        .formatted(column, clause.table().quoted()));
    }

    /// Whether it is an EXISTS that does not refer to the row at all.
    private static boolean isBlind(Expr.Subquery subquery) {
        return subquery.kind() == Expr.Subquery.Kind.EXISTS
                && Walk.over(subquery.query())
                        .noneMatch(
                                place -> place.node() instanceof Expr.Column column && column.level() >= place.depth());
    }

    /// A column with the name of a column of the outer table, which is compared with its own table's
    /// columns, or takes part in any comparison of columns. Two columns of two inner tables are an ordinary
    /// join.
    private static Optional<String> captured(Analysis analysis, Relation table, Query query) {
        return Walk.over(query)
                .flatMap(place -> Comparison.of(analysis.names, place.node()).stream())
                .filter(Comparison::isEquality)
                .flatMap(Comparison::sides)
                .filter(side -> side.leftColumn().isPresent())
                .flatMap(side -> suspects(side.leftColumn().get(), side.right()))
                .map(Expr.Column::name)
                .filter(name -> table.column(name).isPresent())
                .findFirst();
    }

    private static Stream<Expr.Column> suspects(Expr.Column left, Expr right) {
        var other = Comparison.column(right);
        return other.isPresent()
                ? other.filter(column -> sameSource(left, column)).stream().flatMap(column -> Stream.of(left, column))
                : Walk.over(right)
                        .filter(place -> place.depth() == 0)
                        .map(Walk.Place::node)
                        .filter(Expr.Column.class::isInstance)
                        .map(Expr.Column.class::cast);
    }

    private static boolean sameSource(Expr.Column one, Expr.Column other) {
        return one.level() == other.level() && one.source() == other.source();
    }
}
