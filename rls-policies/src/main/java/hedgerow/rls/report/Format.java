package hedgerow.rls.report;

/// The formats of a report. `docs/report-formats.md` describes each.
public enum Format {
    /// For a terminal.
    TEXT,
    /// For programs, and as a baseline; `docs/review.schema.json`.
    JSON,
    /// For code scanning: SARIF 2.1.0.
    SARIF,
    /// For a comment on a change.
    MARKDOWN,
    /// One page for people, with everything in it.
    HTML,
    /// For test dashboards.
    JUNIT,
    /// Annotations on the lines of a change, as GitHub Actions reads them from standard output.
    GITHUB
}
