package hedgerow.rls.report;

import static hedgerow.rls.report.MarkdownReport.cell;
import static hedgerow.rls.report.MarkdownReport.code;
import static hedgerow.rls.report.MarkdownReport.prose;

import hedgerow.rls.report.Diff.Change;
import java.io.IOException;
import java.io.Writer;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A report in GitHub-flavoured Markdown, for a comment on a change: a table, and the rows that show it.
record DiffMarkdown(Diff diff, Writer out) {

    static void write(Diff diff, Writer out) throws IOException {
        new DiffMarkdown(diff, out).write();
    }

    private void write() throws IOException {
        line("# Row security: " + (diff.changes().isEmpty() ? "nothing changed" : counts()));
        line("");
        if (!diff.changes().isEmpty()) {
            line("| | role | object | command | before | after |");
            line("|---|---|---|---|---|---|");
        }
        for (var change : diff.changes()) {
            line("| %s | %s | %s | %s | %s | %s |"
                    .formatted(
                            Diff.word(change),
                            change.role().isEmpty() ? "" : cell(code(change.role())),
                            cell(code(change.object())),
                            change.command(),
                            prose(change.before()),
                            prose(change.after())));
        }
        for (var change : diff.changes()) {
            rows(change);
        }
        line("");
        line("Not compared: %s.".formatted(String.join(", ", diff.notCompared())));
    }

    private String counts() {
        return diff.changes().stream()
                .collect(Collectors.groupingBy(Change::direction, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(count -> "%d %s"
                        .formatted(count.getValue(), count.getKey().name().toLowerCase(Locale.ROOT)))
                .collect(Collectors.joining(", "));
    }

    private void rows(Change change) throws IOException {
        if (change.lines().isEmpty()) {
            return;
        }
        line("");
        line("## %s, %s, as %s".formatted(code(change.object()), change.command(), code(change.role())));
        line("");
        for (var text : change.lines()) {
            line("- " + code(text));
        }
        for (var row : change.rows()) {
            line("");
            line("<details><summary>psql, on either</summary>");
            line("");
            line(MarkdownReport.block(row.script()));
            line("</details>");
        }
    }

    private void line(String text) throws IOException {
        out.write(text);
        out.write('\n');
    }
}
