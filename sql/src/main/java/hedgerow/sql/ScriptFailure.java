package hedgerow.sql;

import java.util.Optional;

/// Reports that a script failed while it ran. Its transaction was rolled back.
///
/// [#toString()] is the whole text, ready for a terminal.
public final class ScriptFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Report report;

    /// The known facts about the failure; an unknown text is empty.
    ///
    /// @param statementAt `file:line:column` of the statement
    /// @param errorAt `file:line:column` of the word in it that the server points at
    /// @param statement its first line
    record Report(
            String state,
            String message,
            String statementAt,
            String errorAt,
            String statement,
            String detail,
            String hint) {}

    ScriptFailure(Report report, Throwable cause) {
        super(report.message(), cause);
        this.report = report;
    }

    /// A failure outside the script's own statements.
    static ScriptFailure of(String message, String hint) {
        return new ScriptFailure(new Report("", message, "", "", "", "", hint), null);
    }

    static ScriptFailure changed(SqlScript script, String what) {
        return of(
                "%s changed %s while it ran".formatted(script.name(), what),
                "let it change neither app.* settings nor its role, not even in a DO block or a function");
    }

    /// The SQLSTATE; empty if the server has not sent one.
    public Optional<String> state() {
        return Optional.of(report.state()).filter(state -> !state.isEmpty());
    }

    @Override
    public String toString() {
        var text = new StringBuilder("error[%s]: %s%n".formatted(state().orElse("script-failed"), report.message()));
        add(text, "at", report.errorAt().isEmpty() ? report.statementAt() : report.errorAt());
        add(
                text,
                "in",
                report.statement().isEmpty() ? "" : "%s  %s".formatted(report.statementAt(), report.statement()));
        add(text, "detail", report.detail());
        add(text, "hint", report.hint());
        return text.append("The transaction was rolled back.").toString();
    }

    private static void add(StringBuilder text, String label, String value) {
        if (!value.isEmpty()) {
            text.append("  %-7s %s%n".formatted(label + ":", value.replace("\n", "\n          ")));
        }
    }
}
