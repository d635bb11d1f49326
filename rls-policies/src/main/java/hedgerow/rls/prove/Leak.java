package hedgerow.rls.prove;

import java.util.List;

/// The leak that breaks a claim.
///
/// @param kind of the leaked data
/// @param seen whether it was done on a copy, where the row was read, written or referred to
/// @param unseen why it was not seen; empty if it was
/// @param cause the object at fault, in the spelling of findings: `policy looks on app.invoice`
/// @param ids of `docs/leaks.md`, such as `B07`
/// @param story at most twelve lines
/// @param script for psql: roles, rows, sessions, the statement, and the expected result; empty if there is
///     none
public record Leak(
        Kind kind, boolean seen, String unseen, String cause, List<String> ids, List<String> story, String script) {

    public enum Kind {
        /// Rows, or columns of them, leak.
        ROWS,
        /// A count, a sum, or the existence of a row leaks.
        ORACLE,
        /// A row leaks that only those who know a secret in it can find.
        CAPABILITY,
        /// A foreign row is created, changed or deleted.
        WRITE,
        /// A row refers to another tenant's.
        REFERENCE,
        /// A session becomes another's.
        IDENTITY,
        /// A session without an identity reaches a row, but only one whose owner is an empty text, which nobody's is.
        EMPTY_OWNER
    }

    /// The leak, of a row whose owner is an empty text.
    Leak ofEmptyOwner() {
        return new Leak(Kind.EMPTY_OWNER, seen, unseen, cause, ids, story, script);
    }
}
