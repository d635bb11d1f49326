package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reports a column that is compared with two variables whose names are nearly the same.
final class VariableSpelledTwice implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var uses = analysis.tables()
                .flatMap(table -> table.policies().stream().flatMap(policy -> uses(analysis, table, policy)))
                .distinct()
                .toList();
        var counts = uses.stream().collect(Collectors.groupingBy(Use::variable, Collectors.counting()));
        var spellings = spellings(uses);
        return Hits.of(uses.stream()
                .flatMap(use -> spellings.stream()
                        .filter(other -> other.column.equals(use.column) && isMisspelled(use, other, counts))
                        .map(other -> Hits.hit(
                                "policy %s on %s".formatted(use.policy.quoted(), use.table.quoted()),
                                "it compares %s with %s, and policy %s on %s with %s"
                                        .formatted(
                                                use.column,
                                                use.variable,
                                                other.policy.quoted(),
                                                other.table.quoted(),
                                                other.variable),
                                analysis.exposed(use.table, use.policy)))));
    }

    private record Use(String column, String variable, Relation table, Policy policy) {}

    /// The first use of each variable beside each column.
    private static Collection<Use> spellings(List<Use> uses) {
        return uses.stream()
                .collect(Collectors.toMap(
                        use -> List.of(use.column, use.variable), use -> use, (first, _) -> first, LinkedHashMap::new))
                .values();
    }

    private static Stream<Use> uses(Analysis analysis, Relation table, Policy policy) {
        return analysis.clauses(table, policy)
                .flatMap(Walk::over)
                .filter(place -> place.depth() == 0)
                .flatMap(place -> Comparison.of(analysis.names, place.node()).stream())
                .filter(Comparison::isEquality)
                .flatMap(Comparison::sides)
                .flatMap(side -> side.leftColumn().stream()
                        .flatMap(column -> Sessions.inputs(analysis.names, side.right())
                                .filter(input -> input instanceof Input.Setting)
                                .map(input -> new Use(column.name(), input.print(analysis.names), table, policy))));
    }

    /// Whether a use is the misspelled one: the rarer spelling; of two equally frequent ones, the later in
    /// the alphabet.
    private static boolean isMisspelled(Use use, Use other, Map<String, Long> counts) {
        var usual = counts.get(other.variable) - counts.get(use.variable);
        return !use.variable.equals(other.variable)
                && core(use.variable).equals(core(other.variable))
                && (usual > 0 || usual == 0 && use.variable.compareTo(other.variable) > 0);
    }

    /// The name without its prefix and without common variations.
    private static String core(String variable) {
        return variable.substring(variable.lastIndexOf('.') + 1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("^current_|_?(?:id|uuid)$|[_-]", "");
    }
}
