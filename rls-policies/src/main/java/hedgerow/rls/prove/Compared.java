package hedgerow.rls.prove;

import java.util.List;

/// The rows that a role reaches by a command, in two databases.
///
/// @param differences rows that only one of them admits; at most one for each gate and side
/// @param undecided the reasons why no more could be decided, one line each
public record Compared(List<Difference> differences, List<String> undecided) {

    /// Whether the later database admits a row that the earlier one does not.
    public boolean gains() {
        return differences.stream().anyMatch(Difference::after);
    }

    /// Whether the earlier database admits a row that the later one does not.
    public boolean loses() {
        return differences.stream().anyMatch(difference -> !difference.after());
    }
}
