package hedgerow.rls.review.rules;

import hedgerow.rls.logic.Clause;
import hedgerow.rls.review.Rule.Hit;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Assembles the hits of a rule.
final class Hits {

    private static final Comparator<Hit> ORDER =
            Comparator.comparing(Hit::object).thenComparing(Hit::detail);

    /// One hit for each object: the first that is exposed, otherwise the first.
    static List<Hit> of(Stream<Hit> hits) {
        var first = new LinkedHashMap<String, Hit>();
        hits.forEach(hit ->
                first.merge(hit.object(), hit, (known, other) -> !known.exposed() && other.exposed() ? other : known));
        return first.values().stream().sorted(ORDER).toList();
    }

    static Hit hit(String object, String detail, boolean exposed) {
        return new Hit(object, detail, Optional.empty(), exposed);
    }

    /// One hit for each policy: the first of the `details` about its clauses.
    static List<Hit> ofClauses(Analysis analysis, Stream<Clause> clauses, Function<Clause, Stream<String>> details) {
        return of(clauses.flatMap(clause -> details.apply(clause)
                .map(detail -> hit(clause.object(), detail, analysis.exposed(clause.table(), clause.policy())))));
    }

    /// One hit for each policy; `detail` receives the commands, such as `SELECT and DELETE`.
    static List<Hit> perPolicy(Analysis analysis, Stream<Case> cases, Function<Said, String> detail) {
        var byPolicy = cases.collect(Collectors.groupingBy(Case::object, LinkedHashMap::new, Collectors.toList()));
        return of(byPolicy.entrySet().stream()
                .map(entry -> hit(
                        entry.getKey(),
                        detail.apply(new Said(entry.getValue(), analysis)),
                        entry.getValue().stream().anyMatch(c -> c.exposed() && analysis.matters(c)))));
    }

    /// The cases of one policy, in words.
    record Said(List<Case> cases, Analysis analysis) {

        Case first() {
            return cases.getFirst();
        }

        String commands() {
            var names = cases.stream().map(c -> c.command().name()).distinct().toList();
            return and(names);
        }

        /// The rows in words, such as `rows with status = 'open' of every tenant`.
        String rows(Optional<Worlds.Witness> witness) {
            var condition =
                    witness.map(found -> Worlds.describe(found, analysis)).orElse("");
            return condition.isEmpty() ? "rows of other tenants" : "rows of other tenants with " + condition;
        }
    }

    static String and(List<String> names) {
        return names.size() < 2
                ? String.join("", names)
                : String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private Hits() {}
}
