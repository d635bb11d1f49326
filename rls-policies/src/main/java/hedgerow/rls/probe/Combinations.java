package hedgerow.rls.probe;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.probe.RowMaker.Fill;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Finds one of the candidates of each column, which together satisfy conditions. The server evaluates these.
final class Combinations {

    private static final int MOST_COMBINATIONS = 40_000;
    private static final int MOST_CANDIDATES = 14;
    private static final List<Integer> NEAR = List.of(1, 3);

    private final Arena arena;
    private final Function<Column, String> spelled;
    private final List<Facts.Check> checks;

    /// A search.
    ///
    /// @param spelled the type as which a column's candidates are read
    Combinations(Arena arena, Function<Column, String> spelled, List<Facts.Check> checks) {
        this.arena = arena;
        this.spelled = spelled;
        this.checks = checks;
    }

    /// The combination that is nearest to the first candidates.
    ///
    /// @param usual the places of the candidates that solved a problem of the same columns; empty if none did
    /// @param places gets those of the solution
    Optional<Map<Column, Fill>> nearest(
            Map<Column, List<Fill>> candidates, List<Integer> usual, Consumer<List<Integer>> places)
            throws SQLException {
        var choice = Choice.of(candidates);
        var found = tried(() -> near(choice, choice.like(usual)));
        for (var most : NEAR) {
            found = found.isPresent() ? found : tried(() -> near(choice, choice.near(most)));
        }
        if (found.isEmpty()) {
            found = tried(() -> any(choice));
        }
        found.ifPresent(places);
        return found.map(choice::of);
    }

    /// The result of the work; nothing if a condition fails on some candidates.
    private <T> Optional<T> tried(Arena.Work<Optional<T>> work) throws SQLException {
        try {
            return arena.whole(work);
        } catch (SQLException e) {
            arena.failed(e);
            return Optional.empty();
        }
    }

    /// One of the candidates of each column.
    private record Choice(List<Column> columns, List<List<Fill>> fills) {

        /// A choice among few enough candidates to try their combinations.
        static Choice of(Map<Column, List<Fill>> candidates) {
            var fills = List.copyOf(candidates.values());
            for (var most = MOST_CANDIDATES; most > 0 && combinations(fills) > MOST_COMBINATIONS; most--) {
                var size = most;
                fills = fills.stream()
                        .map(each -> each.subList(0, Math.min(size, each.size())))
                        .toList();
            }
            return new Choice(List.copyOf(candidates.keySet()), fills);
        }

        private static double combinations(List<List<Fill>> fills) {
            return fills.stream().mapToDouble(List::size).reduce(1, (x, y) -> x * y);
        }

        Map<Column, Fill> of(List<Integer> places) {
            var values = new LinkedHashMap<Column, Fill>();
            for (var i = 0; i < columns.size(); i++) {
                values.put(columns.get(i), fills.get(i).get(places.get(i)));
            }
            return values;
        }

        /// The first candidates, and the combination that another choice among the same columns led to.
        List<List<Integer>> like(List<Integer> other) {
            var first = fills.stream().map(_ -> 0).toList();
            return other.isEmpty()
                    ? List.of(first)
                    : List.of(
                            first,
                            IntStream.range(0, fills.size())
                                    .mapToObj(i ->
                                            Math.min(other.get(i), fills.get(i).size() - 1))
                                    .toList());
        }

        /// The combinations whose distance from the first candidates is at most `most`, the nearest first.
        List<List<Integer>> near(int most) {
            var all = new ArrayList<List<Integer>>();
            for (var far = 0; far <= most; far++) {
                add(List.of(), far, all);
            }
            return all;
        }

        private void add(List<Integer> begun, int left, List<List<Integer>> all) {
            if (begun.size() == fills.size()) {
                if (left == 0) {
                    all.add(begun);
                }
                return;
            }
            for (var place = 0; place <= left && place < fills.get(begun.size()).size(); place++) {
                var next = new ArrayList<>(begun);
                next.add(place);
                add(next, left - place, all);
            }
        }
    }

    /// The first of these combinations that satisfies the conditions. The server stops there.
    private Optional<List<Integer>> near(Choice choice, List<List<Integer>> all) throws SQLException {
        var columns = choice.columns;
        var names = IntStream.range(0, columns.size()).mapToObj(i -> "i" + i).collect(Collectors.joining(", "));
        var values = IntStream.range(0, all.size())
                .mapToObj(rank -> "(%d, %s)"
                        .formatted(
                                rank,
                                all.get(rank).stream().map(String::valueOf).collect(Collectors.joining(", "))))
                .collect(Collectors.joining(", "));
        var row = IntStream.range(0, columns.size())
                .mapToObj(i -> ", " + one(columns.get(i), choice.fills.get(i), i, all))
                .collect(Collectors.joining());
        var sql = ("select array[hedgerow_rank::text] from (select hedgerow_rank%s from (values %s)"
                        + " v (hedgerow_rank, %s) offset 0) c where %s limit 1")
                .formatted(row, values, names, where());
        return arena.rows(sql).stream().findFirst().map(found -> all.get(Integer.parseInt(found.getFirst())));
    }

    private String one(Column column, List<Fill> fills, int place, List<List<Integer>> all) {
        var cases = all.stream()
                .map(places -> places.get(place))
                .distinct()
                .map(i -> "when %d then %s".formatted(i, cast(fills.get(i).sql(), column)))
                .collect(Collectors.joining(" "));
        return "case i%d %s end as %s".formatted(place, cases, column.quoted());
    }

    private String cast(String sql, Column column) {
        return "cast(%s as %s)".formatted(sql, spelled.apply(column));
    }

    private String where() {
        return checks.stream()
                .map(check -> "(%s) is not false".formatted(check.sql()))
                .collect(Collectors.joining(" and "));
    }

    /// Any combination that satisfies the conditions, the nearest of all.
    private Optional<List<Integer>> any(Choice choice) throws SQLException {
        var columns = choice.columns;
        var from = IntStream.range(0, columns.size())
                .mapToObj(i -> pool(columns.get(i), choice.fills.get(i), List.of(), i))
                .collect(Collectors.joining(" cross join "));
        return first(from, columns.size(), "")
                .map(found -> found.stream().map(Integer::valueOf).toList());
    }

    /// Any combination that satisfies the conditions. A column may also have the value that it must equal according
    /// to an equation with the others.
    Optional<Map<Column, Fill>> derived(Map<Column, List<Fill>> candidates) throws SQLException {
        var choice = Choice.of(candidates);
        var equations = Equations.of(checks, choice.columns);
        var order = IntStream.range(0, choice.columns.size())
                .boxed()
                .sorted(Comparator.comparing(i -> equations.containsKey(choice.columns.get(i))))
                .toList();
        var from = order.stream()
                .map(i -> pool(
                        choice.columns.get(i),
                        choice.fills.get(i),
                        equations.getOrDefault(choice.columns.get(i), List.of()),
                        i))
                .collect(Collectors.joining(" cross join lateral "));
        var values = choice.columns.stream()
                .map(column -> ", %s::text".formatted(column.quoted()))
                .collect(Collectors.joining());
        return tried(() -> first(from, choice.columns.size(), values)).map(found -> values(choice, found));
    }

    /// The candidates at these places, or the values beside them of columns that were derived.
    private static Map<Column, Fill> values(Choice choice, List<String> found) {
        var size = choice.columns.size();
        var values = new LinkedHashMap<Column, Fill>();
        for (var i = 0; i < size; i++) {
            var place = Integer.parseInt(found.get(i));
            var fills = choice.fills.get(i);
            var value = found.get(size + i);
            values.put(
                    choice.columns.get(i),
                    place < fills.size() ? fills.get(place) : value == null ? Fill.NULL : Fill.of(value));
        }
        return values;
    }

    /// The first row that satisfies the conditions: the places, and further values.
    private Optional<List<String>> first(String from, int columns, String values) throws SQLException {
        var places = IntStream.range(0, columns).mapToObj(i -> "i" + i).toList();
        var selected = places.stream().map("%s::text"::formatted).collect(Collectors.joining(", "));
        var sql = "select array[%s%s] from %s where %s order by %s limit 1"
                .formatted(selected, values, from, where(), String.join(" + ", places));
        return arena.rows(sql).stream().findFirst();
    }

    private String pool(Column column, List<Fill> fills, List<String> equal, int place) {
        var rows = IntStream.range(0, fills.size() + equal.size())
                .mapToObj(i -> i < fills.size() ? fills.get(i).sql() : equal.get(i - fills.size()))
                .map(sql -> cast(sql, column))
                .toList();
        var numbered = IntStream.range(0, rows.size())
                .mapToObj(i -> "select %s, %d".formatted(rows.get(i), i))
                .collect(Collectors.joining(" union all "));
        return "(%s) c%d(%s, i%d)".formatted(numbered, place, column.quoted(), place);
    }
}
