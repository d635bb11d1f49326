package hedgerow.rls.probe;

import java.util.Locale;

/// The outcome of an attack.
public enum Outcome {
    /// Nothing leaked, and the control shows that a leak would have been noticed.
    HELD,
    /// A leak was seen.
    LEAKED,
    /// Neither could be shown.
    COULD_NOT_CHECK;

    /// The name in reports, such as `could-not-check`.
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
