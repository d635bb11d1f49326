package hedgerow.rls.review;

import java.util.Locale;

/// How bad a finding is, from harmless to serious.
public enum Severity {
    /// Nobody under review can use it, or it costs time but no row.
    INFO,
    /// It weakens the fence, or opens it under a condition.
    WARN,
    /// Rows of another tenant can be read or written.
    ERROR;

    /// As it is printed and written in configuration: `warn`.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
