package hedgerow.rls.report;

import hedgerow.rls.probe.Attempt;
import hedgerow.rls.probe.Outcome;
import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;

/// An HTML page without a script: the claims, the leaks, and the matrix of roles and objects.
record ProbeHtml(ProbeReport report) {

    static void write(ProbeReport report, Writer out) throws IOException {
        out.write(new ProbeHtml(report).page().markup());
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
                <title>Attacks: {}</title>
                <style>{}</style>
                </head>
                <body>
                <header>
                <h1>Attacks: {}</h1>
                <p>{}</p>
                </header>
                <main>
                {}{}{}{}{}{}
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
                list("Not attacked", report.attempts().gaps()),
                cells("Leaked", report.cells(Outcome.LEAKED)),
                matrix(),
                cells("Could not be checked", report.cells(Outcome.COULD_NOT_CHECK)),
                list("Assumed", report.attempts().assumptions()));
    }

    private Html summary() {
        var rows = report.summary().entrySet().stream()
                .map(claim -> Html.of(
                        "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
                        claim.getKey().id(),
                        claim.getValue().id()))
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

    private static Html cells(String title, List<Attempt> cells) {
        return cells.isEmpty()
                ? Html.EMPTY
                : Html.of(
                        "<section><h2>{}</h2>{}</section>\n",
                        title,
                        cells.stream()
                                .map(cell -> Html.of(
                                        "<details><summary>{}: {}</summary><p>{}</p><pre>{}</pre></details>\n",
                                        cell.claim().id(),
                                        ProbeReport.place(cell),
                                        cell.reason(),
                                        Html.lines(cell.statement())))
                                .toList());
    }

    // --- the matrix ----------------------------------------------------------------------------------------------

    private record Row(String claim, String object, String gate) {}

    private Html matrix() {
        var cells = report.attempts().cells();
        var roles = cells.stream().map(Attempt::role).distinct().sorted().toList();
        var rows = new LinkedHashMap<Row, TreeMap<String, Outcome>>();
        for (var cell : cells) {
            rows.computeIfAbsent(new Row(cell.claim().id(), cell.object(), cell.gate()), _ -> new TreeMap<>())
                    .merge(cell.role(), cell.outcome(), ProbeHtml::worse);
        }
        return Html.of(
                """
                <section><h2>Roles and objects</h2>
                <p>L leaked, H held, ? no attack could be checked.</p>
                <table><thead><tr><th>claim</th><th>object</th><th>gate</th>{}</tr></thead>
                <tbody>{}</tbody></table></section>
                """,
                roles.stream().map(role -> Html.of("<th>{}</th>", role)).toList(),
                rows.entrySet().stream()
                        .map(row -> Html.of(
                                "<tr><td>{}</td><td>{}</td><td>{}</td>{}</tr>\n",
                                row.getKey().claim,
                                row.getKey().object,
                                row.getKey().gate,
                                roles.stream()
                                        .map(role -> Html.of("<td>{}</td>", symbol(row.getValue(), role)))
                                        .toList()))
                        .toList());
    }

    /// The worse of two outcomes: a leak counts most, then a checked attack.
    private static Outcome worse(Outcome x, Outcome y) {
        return x == Outcome.LEAKED || y == Outcome.COULD_NOT_CHECK ? x : y;
    }

    private static String symbol(TreeMap<String, Outcome> row, String role) {
        return row.containsKey(role)
                ? switch (row.get(role)) {
                    case LEAKED -> "L";
                    case HELD -> "H";
                    case COULD_NOT_CHECK -> "?";
                }
                : "";
    }
}
