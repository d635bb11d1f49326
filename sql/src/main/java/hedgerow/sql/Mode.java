package hedgerow.sql;

import java.util.Locale;

/// The trust in session variables: unconditional, or only under a seal that the database made.
public enum Mode {
    PLAIN,
    SEALED;

    /// The name in the changelog, the functions and the command line: `plain` or `sealed`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
