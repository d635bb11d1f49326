package hedgerow.rls.report;

import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// An HTML page about claims, without a script: the summary, the cells to look at, and the matrix of roles
/// and objects.
///
/// @param title of the page, before its conclusion
/// @param unexamined the heading of the gaps
record ClaimsHtml(ClaimsFrame frame, String title, String unexamined) {

    void write(Html found, Html matrix, Writer out) throws IOException {
        out.write(page(found, matrix).markup());
    }

    private Html page(Html found, Html matrix) {
        var style = HtmlReport.resource("report.css");
        var heading = "%s: %s".formatted(title, frame.conclusion());
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
                <title>{}</title>
                <style>{}</style>
                </head>
                <body>
                <header>
                <h1>{}</h1>
                <p>{}</p>
                </header>
                <main>
                {}{}{}{}{}{}
                </main>
                </body>
                </html>
                """,
                HtmlReport.hash(style),
                heading,
                style,
                heading,
                frame.server(),
                summary(),
                list(unexamined, frame.gaps()),
                found,
                matrix,
                list("Assumed", frame.assumptions()),
                list("Not covered", frame.risks()));
    }

    private Html summary() {
        var rows = frame.summary().entrySet().stream()
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

    /// A section, which is left out if it is empty.
    static Html section(String title, Stream<Html> items) {
        var all = items.toList();
        return all.isEmpty() ? Html.EMPTY : Html.of("<section><h2>{}</h2>{}</section>\n", title, all);
    }

    // --- the matrix ----------------------------------------------------------------------------------------------

    record Row(String claim, String object, String gate) {}

    /// The content of the cell of a role.
    ///
    /// @param symbol one character
    /// @param title more about it; may be empty
    record Mark(String symbol, String title) {}

    /// The matrix: a line for each claim, object and gate, and a column for each role.
    ///
    /// @param legend the meaning of the symbols
    /// @param marks by role
    static Html matrix(String legend, LinkedHashMap<Row, Map<String, Mark>> marks) {
        var roles = marks.values().stream()
                .flatMap(row -> row.keySet().stream())
                .distinct()
                .sorted()
                .toList();
        return Html.of(
                """
                <section><h2>Roles and objects</h2>
                <p>{}</p>
                <table><thead><tr><th>claim</th><th>object</th><th>gate</th>{}</tr></thead>
                <tbody>{}</tbody></table></section>
                """,
                legend,
                roles.stream().map(role -> Html.of("<th>{}</th>", role)).toList(),
                marks.entrySet().stream()
                        .map(row -> row(row.getKey(), row.getValue(), roles))
                        .toList());
    }

    private static Html row(Row row, Map<String, Mark> marks, List<String> roles) {
        return Html.of(
                "<tr><td>{}</td><td>{}</td><td>{}</td>{}</tr>\n",
                row.claim,
                row.object,
                row.gate,
                roles.stream().map(role -> cell(marks.get(role))).toList());
    }

    private static Html cell(Mark mark) {
        if (mark == null || mark.title.isEmpty()) {
            return Html.of("<td>{}</td>", mark == null ? "" : mark.symbol);
        }
        return Html.of("<td title=\"{}\">{}</td>", mark.title, mark.symbol);
    }
}
