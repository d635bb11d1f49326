package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.review.Rule;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A policy reads its own table through policies, again and again.
final class PolicyRecursion implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.of(analysis.tables()
                .flatMap(table -> table.policies().stream()
                        .flatMap(policy -> cycle(analysis, table, policy).stream()
                                .map(path -> Hits.hit(
                                        "policy %s on %s".formatted(policy.quoted(), table.quoted()),
                                        "it comes back to its own table, so that every statement fails: " + path,
                                        analysis.exposed(table, policy))))));
    }

    private static Optional<String> cycle(Analysis analysis, Relation table, Policy policy) {
        return search(analysis, policy, List.of(table), analysis.readings(table, policy))
                .map(path -> path.stream().map(Relation::quoted).collect(Collectors.joining(" -> ")));
    }

    /// Follows the rewriter, which gives up when it meets a table again whose policies have sub-queries.
    private static Optional<List<Relation>> search(
            Analysis analysis, Policy first, List<Relation> path, List<Readings.Reading> readings) {
        for (var reading : readings) {
            var next = reading.read();
            if (!isFenced(analysis, reading) || !hasSubqueries(analysis, first, next)) {
                continue;
            }
            var longer = Stream.concat(path.stream(), Stream.of(next)).toList();
            if (next.oid() == path.getFirst().oid()) {
                return Optional.of(longer);
            }
            if (!path.contains(next)) {
                var further = policies(first, next)
                        .flatMap(policy -> analysis.readings(next, policy).stream())
                        .toList();
                var found = search(analysis, first, longer, further);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isFenced(Analysis analysis, Readings.Reading reading) {
        return reading.read().isTable()
                && reading.read().rowSecurity()
                && reading.through()
                        .filter(function ->
                                function.securityDefiner() && analysis.roles.isExempt(function.owner(), reading.read()))
                        .isEmpty();
    }

    /// Policies FOR SELECT of a table that bind the sessions of `first`.
    private static Stream<Policy> policies(Policy first, Relation table) {
        return table.policies().stream()
                .filter(policy -> policy.covers(Policy.Command.SELECT))
                .filter(policy -> policy.roles().contains(0L)
                        || first.roles().contains(0L)
                        || !Collections.disjoint(policy.roles(), first.roles()));
    }

    /// `(select f())` counts; what a function reads does only if it reads this table in turn.
    private static boolean hasSubqueries(Analysis analysis, Policy first, Relation table) {
        return policies(first, table)
                .anyMatch(policy -> !analysis.readings(table, policy).isEmpty()
                        || policy.usingTree().stream()
                                .map(tree -> analysis.raw(table, tree))
                                .flatMap(Walk::over)
                                .anyMatch(place -> place.node() instanceof Expr.Subquery));
    }
}
