package hedgerow.rls.probe;

import java.util.Locale;

/// What became of an attack.
public enum Outcome {
    /// Nothing got out or in, and the control shows that it would have been noticed.
    HELD,
    /// It was seen.
    LEAKED,
    /// Neither could be shown.
    COULD_NOT_CHECK;

    /// As reports spell it: `could-not-check`.
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
