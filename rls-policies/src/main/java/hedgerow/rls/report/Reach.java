package hedgerow.rls.report;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.logic.Gates;
import hedgerow.rls.report.AccessMatrix.Verdict;
import hedgerow.rls.report.Diff.Direction;
import hedgerow.rls.report.Outcomes.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/// The rows and columns that a role can reach by a command.
///
/// @param fences one for each gate
/// @param policies by name
record Reach(Verdict verdict, Set<String> columns, List<Fence> fences, Map<String, Stated> policies) {

    static Reach of(Meaning meaning, Relation table, Outcome outcome) {
        var fences = outcome.asked().entrySet().stream()
                .map(asked -> Fence.of(asked.getValue(), policy -> meaning.of(table, policy, asked.getKey())))
                .toList();
        var policies = new TreeMap<String, Stated>();
        for (var policy : outcome.policies()) {
            var forms = outcome.asked().keySet().stream()
                    .filter(gate -> gate.asks(policy))
                    .map(gate -> meaning.of(table, policy, gate))
                    .toList();
            policies.put(policy.name(), new Stated(policy.permissive(), forms));
        }
        return new Reach(outcome.verdict(), outcome.columns(), fences, policies);
    }

    /// One policy, at the gates at which it is evaluated.
    record Stated(boolean permissive, List<Form> forms) {}

    private boolean isOpen() {
        return verdict == Verdict.OPEN;
    }

    private boolean isShut() {
        return verdict == Verdict.NONE || verdict == Verdict.DENIED;
    }

    /// Whether everything within reach of `other` is within reach of this.
    private boolean covers(Reach other) {
        if (other.isShut()) {
            return true;
        }
        return !isShut() && coversColumns(other) && (isOpen() || !other.isOpen() && fencesCover(other));
    }

    private boolean fencesCover(Reach other) {
        for (var i = 0; i < fences.size(); i++) {
            if (!fences.get(i).covers(other.fences.get(i))) {
                return false;
            }
        }
        return true;
    }

    boolean isGranted() {
        return !columns.isEmpty();
    }

    /// The direction of the columns alone.
    Optional<Direction> columnsDirection(Reach later) {
        return direction(later.coversColumns(this), coversColumns(later));
    }

    private boolean coversColumns(Reach other) {
        return columns.contains("*") || columns.containsAll(other.columns);
    }

    Optional<Direction> direction(Reach later) {
        return direction(later.covers(this), covers(later));
    }

    private static Optional<Direction> direction(boolean weaker, boolean stronger) {
        if (weaker && stronger) {
            return Optional.empty();
        }
        return Optional.of(weaker ? Direction.WEAKER : stronger ? Direction.STRONGER : Direction.INCOMPARABLE);
    }

    /// The verdict, and the parts of it that the other lacks.
    String words(Reach other) {
        var words = new StringBuilder(verdict.name().toLowerCase(Locale.ROOT));
        if (!columns.equals(other.columns) && !columns.isEmpty() && !columns.contains("*")) {
            words.append(" (").append(String.join(", ", new TreeSet<>(columns))).append(")");
        }
        var own = policies.entrySet().stream()
                .filter(policy -> !policy.getValue().equals(other.policies.get(policy.getKey())))
                .map(policy -> (policy.getValue().permissive() ? "" : "restrictive ") + policy.getKey())
                .toList();
        return own.isEmpty()
                ? words.toString()
                : words.append(" by ").append(String.join(", ", own)).toString();
    }

    /// One fence: some permissive condition and all restrictive ones.
    private record Fence(Form permissive, List<Form> restrictive) {

        static Fence of(Gates.Asking asking, Function<Policy, Form> form) {
            return new Fence(
                    Form.any(asking.permissive().stream().map(form).toList()),
                    asking.restrictive().stream().map(form).toList());
        }

        boolean covers(Fence other) {
            return permissive.covers(other.permissive)
                    && restrictive.stream()
                            .allMatch(own ->
                                    own.isAlways() || other.restrictive.stream().anyMatch(own::covers));
        }
    }
}
