package hedgerow.sql;

import java.util.Locale;

/// What the session variables are worth: believed as they are, or only under a seal that the database made.
public enum Mode {
    PLAIN,
    SEALED;

    /// As the changelog, the functions and the command line call it: `plain` or `sealed`.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
