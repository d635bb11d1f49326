package hedgerow.rls.probe;

import java.util.List;

/// What a statement came to.
sealed interface Answer {

    /// @param lines of its result, in no order
    /// @param changed how many rows it reports as changed; -1 for a query
    record Done(List<String> lines, int changed) implements Answer {}

    /// Refused as a statement is that may not be run: the privilege or a policy's check is missing.
    record Denied(String message) implements Answer {}

    record Failed(String sqlState, String message) implements Answer {}
}
