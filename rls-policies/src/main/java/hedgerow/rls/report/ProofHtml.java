package hedgerow.rls.report;

import hedgerow.rls.prove.Cell;
import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// An HTML page without a script: the claims, the cells that are not proved, and the matrix of roles and
/// objects.
record ProofHtml(ProofReport report) {

    static void write(ProofReport report, Writer out) throws IOException {
        out.write(new ProofHtml(report).page().markup());
    }

    private Html page() {
        var style = HtmlReport.resource("report.css");
        return Html.of(
                """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-{}'; \
                base-uri 'none'; form-action 'none'">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>Tenants: {}</title>
                <style>{}</style>
                </head>
                <body>
                <header>
                <h1>Tenants: {}</h1>
                <p>{}</p>
                </header>
                <main>
                {}{}{}{}{}{}{}{}
                </main>
                </body>
                </html>
                """,
                HtmlReport.hash(style),
                report.conclusion(),
                style,
                report.conclusion(),
                report.server(),
                summary(),
                list("Not looked at", report.proofs().gaps()),
                cells("Refuted", report.open()),
                cells("Unknown", report.unknown()),
                cells("Accepted", report.accepted()),
                matrix(),
                list("Assumed", report.proofs().assumptions()),
                list("Not covered", report.proofs().risks()));
    }

    private Html summary() {
        var rows = report.summary().entrySet().stream()
                .map(claim -> Html.of(
                        "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
                        claim.getKey().id(),
                        claim.getValue()))
                .toList();
        return Html.of("<section><h2>Claims</h2><table>{}</table></section>\n", rows);
    }

    private static Html list(String title, List<String> items) {
        return items.isEmpty()
                ? Html.EMPTY
                : Html.of(
                        "<section><h2>{}</h2><ul>{}</ul></section>\n",
                        title,
                        items.stream().map(item -> Html.of("<li>{}</li>", item)).toList());
    }

    private Html cells(String title, List<Cell> cells) {
        return cells.isEmpty()
                ? Html.EMPTY
                : Html.of(
                        "<section><h2>{}</h2>{}</section>\n",
                        title,
                        cells.stream().map(this::cell).toList());
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

    // --- the matrix ----------------------------------------------------------------------------------------------

    private record Row(String claim, String object, String gate) {}

    /// The matrix. A cell of several roles is in the column of each.
    private Html matrix() {
        var cells = report.proofs().cells();
        var roles = cells.stream()
                .flatMap(cell -> cell.roles().stream())
                .distinct()
                .sorted()
                .toList();
        var rows = new LinkedHashMap<Row, TreeMap<String, Cell>>();
        for (var cell : cells) {
            var row =
                    rows.computeIfAbsent(new Row(cell.claim().id(), cell.object(), cell.gate()), _ -> new TreeMap<>());
            cell.roles().forEach(role -> row.put(role, cell));
        }
        return Html.of(
                """
                <section><h2>Roles and objects</h2>
                <p>P proved, p closed, R refuted and seen, r refuted and not seen, ? unknown, A accepted.</p>
                <table><thead><tr><th>claim</th><th>object</th><th>gate</th>{}</tr></thead>
                <tbody>{}</tbody></table></section>
                """,
                roles.stream().map(role -> Html.of("<th>{}</th>", role)).toList(),
                rows.entrySet().stream()
                        .map(row -> row(row.getKey(), row.getValue(), roles))
                        .toList());
    }

    private static Html row(Row row, TreeMap<String, Cell> cells, List<String> roles) {
        return Html.of(
                "<tr><td>{}</td><td>{}</td><td>{}</td>{}</tr>\n",
                row.claim,
                row.object,
                row.gate,
                roles.stream().map(role -> symbol(cells.get(role))).toList());
    }

    private static Html symbol(Cell cell) {
        return cell == null
                ? Html.of("<td></td>")
                : Html.of(
                        "<td title=\"{}\">{}</td>",
                        String.join("; ", ProofReport.lines(cell)),
                        ProofReport.symbol(cell));
    }
}
