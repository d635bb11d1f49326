package hedgerow.rls.report;

import hedgerow.rls.review.Finding;
import hedgerow.rls.review.Severity;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.regex.Pattern;

/// GitHub-flavoured Markdown, for a comment on a change. Names and texts from the database are shown, never obeyed.
final class MarkdownReport {

    private static final Pattern TICKS = Pattern.compile("`+");
    private static final Pattern MARKUP = Pattern.compile("[\\\\`*_{}\\[\\]<>#|~&@$!]|^[-+0-9]|(?<=:)/|(?<=www)\\.");

    private final Report report;
    private final Writer out;

    private MarkdownReport(Report report, Writer out) {
        this.report = report;
        this.out = out;
    }

    static void write(Report report, Writer out) throws IOException {
        new MarkdownReport(report, out).write();
    }

    private void write() throws IOException {
        var review = report.review();
        line("# Row security: %s".formatted(report.outcome()));
        line("");
        line("%s. %s.".formatted(prose(review.connection()), Words.counts(report)));
        list("Not reviewed", review.gaps());
        list("Assumed", review.assumptions());
        findings();
        accepted();
    }

    private void list(String title, List<String> items) throws IOException {
        if (items.isEmpty()) {
            return;
        }
        line("");
        line("## " + title);
        line("");
        for (var item : items) {
            line("- " + prose(item));
        }
    }

    private void findings() throws IOException {
        for (var severity : List.of(Severity.ERROR, Severity.WARN, Severity.INFO)) {
            var findings = report.fresh().stream()
                    .filter(finding -> finding.severity() == severity)
                    .toList();
            if (!findings.isEmpty()) {
                line("");
                line("## %s (%d)".formatted(heading(severity), findings.size()));
            }
            for (var finding : findings) {
                finding(finding);
            }
        }
    }

    private void finding(Finding finding) throws IOException {
        line("");
        line("### `%s` on %s".formatted(finding.rule(), code(finding.object())));
        line("");
        line(prose(finding.detail()) + leaks(finding));
        if (finding.location().isPresent()) {
            var at = finding.location().get();
            line("");
            line("At %s, line %d.".formatted(code(at.file()), at.line()));
        }
        if (finding.fix().isPresent()) {
            block(finding.fix().get());
        }
    }

    private static String leaks(Finding finding) {
        return finding.leaks().isEmpty() ? "." : " (%s).".formatted(String.join(", ", finding.leaks()));
    }

    private void accepted() throws IOException {
        var accepted = report.review().accepted();
        if (accepted.isEmpty()) {
            return;
        }
        line("");
        line("## Accepted");
        line("");
        line("| rule | on | reason | until |");
        line("|---|---|---|---|");
        for (var each : accepted) {
            line("| `%s` | %s | %s | %s |"
                    .formatted(
                            each.finding().rule(),
                            cell(code(each.finding().object())),
                            prose(each.reason()),
                            each.expires().map(Object::toString).orElse("")));
        }
    }

    private static String heading(Severity severity) {
        return switch (severity) {
            case ERROR -> "Errors";
            case WARN -> "Warnings";
            case INFO -> "Notes";
        };
    }

    /// A code block whose fence is longer than any row of backticks inside.
    private void block(String sql) throws IOException {
        var fence = "`".repeat(Math.max(3, longestTicks(sql) + 1));
        line("");
        line(fence + "sql");
        for (var sqlLine : sql.strip().split("\n")) {
            line(Visible.line(sqlLine));
        }
        line(fence);
    }

    private static String code(String text) {
        var shown = Visible.line(text);
        var fence = "`".repeat(longestTicks(shown) + 1);
        var padding = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
        return fence + padding + shown + padding + fence;
    }

    /// In a table, GitHub ends a cell at a bar even inside code.
    private static String cell(String markdown) {
        return markdown.replace("|", "\\|");
    }

    private static int longestTicks(String text) {
        return TICKS.matcher(text)
                .results()
                .mapToInt(ticks -> ticks.end() - ticks.start())
                .max()
                .orElse(0);
    }

    /// Every character that may mean something, as a character reference; and `@name` calls nobody.
    private static String prose(String text) {
        return MARKUP.matcher(Visible.line(text))
                .replaceAll(match -> reference(match.group().charAt(0)));
    }

    private static String reference(char c) {
        return "&#%d;%s".formatted((int) c, c == '@' ? "&#8203;" : "");
    }

    private void line(String text) throws IOException {
        out.write(text);
        out.write('\n');
    }
}
