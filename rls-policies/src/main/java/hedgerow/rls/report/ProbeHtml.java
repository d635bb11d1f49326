package hedgerow.rls.report;

import hedgerow.rls.probe.Attempt;
import hedgerow.rls.probe.Outcome;
import hedgerow.rls.report.ClaimsHtml.Mark;
import hedgerow.rls.report.ClaimsHtml.Row;
import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// An HTML page: the claims, the leaks, and the matrix of roles and objects.
final class ProbeHtml {

    private ProbeHtml() {}

    static void write(ProbeReport report, Writer out) throws IOException {
        var found = List.of(
                cells("Leaked", report.open()),
                cells("Accepted", report.accepted()),
                cells("Could not be checked", report.cells(Outcome.COULD_NOT_CHECK)));
        new ClaimsHtml(report.frame(), "Attacks", "Not attacked")
                .write(Html.of("{}", found), matrix(report.attempts().cells()), out);
    }

    private static Html cells(String title, List<Attempt> cells) {
        return ClaimsHtml.section(
                title,
                cells.stream()
                        .map(cell -> Html.of(
                                "<details><summary>{}: {}</summary>{}<p>{}</p><pre>{}</pre></details>\n",
                                cell.claim().id(),
                                ProbeReport.place(cell),
                                cell.accepted()
                                        .map(reason -> Html.of("<p>{}</p>", reason))
                                        .orElse(Html.EMPTY),
                                cell.reason(),
                                Html.lines(cell.statement()))));
    }

    private static Html matrix(List<Attempt> cells) {
        var worst = new LinkedHashMap<Row, Map<String, Attempt>>();
        for (var cell : cells) {
            worst.computeIfAbsent(new Row(cell.claim().id(), cell.object(), cell.gate()), _ -> new TreeMap<>())
                    .merge(cell.role(), cell, (x, y) -> weight(x) >= weight(y) ? x : y);
        }
        var marks = new LinkedHashMap<Row, Map<String, Mark>>();
        worst.forEach((row, byRole) -> {
            var symbols = new TreeMap<String, Mark>();
            byRole.forEach((role, cell) -> symbols.put(role, new Mark(symbol(cell), "")));
            marks.put(row, symbols);
        });
        return ClaimsHtml.matrix("L leaked, A accepted, H held, ? no attack could be checked.", marks);
    }

    /// A leak counts most, then a checked attack.
    private static int weight(Attempt cell) {
        return switch (cell.outcome()) {
            case LEAKED -> cell.isOpen() ? 3 : 2;
            case HELD -> 1;
            case COULD_NOT_CHECK -> 0;
        };
    }

    private static String symbol(Attempt cell) {
        return switch (cell.outcome()) {
            case LEAKED -> cell.isOpen() ? "L" : "A";
            case HELD -> "H";
            case COULD_NOT_CHECK -> "?";
        };
    }
}
