package hedgerow.rls.prove;

import java.util.List;

/// A patch that might close a leak.
///
/// @param change what it does, for whoever reads it
record Candidate(List<String> statements, String change) {

    static Candidate of(String change, String... statements) {
        return new Candidate(List.of(statements), change);
    }

    /// Whether it writes conditions anew, so that they could admit what nothing admitted before.
    boolean changesPolicies() {
        return statements.stream().anyMatch(statement -> statement.contains(" policy "));
    }
}
