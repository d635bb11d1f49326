package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Value;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The tables that a policy reads besides its own row.
final class Readings {

    /// A reading of a table.
    ///
    /// @param by the table of the policy
    /// @param query the query that reads
    /// @param source the table's place in the query's range table
    /// @param keys columns of the table that decide which rows of `by` are meant
    /// @param flags columns of the table that are compared with a constant, or are a truth value by
    ///     themselves
    /// @param through the function that contains the query
    /// @param negated whether the policy is TRUE because there is no such row
    record Reading(
            Relation by,
            Policy policy,
            Query query,
            int source,
            Relation read,
            Set<String> keys,
            Set<String> flags,
            Optional<Function> through,
            boolean negated) {

        boolean definer() {
            return through.filter(Function::securityDefiner).isPresent();
        }

        /// The reading of another table in the same place.
        Reading of(Relation other) {
            return new Reading(by, policy, query, source, other, Set.of(), Set.of(), through, negated);
        }

        String object() {
            return "policy %s on %s".formatted(policy.quoted(), by.quoted());
        }
    }

    private final Analysis analysis;
    private final Relation table;
    private final Policy policy;
    private final List<Reading> found = new ArrayList<>();

    private Readings(Analysis analysis, Relation table, Policy policy) {
        this.analysis = analysis;
        this.table = table;
        this.policy = policy;
    }

    static List<Reading> of(Analysis analysis, Relation table, Policy policy) {
        var readings = new Readings(analysis, table, policy);
        analysis.clauses(table, policy).forEach(expr -> readings.walk(expr, false, Optional.empty()));
        return List.copyOf(readings.found);
    }

    private void walk(Expr expr, boolean negated, Optional<Function> through) {
        switch (expr) {
            case Expr.Not not -> walk(not.operand(), !negated, through);
            case Expr.BooleanTest(var operand, var kind)
            when kind == Expr.BooleanTest.Kind.IS_NOT_TRUE || kind == Expr.BooleanTest.Kind.IS_FALSE ->
                walk(operand, !negated, through);
            case Expr.Inlined inlined ->
                walk(
                        inlined.body(),
                        negated,
                        analysis.catalog.function(inlined.call().function()).or(() -> through));
            case Expr.Subquery subquery -> walk(subquery, negated, through);
            case Expr.Operator operator
            when countsToNothing(operator) -> operator.operands().forEach(operand -> walk(operand, !negated, through));
            default -> expr.children().forEach(child -> walk(child, negated, through));
        }
    }

    private void walk(Expr.Subquery subquery, boolean negated, Optional<Function> through) {
        var excludes = subquery.kind() == Expr.Subquery.Kind.ALL;
        subquery.test().ifPresent(test -> walk(test, negated, through));
        walk(subquery.query(), Optional.of(subquery), negated ^ excludes, through);
    }

    /// Whether a count is compared to nothing, as in `(select count(*) ...) = 0` or `< 1`.
    private boolean countsToNothing(Expr.Operator operator) {
        return Comparison.of(analysis.names, operator)
                .filter(comparison -> NormalForm.bare(comparison.left()) instanceof Expr.Subquery subquery
                        && subquery.query().shape().aggregates())
                .filter(comparison -> NormalForm.bare(comparison.right()) instanceof Expr.Constant constant
                        && constant.value() instanceof Value.Int(var number)
                        && (number == 0 && Set.of("=", "<=").contains(comparison.symbol())
                                || comparison.symbol().startsWith("<")
                                        && !comparison.symbol().equals("<>")))
                .isPresent();
    }

    private void walk(Query query, Optional<Expr.Subquery> as, boolean negated, Optional<Function> through) {
        for (var i = 0; i < query.sources().size(); i++) {
            if (query.sources().get(i) instanceof Query.Source.Table source) {
                var place = i + 1;
                analysis.catalog
                        .relation(source.oid())
                        .ifPresent(read -> note(query, place, read, as, negated, through));
            }
        }
        query.expressions().forEach(expr -> walk(expr, negated, through));
        query.queries().forEach(nested -> walk(nested, Optional.empty(), negated, through));
    }

    private void note(
            Query query,
            int source,
            Relation read,
            Optional<Expr.Subquery> as,
            boolean negated,
            Optional<Function> through) {
        var keys = Stream.concat(
                conditions(query).flatMap(expr -> keys(expr, source)),
                outputs(query, as).flatMap(c -> own(c, source)));
        var flags = conditions(query).flatMap(expr -> flags(expr, source));
        found.add(new Reading(
                table,
                policy,
                query,
                source,
                read,
                keys.collect(Collectors.toSet()),
                flags.collect(Collectors.toSet()),
                through,
                negated));
    }

    /// The conditions that all its rows meet.
    static Stream<Expr> conditions(Query query) {
        return Stream.concat(query.where().stream(), query.on().stream())
                .flatMap(expr -> NormalForm.conjuncts(expr).stream());
    }

    /// The columns that are compared with a row further out, or with another table of the query.
    private Stream<String> keys(Expr condition, int source) {
        return Comparison.of(analysis.names, condition).stream()
                .flatMap(Comparison::sides)
                .filter(side -> Walk.over(side.right()).anyMatch(place -> isElsewhere(place, source)))
                .flatMap(side -> own(side.left(), source));
    }

    private static boolean isElsewhere(Walk.Place place, int source) {
        return place.node() instanceof Expr.Column column
                && (column.level() > place.depth() || column.level() == place.depth() && column.source() != source);
    }

    private static Stream<Expr> outputs(Query query, Optional<Expr.Subquery> as) {
        return as.filter(subquery -> subquery.kind() != Expr.Subquery.Kind.EXISTS).stream()
                .flatMap(subquery -> query.targets().stream())
                .map(Query.Target::expression);
    }

    private Stream<String> flags(Expr condition, int source) {
        var bare = NormalForm.bare(condition);
        var compared = Comparison.of(analysis.names, bare).stream()
                .flatMap(Comparison::sides)
                .filter(side -> isConstant(side.right()))
                .flatMap(side -> own(side.left(), source));
        var alone = bare instanceof Expr.Column ? own(bare, source) : Stream.<String>empty();
        return Stream.concat(compared, alone);
    }

    private static boolean isConstant(Expr expr) {
        return Walk.over(expr)
                .map(Walk.Place::node)
                .allMatch(node -> node instanceof Expr.Constant
                        || node instanceof Expr.ArrayOf
                        || node instanceof Expr.Cast
                        || node instanceof Expr.Subject);
    }

    private static Stream<String> own(Expr expr, int source) {
        return Comparison.column(expr)
                .filter(column -> column.level() == 0 && column.source() == source)
                .map(Expr.Column::name)
                .stream();
    }
}
