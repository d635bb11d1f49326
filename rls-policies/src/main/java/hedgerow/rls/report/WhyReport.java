package hedgerow.rls.report;

import hedgerow.rls.why.Explanation;
import hedgerow.rls.why.Explanation.Answer;
import hedgerow.rls.why.Explanation.Outcome;
import hedgerow.rls.why.Explanation.Part;
import hedgerow.rls.why.Explanation.Privilege;
import hedgerow.rls.why.Explanation.Trial;
import hedgerow.rls.why.Explanation.Verdict;
import java.io.IOException;
import java.io.Writer;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// An explanation why a role may or may not see and change one row, ready to be written in any [Format].
public record WhyReport(Explanation explanation) {

    private static final String RESET = "\033[0m";
    private static final String RED = "\033[1;31m";
    private static final String YELLOW = "\033[1;33m";
    private static final String GREEN = "\033[1;32m";

    public enum Format {
        TEXT,
        JSON
    }

    /// Writes the report.
    ///
    /// @param colour terminal colours, which only [Format#TEXT] has
    /// @param out is flushed, not closed
    public void write(Format format, boolean colour, Writer out) throws IOException {
        switch (format) {
            case TEXT -> new Text(colour, out).write(explanation);
            case JSON -> JsonReport.JSON.writeValue(out, explanation);
        }
        out.flush();
    }

    private record Text(boolean colour, Writer out) {

        void write(Explanation explanation) throws IOException {
            line("%s, as %s".formatted(explanation.relation(), explanation.role()));
            for (var setting : explanation.settings().entrySet()) {
                line("  with %s = %s".formatted(setting.getKey(), setting.getValue()));
            }
            if (!explanation.row().isEmpty()) {
                line("  row: " + row(explanation.row()));
            }
            for (var note : explanation.notes()) {
                line("  note: " + note);
            }
            for (var verdict : explanation.commands()) {
                write(verdict);
            }
        }

        private static String row(Map<String, String> row) {
            return row.entrySet().stream()
                    .map(column -> "%s = %s".formatted(column.getKey(), column.getValue()))
                    .collect(Collectors.joining(", "));
        }

        private void write(Verdict verdict) throws IOException {
            line("");
            out.write(painted(verdict.outcome(), "%s %s".formatted(verdict.command(), words(verdict.outcome()))));
            line(": " + verdict.reason());
            if (verdict.granted() && !verdict.privilege().whole()) {
                line("  privilege: on %s alone".formatted(columns(verdict.privilege())));
            }
            for (var answer : verdict.policies()) {
                write(answer);
            }
            if (verdict.trial().isPresent()) {
                write(verdict, verdict.trial().get());
            }
        }

        private static String columns(Privilege privilege) {
            return String.join(", ", privilege.columns());
        }

        private void write(Answer answer) throws IOException {
            var result =
                    answer.failure().orElse(answer.result().map(String::valueOf).orElse("null"));
            line("  %s %s, %s: %s"
                    .formatted(
                            answer.permissive() ? "permissive" : "restrictive",
                            answer.policy(),
                            answer.part() == Part.USING ? "using" : "with check",
                            result));
            if (answer.terms().isEmpty()) {
                line("    " + answer.expression());
            }
            for (var term : answer.terms()) {
                line("    %s: %s".formatted(term.result(), term.expression()));
                for (var value : term.values().entrySet()) {
                    line("      %s is %s".formatted(value.getKey(), value.getValue()));
                }
            }
        }

        private void write(Verdict verdict, Trial trial) throws IOException {
            if (verdict.isContradicted()) {
                out.write("  " + painted(Outcome.DENIED, "contradicted by the server"));
                line(": report it, with the schema of the table");
            }
            var what = switch (trial.result()) {
                case PASSED -> "tried, and it passes";
                case REFUSED -> "tried, and it is refused";
                case NOT_TRIED -> "not tried";
            };
            line("  %s: %s".formatted(what, trial.detail()));
        }

        private static String words(Outcome outcome) {
            return outcome.name().toLowerCase(Locale.ROOT);
        }

        private String painted(Outcome outcome, String text) {
            if (!colour) {
                return text;
            }
            return switch (outcome) {
                case ALLOWED -> GREEN + text + RESET;
                case DENIED -> RED + text + RESET;
                case UNDECIDED -> YELLOW + text + RESET;
            };
        }

        /// Writes a text. Expressions have several lines, and like values may contain control characters.
        private void line(String text) throws IOException {
            var indent = text.substring(0, text.length() - text.stripLeading().length());
            out.write(indent + Visible.line(text.strip().replaceAll("\\s+", " ")));
            out.write('\n');
        }
    }
}
