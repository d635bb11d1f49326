package hedgerow.rls.probe;

import java.util.List;

/// The result of a statement.
sealed interface Answer {

    /// A completed statement.
    ///
    /// @param lines of its result, in no order
    /// @param changed the number of rows that it reports as changed; -1 for a query
    record Done(List<String> lines, int changed) implements Answer {}

    /// A refusal of a statement for want of a privilege, or by a policy's check.
    record Denied(String message) implements Answer {}

    record Failed(String sqlState, String message) implements Answer {

        /// Both, as reports show them.
        String reason() {
            return sqlState.isEmpty() ? message : "%s: %s".formatted(sqlState, message);
        }
    }
}
