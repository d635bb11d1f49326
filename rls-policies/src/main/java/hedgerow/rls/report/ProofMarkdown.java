package hedgerow.rls.report;

import static hedgerow.rls.report.MarkdownReport.code;
import static hedgerow.rls.report.MarkdownReport.prose;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Verdict;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A report in GitHub-flavoured Markdown, for a comment on a change.
record ProofMarkdown(ProofReport report, Writer out) {

    static void write(ProofReport report, Writer out) throws IOException {
        new ProofMarkdown(report, out).write();
    }

    private void write() throws IOException {
        var proofs = report.proofs();
        line("# Tenants: " + report.conclusion());
        line("");
        line(prose(report.server()) + ".");
        line("");
        line("| claim | verdict |");
        line("|---|---|");
        for (var claim : report.summary().entrySet()) {
            line("| `%s` | %s |".formatted(claim.getKey().id(), claim.getValue()));
        }
        cells("Refuted", report.open());
        cells("Unknown", report.unknown());
        list("Held", report.groups().stream().filter(ProofMarkdown::isHeld).map(ProofMarkdown::group));
        list(
                "Accepted",
                report.accepted().stream()
                        .map(cell -> "%s: %s"
                                .formatted(head(cell), prose(cell.accepted().orElseThrow()))));
        list("Not looked at", proofs.gaps().stream().map(MarkdownReport::prose));
        list("Assumed", proofs.assumptions().stream().map(MarkdownReport::prose));
        list("Not covered", proofs.risks().stream().map(MarkdownReport::prose));
    }

    private void cells(String title, List<Cell> cells) throws IOException {
        list(title, cells.stream().map(cell -> head(cell) + story(cell)));
    }

    private static String head(Cell cell) {
        return "`%s` on %s, %s, as %s"
                .formatted(
                        cell.claim().id(),
                        code(cell.object()),
                        code(cell.gate()),
                        code(String.join(", ", cell.roles())));
    }

    private String story(Cell cell) {
        var lines = Stream.concat(ProofReport.lines(cell).stream(), report.notes(cell).stream())
                .map(text -> "\n  - " + code(text))
                .collect(Collectors.joining());
        return lines + ProofReport.script(cell).map(ProofMarkdown::folded).orElse("");
    }

    /// A folded script, indented so that it stays in its list item.
    private static String folded(String script) {
        var block = "\n<details><summary>psql</summary>\n\n%s\n</details>".formatted(MarkdownReport.block(script));
        return block.replace("\n", "\n  ");
    }

    private static boolean isHeld(List<Cell> cells) {
        var verdict = cells.getFirst().verdict();
        return verdict instanceof Verdict.Proved || verdict instanceof Verdict.Closed;
    }

    private static String group(List<Cell> cells) {
        var first = cells.getFirst();
        var objects = cells.stream().map(cell -> code(cell.object())).distinct().collect(Collectors.joining(", "));
        var core = cells.stream()
                .flatMap(cell -> ProofReport.lines(cell).stream())
                .distinct()
                .map(text -> "\n  - " + code(text))
                .collect(Collectors.joining());
        return "`%s` %s: %s, as %s%s"
                .formatted(
                        first.claim().id(),
                        first.verdict().id(),
                        objects,
                        code(String.join(", ", first.roles())),
                        core);
    }

    private void list(String title, Stream<String> items) throws IOException {
        var all = items.toList();
        if (all.isEmpty()) {
            return;
        }
        line("");
        line("## " + title);
        line("");
        for (var item : all) {
            line("- " + item);
        }
    }

    private void line(String text) throws IOException {
        out.write(text);
        out.write('\n');
    }
}
