package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.ExprReader;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.review.Rule;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reports a policy that reads its own table through policies, without end.
final class PolicyRecursion implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.of(analysis.tables()
                .flatMap(table -> table.policies().stream()
                        .flatMap(policy -> cycle(analysis, table, policy).stream()
                                .map(path -> Hits.hit(
                                        "policy %s on %s".formatted(policy.quoted(), table.quoted()),
                                        "it leads back to its own table, so every statement fails: " + path,
                                        analysis.exposed(table, policy))))));
    }

    private static Optional<String> cycle(Analysis analysis, Relation table, Policy policy) {
        var selected = policy.covers(Policy.Command.SELECT) ? List.of(table) : List.<Relation>of();
        var trail = new Trail(List.of(table), List.of(table), selected);
        return search(analysis, policy, trail, readings(analysis, table, policy))
                .map(path -> path.stream().map(Relation::quoted).collect(Collectors.joining(" -> ")));
    }

    /// The tables that a policy reads. A view that reads as its caller is replaced by its own tables.
    private static List<Readings.Reading> readings(Analysis analysis, Relation table, Policy policy) {
        return analysis.readings(table, policy).stream()
                .flatMap(reading -> unfolded(analysis, reading))
                .toList();
    }

    private static Stream<Readings.Reading> unfolded(Analysis analysis, Readings.Reading reading) {
        if (!reading.read().isInvokerView()) {
            return Stream.of(reading);
        }
        return reading.read().viewTree().stream()
                .flatMap(tree -> ExprReader.readQueries(tree, analysis.names).stream())
                .flatMap(Query::tables)
                .flatMap(source -> analysis.catalog.relation(source.oid()).stream())
                .filter(read -> read.oid() != reading.read().oid())
                .flatMap(read -> unfolded(analysis, reading.of(read)));
    }

    /// The path of a reading.
    ///
    /// @param path all tables, from the policy's own
    /// @param rewritten those of the statement that is rewritten; a function begins a statement of its own
    /// @param selected those whose SELECT policies apply, in whatever statement
    private record Trail(List<Relation> path, List<Relation> rewritten, List<Relation> selected) {

        Trail with(Relation next, boolean ofFunction) {
            return new Trail(and(path, next), and(ofFunction ? List.of() : rewritten, next), and(selected, next));
        }

        private static List<Relation> and(List<Relation> some, Relation one) {
            return Stream.concat(some.stream(), Stream.of(one)).toList();
        }
    }

    /// Searches like the rewriter, which gives up when it meets a table again whose policies have
    /// sub-queries, and like functions, which call themselves only if the SELECT policies of the tables
    /// that they read do.
    private static Optional<List<Relation>> search(
            Analysis analysis, Policy first, Trail trail, List<Readings.Reading> readings) {
        for (var reading : readings) {
            var next = reading.read();
            var ofFunction = reading.through().isPresent();
            if (!isFenced(analysis, reading) || !ofFunction && !hasSubqueries(analysis, first, next)) {
                continue;
            }
            var longer = trail.with(next, ofFunction);
            if ((ofFunction ? trail.selected() : trail.rewritten()).contains(next)) {
                if (next.oid() == trail.path().getFirst().oid()) {
                    return Optional.of(longer.path());
                }
                continue; // a circle back to another table is a finding of that table
            }
            var further = policies(first, next)
                    .flatMap(policy -> readings(analysis, next, policy).stream())
                    .toList();
            var found = search(analysis, first, longer, further);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static boolean isFenced(Analysis analysis, Readings.Reading reading) {
        return reading.read().isTable()
                && reading.read().rowSecurity()
                && reading.through()
                        .filter(function ->
                                function.securityDefiner() && analysis.gates.isExempt(function.owner(), reading.read()))
                        .isEmpty();
    }

    /// The SELECT policies of a table that bind the sessions of `first`.
    private static Stream<Policy> policies(Policy first, Relation table) {
        return table.policies().stream()
                .filter(policy -> Gate.SELECT.asks(policy))
                .filter(policy -> policy.roles().contains(0L)
                        || first.roles().contains(0L)
                        || !Collections.disjoint(policy.roles(), first.roles()));
    }

    /// Whether the policies have sub-queries. `(select f())` counts; a function's own query counts only if
    /// it reads this table in turn.
    private static boolean hasSubqueries(Analysis analysis, Policy first, Relation table) {
        return policies(first, table)
                .anyMatch(policy -> !analysis.readings(table, policy).isEmpty()
                        || policy.usingTree().stream()
                                .map(tree -> analysis.raw(table, tree))
                                .flatMap(Walk::over)
                                .anyMatch(place -> place.node() instanceof Expr.Subquery));
    }
}
