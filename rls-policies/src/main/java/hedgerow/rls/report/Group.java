package hedgerow.rls.report;

import hedgerow.rls.prove.Leak;
import hedgerow.rls.review.Finding;
import hedgerow.rls.review.Severity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Findings with one cause: one rule has the same detail for several objects, such as the policies that
/// call one function.
///
/// @param places the findings, one for each object; at least one
/// @param known whether the baseline contains them
record Group(List<Finding> places, boolean known) {

    /// The properties that findings of one cause have in common.
    private record Cause(String rule, Severity severity, String detail, boolean known) {}

    Group {
        places = List.copyOf(places);
    }

    /// The groups, in the order of their first places.
    static List<Group> of(List<Finding> findings, Set<Finding> fresh) {
        var byCause = new LinkedHashMap<Cause, List<Finding>>();
        for (var finding : findings) {
            var known = !fresh.contains(finding);
            var cause = new Cause(finding.rule(), finding.severity(), finding.detail(), known);
            byCause.computeIfAbsent(cause, _ -> new ArrayList<>()).add(finding);
        }
        return byCause.entrySet().stream()
                .map(entry -> new Group(entry.getValue(), entry.getKey().known()))
                .toList();
    }

    Finding first() {
        return places.getFirst();
    }

    String rule() {
        return first().rule();
    }

    Severity severity() {
        return first().severity();
    }

    String detail() {
        return first().detail();
    }

    List<String> leaks() {
        return first().leaks();
    }

    /// The first object, and the number of others.
    String objects() {
        return places.size() == 1 ? first().object() : "%s and %d more".formatted(first().object(), places.size() - 1);
    }

    /// The first leak that the prover found.
    Optional<Leak> leak() {
        return places.stream().map(Finding::leak).flatMap(Optional::stream).findFirst();
    }

    /// The story of the leak, a line each, and whether it was seen; empty if there is none.
    List<String> story() {
        return leak().map(leak -> Stream.concat(
                                Stream.of(leak.seen() ? "seen on a copy:" : "not replayed:"), leak.story().stream())
                        .toList())
                .orElse(List.of());
    }

    /// The SQL that mends all places, each statement once.
    Optional<String> fix() {
        var fixes = places.stream()
                .map(Finding::fix)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
        return fixes.isEmpty() ? Optional.empty() : Optional.of(String.join(";\n", fixes));
    }
}
