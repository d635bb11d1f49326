package hedgerow.rls.report;

/// The formats of a report. `docs/report-formats.md` describes each.
public enum Format {
    /// Text for a terminal.
    TEXT,
    /// JSON for programs, and as a baseline; `docs/review.schema.json`.
    JSON,
    /// SARIF 2.1.0, for code scanning.
    SARIF,
    /// Markdown for a comment on a change.
    MARKDOWN,
    /// A single HTML page for people, with everything in it.
    HTML,
    /// JUnit XML for test dashboards.
    JUNIT,
    /// Annotations on the lines of a change, as GitHub Actions reads them from standard output.
    GITHUB
}
