package hedgerow.rls.report;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.report.Access.Verdict;
import hedgerow.rls.report.Diff.Direction;
import hedgerow.rls.report.Outcomes.Outcome;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The rows and columns that a role reaches by a command.
///
/// @param fences what the policies say of rows that are there, and of rows that come to be
/// @param policies what each says, by name
record Reach(Verdict verdict, Set<String> columns, List<Fence> fences, Map<String, String> policies) {

    static Reach of(Meaning meaning, Relation table, Command command, Outcome outcome) {
        if (outcome.verdict() == Verdict.NONE) {
            return new Reach(Verdict.NONE, Set.of(), List.of(), Map.of());
        }
        var fences = parts(command).stream()
                .map(part -> fence(meaning, table, outcome, part))
                .toList();
        var policies = new TreeMap<String, String>();
        for (var policy : outcome.policies()) {
            var said = parts(command).stream().map(part -> said(meaning, table, policy, part));
            policies.put(policy.name(), policy.permissive() + said.collect(Collectors.joining("\n")));
        }
        return new Reach(outcome.verdict(), outcome.columns(), fences, policies);
    }

    private enum Part {
        THERE,
        TO_BE
    }

    private static List<Part> parts(Command command) {
        return switch (command) {
            case SELECT, DELETE -> List.of(Part.THERE);
            case INSERT -> List.of(Part.TO_BE);
            case UPDATE, ALL -> List.of(Part.values());
        };
    }

    private static Fence fence(Meaning meaning, Relation table, Outcome outcome, Part part) {
        var sides = outcome.policies().stream()
                .collect(Collectors.partitioningBy(
                        Policy::permissive,
                        Collectors.mapping(
                                policy -> said(meaning, table, policy, part), Collectors.toCollection(HashSet::new))));
        sides.values().forEach(said -> said.remove(""));
        return new Fence(sides.get(true), sides.get(false));
    }

    private static String said(Meaning meaning, Relation table, Policy policy, Part part) {
        var sql = part == Part.THERE ? policy.usingSql() : policy.checkSql().or(policy::usingSql);
        return sql.map(text -> text.equals(Fence.ALWAYS) ? text : meaning.of(table, text))
                .orElse("");
    }

    private boolean isOpen() {
        return verdict == Verdict.OPEN;
    }

    private boolean isShut() {
        return verdict == Verdict.NONE || verdict == Verdict.DENIED;
    }

    /// Whether whatever is within reach of `other` is within reach of this.
    private boolean covers(Reach other) {
        if (other.isShut()) {
            return true;
        }
        return !isShut() && Fence.covers(columns, other.columns) && (isOpen() || !other.isOpen() && fencesCover(other));
    }

    private boolean fencesCover(Reach other) {
        for (var i = 0; i < fences.size(); i++) {
            if (!fences.get(i).covers(other.fences.get(i))) {
                return false;
            }
        }
        return true;
    }

    Optional<Direction> direction(Reach later) {
        var weaker = later.covers(this);
        var stronger = covers(later);
        if (weaker && stronger) {
            return Optional.empty();
        }
        return Optional.of(weaker ? Direction.WEAKER : stronger ? Direction.STRONGER : Direction.INCOMPARABLE);
    }

    /// The verdict, and whatever of it the other has not.
    String words(Reach other) {
        var words = new StringBuilder(verdict.name().toLowerCase(Locale.ROOT));
        if (!columns.equals(other.columns) && !columns.isEmpty() && !columns.contains("*")) {
            words.append(" (").append(String.join(", ", new TreeSet<>(columns))).append(")");
        }
        var own = policies.entrySet().stream()
                .filter(policy -> !policy.getValue().equals(other.policies.get(policy.getKey())))
                .map(policy -> (policy.getValue().startsWith("true") ? "" : "restrictive ") + policy.getKey())
                .toList();
        return own.isEmpty()
                ? words.toString()
                : words.append(" by ").append(String.join(", ", own)).toString();
    }

    /// Some permissive expression and all restrictive ones.
    private record Fence(Set<String> permissive, Set<String> restrictive) {

        static final String ALWAYS = "true";

        Fence {
            restrictive.remove(ALWAYS);
        }

        boolean covers(Fence other) {
            return (permissive.contains(ALWAYS) || permissive.containsAll(other.permissive))
                    && other.restrictive.containsAll(restrictive);
        }

        static boolean covers(Set<String> columns, Set<String> others) {
            return columns.contains("*") || columns.containsAll(others);
        }
    }
}
