package hedgerow.rls.prove;

import java.util.List;

/// A patch that might close a leak.
///
/// @param change its effect, in words
record Candidate(List<String> statements, String change) {

    static Candidate of(String change, String... statements) {
        return new Candidate(List.of(statements), change);
    }

    /// Whether it rewrites conditions, so that they could admit rows that nothing admitted before.
    boolean changesPolicies() {
        return statements.stream().anyMatch(statement -> statement.contains(" policy "));
    }
}
