package hedgerow.rls.review;

import java.util.Locale;

/// The weight of a finding, from harmless to serious.
public enum Severity {
    /// Nobody under review can use it, or it costs time but exposes no row.
    INFO,
    /// It weakens the fence, or opens it under a condition.
    WARN,
    /// Rows of another tenant can be read or written.
    ERROR;

    /// The name in reports and in configuration, such as `warn`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
