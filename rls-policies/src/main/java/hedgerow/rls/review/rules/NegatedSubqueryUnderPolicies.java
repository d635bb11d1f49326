package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Reports a policy that is TRUE because it finds no row, while other policies hide rows from it.
final class NegatedSubqueryUnderPolicies implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.of(analysis.readings()
                .filter(Readings.Reading::negated)
                .filter(reading -> reading.read().isTable() && reading.read().rowSecurity())
                .filter(reading -> !readsAll(analysis, reading) && !seesAllItAsksFor(analysis, reading))
                .map(reading -> Hits.hit(
                        reading.object(),
                        "it admits a row if it finds none in %s, whose own policies hide rows from it"
                                .formatted(reading.read().quoted()),
                        analysis.exposed(reading.by(), reading.policy()))));
    }

    private static boolean readsAll(Analysis analysis, Readings.Reading reading) {
        return reading.through()
                .filter(function ->
                        function.securityDefiner() && analysis.gates.isExempt(function.owner(), reading.read()))
                .isPresent();
    }

    /// Whether the inner table's policies require nothing that the sub-query does not require itself.
    private static boolean seesAllItAsksFor(Analysis analysis, Readings.Reading reading) {
        var asked = Readings.conditions(reading.query())
                .map(condition -> asSeenByTheTable(condition, reading))
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
        var policies = reading.read().policies().stream()
                .filter(policy -> Gate.SELECT.asks(policy))
                .toList();
        Predicate<Policy> implied = policy -> policy.roles().contains(0L)
                && NormalForm.conjuncts(
                                analysis.read(reading.read(), policy.usingTree().get()))
                        .stream()
                        .map(NormalForm::simplified)
                        .allMatch(condition -> asked.contains(condition) || PolicyAlwaysTrue.isTrue(condition));
        return policies.stream().filter(Policy::permissive).anyMatch(implied)
                && policies.stream().filter(policy -> !policy.permissive()).allMatch(implied);
    }

    /// The condition in the form of a policy of the inner table, if it is about that table alone.
    private static Optional<Expr> asSeenByTheTable(Expr condition, Readings.Reading reading) {
        var simple = NormalForm.simplified(condition);
        var own = Walk.over(simple)
                .allMatch(place -> !(place.node() instanceof Expr.Column column)
                        || column.level() == place.depth() && column.source() == reading.source());
        return own ? Optional.of(NormalForm.forTable(simple)) : Optional.empty();
    }
}
