package hedgerow.rls.prove;

import java.util.List;

/// How a claim is broken.
///
/// @param kind what gets out
/// @param seen whether it was done on a copy, and the row was seen to be read, written or referred to
/// @param unseen why it was not seen; empty if it was
/// @param cause the object at fault, as findings spell it: `policy looks on app.invoice`
/// @param ids of `docs/leaks.md`, such as `B07`
/// @param story at most twelve lines
/// @param script for psql: roles, rows, sessions, the statement, and what to see; empty if there is none
public record Leak(
        Kind kind, boolean seen, String unseen, String cause, List<String> ids, List<String> story, String script) {

    public enum Kind {
        /// Rows, or columns of them.
        ROWS,
        /// A count, a sum, or that there is such a row.
        ORACLE,
        /// A row that only whoever knows a secret in it can find.
        CAPABILITY,
        /// A row that is made, changed or deleted.
        WRITE,
        /// A row that refers to another tenant's.
        REFERENCE,
        /// A session that becomes another's.
        IDENTITY
    }
}
