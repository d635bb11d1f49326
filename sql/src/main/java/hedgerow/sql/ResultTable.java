package hedgerow.sql;

import java.io.PrintWriter;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The rows of a query, printed as psql prints them.
///
/// @param numeric which columns are aligned right
record ResultTable(List<String> header, List<Boolean> numeric, List<List<String>> rows) {

    private static final Set<Integer> NUMBERS = Set.of(
            Types.SMALLINT,
            Types.INTEGER,
            Types.BIGINT,
            Types.NUMERIC,
            Types.DECIMAL,
            Types.REAL,
            Types.FLOAT,
            Types.DOUBLE);
    private static final Pattern NEEDS_QUOTES = Pattern.compile("(?s).*[,\"\\n\\r].*|\\\\\\.");

    static ResultTable read(ResultSet result) throws SQLException {
        var columns = result.getMetaData();
        var header = new ArrayList<String>();
        var numeric = new ArrayList<Boolean>();
        for (var i = 1; i <= columns.getColumnCount(); i++) {
            header.add(columns.getColumnLabel(i));
            numeric.add(NUMBERS.contains(columns.getColumnType(i)));
        }
        var rows = new ArrayList<List<String>>();
        while (result.next()) {
            var row = new ArrayList<String>();
            for (var i = 1; i <= header.size(); i++) {
                var value = result.getString(i);
                row.add(value == null ? "" : value);
            }
            rows.add(row);
        }
        return new ResultTable(header, numeric, rows);
    }

    void print(PrintWriter out, boolean csv) {
        if (csv) {
            out.println(csv(header));
            rows.forEach(row -> out.println(csv(row)));
            return;
        }
        var widths = IntStream.range(0, header.size()).map(this::width).toArray();
        out.println(line(header, i -> centered(header.get(i), widths[i])));
        out.println(
                IntStream.of(widths).mapToObj(width -> "-".repeat(width + 2)).collect(Collectors.joining("+")));
        rows.forEach(row -> printRow(out, row, widths));
        out.printf("(%d %s)%n%n", rows.size(), rows.size() == 1 ? "row" : "rows");
    }

    private interface Cell {
        String text(int column);
    }

    /// Prints a row. A value of several lines takes several lines; all but its last end with `+`.
    private void printRow(PrintWriter out, List<String> row, int[] widths) {
        var lines = row.stream().map(value -> value.split("\n", -1)).toList();
        var height = lines.stream().mapToInt(value -> value.length).max().orElse(1);
        for (var at = 0; at < height; at++) {
            var number = at;
            out.println(line(row, i -> {
                var value = lines.get(i);
                var text = number < value.length ? value[number] : "";
                var more = number < value.length - 1 ? "+" : i < row.size() - 1 ? " " : "";
                var isOpen = i == row.size() - 1 && more.isEmpty() && (!numeric.get(i) || number >= value.length);
                return (isOpen ? text : padded(text, widths[i], numeric.get(i))) + more;
            }));
        }
    }

    private static String line(List<String> cells, Cell cell) {
        return IntStream.range(0, cells.size()).mapToObj(cell::text).collect(Collectors.joining("| ", " ", ""));
    }

    private int width(int column) {
        var values = rows.stream().flatMap(row -> row.get(column).lines());
        return Math.max(
                length(header.get(column)),
                values.mapToInt(ResultTable::length).max().orElse(0));
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static String centered(String text, int width) {
        var left = (width - length(text)) / 2;
        return " ".repeat(left) + text + " ".repeat(width - length(text) - left + 1);
    }

    private static String padded(String text, int width, boolean right) {
        var space = " ".repeat(width - length(text));
        return right ? space + text : text + space;
    }

    private static String csv(List<String> row) {
        return row.stream()
                .map(value -> NEEDS_QUOTES.matcher(value).matches() ? '"' + value.replace("\"", "\"\"") + '"' : value)
                .collect(Collectors.joining(","));
    }
}
