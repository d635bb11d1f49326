package hedgerow.rls.report;

import hedgerow.rls.review.Location;
import hedgerow.rls.review.Severity;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A report in GitHub-flavoured Markdown, for a comment on a change. Names and texts from the database are
/// shown, never interpreted.
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
        summary(Summary.of(report));
        line("");
        line(prose(review.connection()) + ".");
        if (report.hint().isPresent()) {
            line("");
            line("Hint: %s.".formatted(prose(report.hint().get())));
        }
        list("Not reviewed", review.gaps());
        list("Assumed", review.assumptions());
        findings();
        notes();
        accepted();
        examined();
    }

    private void summary(Summary summary) throws IOException {
        line("**%s** %s.".formatted(prose(summary.verdict()), summary.counts()));
        list("Top risks", summary.risks());
        line("");
        line("Reviewed: %s.".formatted(prose(summary.reviewed())));
        line("");
        line("Coverage: %s.".formatted(prose(summary.coverage())));
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
        for (var severity : List.of(Severity.ERROR, Severity.WARN)) {
            findings(severity);
        }
    }

    private void findings(Severity severity) throws IOException {
        var groups = report.fresh().stream()
                .filter(group -> group.severity() == severity)
                .toList();
        if (!groups.isEmpty()) {
            line("");
            line("## %s (%d)".formatted(heading(severity), groups.size()));
        }
        for (var group : groups) {
            finding(group);
        }
    }

    /// Writes the notes, folded unless they were requested.
    private void notes() throws IOException {
        var notes = report.count(Severity.INFO);
        if (notes == 0 || report.showsNotes()) {
            findings(Severity.INFO);
            return;
        }
        line("");
        line("<details><summary>%s</summary>".formatted(Words.count(notes, "note")));
        findings(Severity.INFO);
        line("");
        line("</details>");
    }

    private void finding(Group group) throws IOException {
        var single = group.places().size() == 1;
        line("");
        line("### `%s` on %s%s"
                .formatted(
                        group.rule(),
                        code(group.first().object()),
                        single ? "" : " and %d more".formatted(group.places().size() - 1)));
        line("");
        line(prose(group.detail()) + leaks(group));
        line("");
        if (single) {
            if (group.first().location().isPresent()) {
                line("At %s.".formatted(place(group.first().location().get())));
            }
        } else {
            for (var finding : group.places()) {
                line("- %s%s"
                        .formatted(
                                code(finding.object()),
                                finding.location()
                                        .map(at -> ", at " + place(at))
                                        .orElse("")));
            }
        }
        for (var told : group.story()) {
            line("- " + prose(told));
        }
        if (group.fix().isPresent()) {
            line("");
            line(block(group.fix().get()));
        }
    }

    private static String place(Location at) {
        return "%s, line %d".formatted(code(at.file()), at.line());
    }

    private static String leaks(Group group) {
        return group.leaks().isEmpty() ? "." : " (%s).".formatted(String.join(", ", group.leaks()));
    }

    private void examined() throws IOException {
        list(
                "Examined by hand",
                report.review().examined().stream()
                        .map(each -> "%s %s: %s".formatted(each.object(), each.gap(), each.reason()))
                        .toList());
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

    /// A code block whose fence is longer than any run of backticks inside.
    static String block(String sql) {
        var fence = "`".repeat(Math.max(3, longestTicks(sql) + 1));
        return sql.strip().lines().map(Visible::line).collect(Collectors.joining("\n", fence + "sql\n", "\n" + fence));
    }

    static String code(String text) {
        var shown = Visible.line(text);
        var fence = "`".repeat(longestTicks(shown) + 1);
        var padding = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
        return fence + padding + shown + padding + fence;
    }

    /// The text of a table cell, which GitHub ends at a bar even inside code.
    static String cell(String markdown) {
        return markdown.replace("|", "\\|");
    }

    private static int longestTicks(String text) {
        return TICKS.matcher(text)
                .results()
                .mapToInt(ticks -> ticks.end() - ticks.start())
                .max()
                .orElse(0);
    }

    /// The text with every character that may have a meaning as a character reference; `@name` mentions
    /// nobody.
    static String prose(String text) {
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
