package hedgerow.rls.probe;

import hedgerow.rls.catalog.Column;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The parts of conditions, as the server spells them: with each operation in brackets.
final class Equations {

    private static final Pattern CAST = Pattern.compile("\\((.+)\\)::[\\w .\\[\\]\"]+");

    private Equations() {}

    /// The expressions over other columns to which conditions equate columns: `net + tax` for `total = net + tax`.
    /// None of these other columns is equated with anything itself.
    static Map<Column, List<String>> of(List<Facts.Check> checks, List<Column> columns) {
        var found = new LinkedHashMap<Column, List<String>>();
        for (var column : columns) {
            var equal = checks.stream()
                    .flatMap(check -> brackets(check.sql()).stream())
                    .flatMap(bracket -> equated(bracket, column).stream())
                    .filter(expression -> mentioned(expression, columns).stream()
                            .noneMatch(other -> other.equals(column) || found.containsKey(other)))
                    .distinct()
                    .toList();
            var isUsed = found.values().stream()
                    .flatMap(List::stream)
                    .anyMatch(expression -> mentions(expression, column.quoted()));
            if (!equal.isEmpty() && !isUsed) {
                found.put(column, equal);
            }
        }
        return found;
    }

    private static List<Column> mentioned(String expression, List<Column> columns) {
        return columns.stream()
                .filter(column -> mentions(expression, column.quoted()))
                .toList();
    }

    /// Whether a name occurs in an expression.
    private static boolean mentions(String expression, String quoted) {
        return Pattern.compile("(?<![\\w\"'])%s(?![\\w\"'(])".formatted(Pattern.quote(quoted)))
                .matcher(expression)
                .find();
    }

    private static Optional<String> equated(String bracket, Column column) {
        var sides = sides(bracket);
        if (sides.size() != 2) {
            return Optional.empty();
        }
        return Stream.of(sides, sides.reversed())
                .filter(each -> bare(each.getFirst()).equals(column.quoted()))
                .map(List::getLast)
                .filter(other -> !other.matches("(ANY|ALL) ?\\(.*"))
                .findFirst();
    }

    private static String bare(String side) {
        var cast = CAST.matcher(side);
        return cast.matches() ? cast.group(1) : side;
    }

    /// The calls of functions on a value in conditions: `upper(currency)`.
    ///
    /// @param names of the value
    static Set<String> calls(List<Facts.Check> checks, Collection<String> names) {
        var found = new LinkedHashSet<String>();
        for (var check : checks) {
            var sql = check.sql();
            for (var open = sql.indexOf('('); open >= 0; open = sql.indexOf('(', open + 1)) {
                var begin = open;
                while (begin > 0
                        && (Character.isLetterOrDigit(sql.charAt(begin - 1))
                                || "_.\"".indexOf(sql.charAt(begin - 1)) >= 0)) {
                    begin--;
                }
                var call = sql.substring(begin, closing(sql, open));
                if (begin < open && names.stream().anyMatch(name -> mentions(call, name))) {
                    found.add(call);
                }
            }
        }
        return found;
    }

    /// The texts in brackets, the whole first.
    private static List<String> brackets(String sql) {
        var found = new ArrayList<String>();
        for (var open = sql.indexOf('('); open >= 0; open = sql.indexOf('(', open + 1)) {
            found.add(sql.substring(open + 1, closing(sql, open) - 1));
        }
        return found;
    }

    /// The sides of the equality signs outside of brackets.
    private static List<String> sides(String sql) {
        var sides = new ArrayList<String>();
        var begin = 0;
        for (var at = 0; at < sql.length(); at++) {
            var c = sql.charAt(at);
            if (c == '(') {
                at = closing(sql, at) - 1;
            } else if (c == '\'' || c == '"') {
                at = sql.indexOf(c, at + 1) < 0 ? sql.length() : sql.indexOf(c, at + 1);
            } else if (sql.startsWith(" = ", at)) {
                sides.add(sql.substring(begin, at));
                begin = at + 3;
            }
        }
        sides.add(sql.substring(begin));
        return sides;
    }

    /// The place after the bracket that closes the one at `open`.
    private static int closing(String sql, int open) {
        var depth = 0;
        for (var at = open; at < sql.length(); at++) {
            switch (sql.charAt(at)) {
                case '(' -> depth++;
                case ')' -> depth--;
                case '\'' -> at = sql.indexOf('\'', at + 1) < 0 ? sql.length() : sql.indexOf('\'', at + 1);
                default -> {}
            }
            if (depth == 0) {
                return at + 1;
            }
        }
        return sql.length();
    }
}
