package hedgerow.rls.report;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.report.ClaimsHtml.Mark;
import hedgerow.rls.report.ClaimsHtml.Row;
import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// An HTML page: the claims, the cells that are not proved, and the matrix of roles and objects.
record ProofHtml(ProofReport report) {

    static void write(ProofReport report, Writer out) throws IOException {
        var page = new ProofHtml(report);
        var found = List.of(
                page.cells("Refuted", report.open()),
                page.cells("Unknown", report.unknown()),
                page.cells("Accepted", report.accepted()));
        new ClaimsHtml(report.frame(), "Tenants", "Not looked at").write(Html.of("{}", found), page.matrix(), out);
    }

    private Html cells(String title, List<Cell> cells) {
        return ClaimsHtml.section(title, cells.stream().map(this::cell));
    }

    private Html cell(Cell cell) {
        var lines = Stream.concat(ProofReport.lines(cell).stream(), report.notes(cell).stream());
        return Html.of(
                "<details open><summary>{}: {}</summary>{}<pre>{}</pre>{}</details>\n",
                cell.claim().id(),
                ProofReport.place(cell),
                cell.accepted().map(reason -> Html.of("<p>{}</p>", reason)).orElse(Html.EMPTY),
                Html.lines(lines.map(Visible::line).collect(Collectors.joining("\n"))),
                ProofReport.script(cell)
                        .map(script ->
                                Html.of("<details><summary>psql</summary><pre>{}</pre></details>", Html.lines(script)))
                        .orElse(Html.EMPTY));
    }

    /// The matrix. A cell of several roles is in the column of each.
    private Html matrix() {
        var marks = new LinkedHashMap<Row, Map<String, Mark>>();
        for (var cell : report.proofs().cells()) {
            var row =
                    marks.computeIfAbsent(new Row(cell.claim().id(), cell.object(), cell.gate()), _ -> new TreeMap<>());
            var mark = new Mark(ProofReport.symbol(cell), String.join("; ", ProofReport.lines(cell)));
            cell.roles().forEach(role -> row.put(role, mark));
        }
        return ClaimsHtml.matrix(
                "P proved, p closed, R refuted and seen, r refuted and not seen, ? unknown, A accepted.", marks);
    }
}
