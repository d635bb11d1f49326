package hedgerow.rls.probe;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Index;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Type;
import hedgerow.rls.logic.SqlText;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Chooses the values of a row. The server itself finds the combination that satisfies the conditions,
/// among a few candidates for each column.
final class RowMaker {

    private static final int MOST_COMBINATIONS = 40_000;
    private static final int MOST_CANDIDATES = 14;
    private static final List<Integer> NEAR = List.of(1, 3);
    private static final int KEYS_OF_A_PARTY = 24;

    /// A value for a column.
    ///
    /// @param text empty for NULL, and where the server computes it
    /// @param sql without a type
    record Fill(Optional<String> text, String sql, boolean computed) {

        static final Fill NULL = new Fill(Optional.empty(), "null", false);

        static Fill of(String text) {
            return new Fill(Optional.of(text), SqlText.quote(text), false);
        }

        static Fill computed(String expression) {
            return new Fill(Optional.empty(), expression, true);
        }

        /// Whether it is the next number of a sequence.
        boolean counted() {
            return computed && (sql.equals("default") || isNext(sql));
        }

        static boolean isNext(String expression) {
            return expression.startsWith("nextval(");
        }
    }

    /// A wanted row.
    ///
    /// @param overrides values that it must have, by number of the column; NULL as empty
    /// @param shifts the number of candidates of a column to pass over
    /// @param bumps the number of times that its key was taken
    /// @param nulls columns that are left NULL
    record Wanted(
            Relation table,
            Party party,
            int variant,
            Map<Integer, Optional<String>> overrides,
            Map<Integer, Integer> shifts,
            Map<Integer, Integer> bumps,
            Set<Integer> nulls) {

        static Wanted of(Relation table, Party party, int variant, Map<Integer, Optional<String>> overrides) {
            return new Wanted(table, party, variant, overrides, new HashMap<>(), new HashMap<>(), new HashSet<>());
        }
    }

    private final Arena arena;
    private final Links links;
    private final Facts facts;
    private final Samples samples;
    private final Hints hints;
    private final GroupValues groups;
    private final Ownership ownership;
    private final Map<Long, Set<Integer>> keys = new HashMap<>();
    private final Map<List<Object>, Boolean> fitting = new HashMap<>();
    private final Map<Problem, Map<Column, Fill>> solutions = new HashMap<>();
    private final Map<List<Object>, List<Integer>> usual = new HashMap<>();
    private final java.util.function.LongFunction<Optional<Type>> types;
    private final Set<Links.At> referred;

    RowMaker(Arena arena, Ground ground, GroupValues groups) {
        this.arena = arena;
        this.links = ground.links();
        this.facts = ground.facts();
        this.samples = ground.samples();
        this.hints = ground.hints();
        this.groups = groups;
        this.ownership = ground.ownership();
        this.types = ground.model().catalog()::type;
        this.referred = referred(ground.model().catalog());
    }

    Map<Column, Fill> values(Wanted wanted) throws SQLException {
        var values = new LinkedHashMap<Column, Fill>();
        for (var component : components(wanted.table)) {
            values.putAll(solved(wanted, component));
        }
        return values;
    }

    // --- components ----------------------------------------------------------------------------------------------

    private record Component(List<Column> columns, List<Facts.Check> checks) {}

    /// The sets of columns that conditions connect.
    private List<Component> components(Relation table) {
        var above = new HashMap<Integer, Integer>();
        var columns =
                table.columns().stream().filter(column -> !column.generated()).toList();
        columns.forEach(column -> above.put(column.number(), column.number()));
        for (var check : facts.checks(table.oid())) {
            check.columns().stream().filter(above::containsKey).reduce((x, y) -> {
                above.put(root(above, x), root(above, y));
                return y;
            });
        }
        return columns.stream()
                .collect(Collectors.groupingBy(
                        column -> root(above, column.number()), LinkedHashMap::new, Collectors.toList()))
                .values()
                .stream()
                .map(tied -> new Component(tied, checksOf(table, tied)))
                .toList();
    }

    private static int root(Map<Integer, Integer> above, int number) {
        var up = above.get(number);
        return up == number ? number : root(above, up);
    }

    private List<Facts.Check> checksOf(Relation table, List<Column> columns) {
        var numbers = columns.stream().map(Column::number).collect(Collectors.toSet());
        var own = facts.checks(table.oid()).stream()
                .filter(check -> !check.columns().isEmpty() && numbers.containsAll(check.columns()));
        var domains = columns.stream()
                .flatMap(column -> domainChecks(column.type())
                        .map(check -> new Facts.Check(
                                check.name(),
                                "(select %s from (select %s as value) d)".formatted(check.sql(), column.quoted()),
                                List.of(column.number()))));
        return Stream.concat(own, domains).toList();
    }

    private Stream<Facts.Check> domainChecks(long type) {
        return types.apply(type)
                .filter(known -> known.kind() == 'd')
                .map(known -> Stream.concat(facts.ofDomain(type).stream(), domainChecks(known.baseType())))
                .orElse(Stream.of());
    }

    /// The columns of a table that conditions connect, with the candidates of each.
    private record Problem(long table, Map<Column, List<Fill>> candidates) {}

    /// One value for each column, which together satisfy the conditions according to the server; the first
    /// candidate of each if there are no conditions.
    private Map<Column, Fill> solved(Wanted wanted, Component component) throws SQLException {
        var candidates = new LinkedHashMap<Column, List<Fill>>();
        for (var column : component.columns) {
            candidates.put(column, candidates(wanted, column, component.checks));
        }
        if (component.checks.isEmpty()) {
            return first(candidates);
        }
        var problem = new Problem(wanted.table.oid(), candidates);
        var known = solutions.get(problem);
        if (known == null) {
            known = solution(problem, component.checks);
            solutions.put(problem, known);
        }
        return known;
    }

    private static Map<Column, Fill> first(Map<Column, List<Fill>> candidates) {
        var first = new LinkedHashMap<Column, Fill>();
        candidates.forEach((column, fills) -> first.put(column, fills.getFirst()));
        return first;
    }

    /// Finds the nearest combination. The rows of a table are much alike: the one that solved the last problem of
    /// the same columns is tried before many others.
    private Map<Column, Fill> solution(Problem problem, List<Facts.Check> checks) {
        var choice = Choice.of(problem.candidates);
        var place = List.<Object>of(problem.table, choice.columns);
        try {
            var found = arena.whole(() -> near(choice, checks, choice.like(usual.getOrDefault(place, List.of()))));
            for (var most : NEAR) {
                found = found.isPresent() ? found : arena.whole(() -> near(choice, checks, choice.near(most)));
            }
            if (found.isEmpty()) {
                found = arena.whole(() -> any(choice, checks));
            }
            found.ifPresent(places -> usual.put(place, places));
            return found.map(choice::of).orElseGet(() -> first(problem.candidates));
        } catch (SQLException e) {
            return first(problem.candidates);
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
    private Optional<List<Integer>> near(Choice choice, List<Facts.Check> checks, List<List<Integer>> all)
            throws SQLException {
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
                .formatted(row, values, names, where(checks));
        return arena.rows(sql).stream().findFirst().map(found -> all.get(Integer.parseInt(found.getFirst())));
    }

    private String one(Column column, List<Fill> fills, int place, List<List<Integer>> all) {
        var cases = all.stream()
                .map(places -> places.get(place))
                .distinct()
                .map(i -> "when %d then cast(%s as %s)".formatted(i, fills.get(i).sql, spelled(column)))
                .collect(Collectors.joining(" "));
        return "case i%d %s end as %s".formatted(place, cases, column.quoted());
    }

    private static String where(List<Facts.Check> checks) {
        return checks.stream()
                .map(check -> "(%s) is not false".formatted(check.sql()))
                .collect(Collectors.joining(" and "));
    }

    /// Any combination that satisfies the conditions, the nearest of all.
    private Optional<List<Integer>> any(Choice choice, List<Facts.Check> checks) throws SQLException {
        var columns = choice.columns;
        var from = IntStream.range(0, columns.size())
                .mapToObj(i -> pool(columns.get(i), choice.fills.get(i), i))
                .collect(Collectors.joining(" cross join "));
        var places = IntStream.range(0, columns.size()).mapToObj(i -> "i" + i).toList();
        var sql = "select array[%s]::text[] from %s where %s order by %s limit 1"
                .formatted(String.join(", ", places), from, where(checks), String.join(" + ", places));
        return arena.rows(sql).stream()
                .findFirst()
                .map(found -> found.stream().map(Integer::valueOf).toList());
    }

    private String pool(Column column, List<Fill> fills, int place) {
        var rows = IntStream.range(0, fills.size())
                .mapToObj(i -> "select cast(%s as %s), %d".formatted(fills.get(i).sql, spelled(column), i))
                .collect(Collectors.joining(" union all "));
        return "(%s) c%d(%s, i%d)".formatted(rows, place, column.quoted(), place);
    }

    /// The type without domains, whose conditions would fail instead of being false.
    private String spelled(Column column) {
        var base = samples.base(column.type());
        return base == column.type()
                ? column.typeName()
                : types.apply(base).map(Type::quoted).orElse(column.typeName());
    }

    // --- candidates ----------------------------------------------------------------------------------------------

    private List<Fill> candidates(Wanted wanted, Column column, List<Facts.Check> checks) throws SQLException {
        var number = column.number();
        if (wanted.overrides.containsKey(number)) {
            return List.of(wanted.overrides.get(number).map(Fill::of).orElse(Fill.NULL));
        }
        if (wanted.nulls.contains(number)) {
            return List.of(Fill.NULL);
        }
        var found = new LinkedHashSet<Fill>();
        var at = new Links.At(wanted.table.oid(), number);
        if (!links.isLinked(at)) {
            groups.alike(at, wanted.party)
                    .filter(value -> fits(column, value))
                    .map(Fill::of)
                    .ifPresent(found::add);
        }
        if (links.isLinked(at) && !isFresh(wanted, column)) {
            groups.value(at, wanted.party).map(Fill::of).ifPresent(found::add);
            if (!column.notNull()) {
                found.add(Fill.NULL);
            }
            if (!found.isEmpty()) {
                return List.copyOf(found);
            }
        }
        found.addAll(unlinked(wanted, column, checks));
        var all = List.copyOf(found);
        var shift = wanted.shifts.getOrDefault(number, 0);
        return all.isEmpty() ? List.of(Fill.NULL) : shift < all.size() ? all.subList(shift, all.size()) : all;
    }

    private List<Fill> unlinked(Wanted wanted, Column column, List<Facts.Check> checks) throws SQLException {
        var found = new ArrayList<Fill>();
        var at = new Links.At(wanted.table.oid(), column.number());
        var n = number(wanted, column);
        var preferred = hints.preferred(at).filter(value -> fits(column, value)).map(Fill::of);
        if (wanted.party != Party.JUNIOR) {
            preferred.ifPresent(found::add);
        }
        if (column.identity()) {
            found.add(Fill.computed("default"));
            return found;
        }
        if (!column.notNull() && facts.defaultOf(at).isEmpty()) {
            found.add(Fill.NULL);
        }
        if (!isKey(wanted.table, column.number()) || isSerial(at)) {
            facts.defaultOf(at).map(Fill::computed).ifPresent(found::add);
        }
        samples.of(column, n).map(Fill::of).ifPresent(found::add);
        for (var check : checks) {
            if (check.columns().contains(column.number())) {
                for (var value : samples.suggested(check.sql(), column, n)) {
                    if (fits(column, value)) {
                        found.add(Fill.of(value));
                    }
                }
            }
        }
        for (var i = 1; i < 4; i++) {
            samples.of(column, n + i * 977).map(Fill::of).ifPresent(found::add);
        }
        if (!column.notNull() && !found.contains(Fill.NULL)) {
            found.add(Fill.NULL);
        }
        if (wanted.party == Party.JUNIOR && preferred.isPresent()) {
            var asked = hints.alternatives(at);
            found.sort(Comparator.comparing(fill ->
                    fill.equals(preferred.get()) ? 2 : !fill.computed() && asked.contains(fill.text()) ? 1 : 0));
        }
        return found;
    }

    private boolean isSerial(Links.At at) {
        return facts.defaultOf(at).filter(Fill::isNext).isPresent();
    }

    /// The number of a row. Rows of one tenant in one table differ in their keys, as do those of different
    /// tenants. Sums and maxima of both tenants must differ.
    private int number(Wanted wanted, Column column) {
        var bump = wanted.bumps.getOrDefault(column.number(), 0);
        return isKey(wanted.table, column.number())
                ? wanted.party.ordinal() * KEYS_OF_A_PARTY + wanted.variant + 1 + bump * 100
                : 5 + bump + (samples.isNumber(column.type()) ? 2 * wanted.party.ordinal() : 0);
    }

    /// Whether a further row needs a value of its own in a column that others refer to.
    private boolean isFresh(Wanted wanted, Column column) {
        return wanted.variant > 0 && isKey(wanted.table, column.number()) && !isBound(wanted.table, column.number());
    }

    static boolean isReference(Relation table, int number) {
        return table.constraints().stream()
                .anyMatch(key -> key.kind() == Constraint.Kind.FOREIGN_KEY
                        && key.columns().contains((long) number));
    }

    /// Whether its value follows from the owner of the row, even in a further row.
    boolean isBound(Relation table, int number) {
        var at = new Links.At(table.oid(), number);
        return links.isLinked(at)
                && (links.anchor(at).isPresent()
                        || ownership.isShared(at)
                        || isReference(table, number)
                        || hasOtherKey(table, number));
    }

    /// Whether every key that it is part of has another column that can differ from row to row.
    private boolean hasOtherKey(Relation table, int number) {
        return table.indexes().stream()
                .filter(index -> index.unique() && index.columns().contains((long) number))
                .allMatch(index -> index.columns().stream()
                        .limit(index.keys())
                        .map(other -> new Links.At(table.oid(), other.intValue()))
                        .anyMatch(other -> !links.isLinked(other)
                                || other.column() != number
                                        && links.anchor(other).isPresent()
                                        && !referred.contains(new Links.At(table.oid(), number))));
    }

    /// The columns that foreign keys point to.
    private static Set<Links.At> referred(Catalog catalog) {
        return catalog.relations().values().stream()
                .flatMap(table -> table.constraints().stream())
                .filter(key -> key.kind() == Constraint.Kind.FOREIGN_KEY)
                .flatMap(key -> key.foreignColumns().stream()
                        .map(column -> new Links.At(key.foreignRelation(), column.intValue())))
                .collect(Collectors.toSet());
    }

    /// A value of a key that no row has yet; empty for other columns.
    Optional<String> freshKey(Relation table, String name, Party party, int fresh) {
        return table.column(name)
                .filter(column -> isKey(table, column.number()) && !isBound(table, column.number()))
                .flatMap(column -> samples.of(column, number(Wanted.of(table, party, fresh, Map.of()), column)));
    }

    boolean isKey(Relation table, int number) {
        return keys.computeIfAbsent(table.oid(), _ -> keyColumns(table)).contains(number);
    }

    private static Set<Integer> keyColumns(Relation table) {
        var expressions = table.indexes().stream()
                .filter(index -> index.unique() && index.columns().contains(0L))
                .findAny()
                .isPresent();
        return expressions
                ? table.columns().stream().map(Column::number).collect(Collectors.toSet())
                : table.indexes().stream()
                        .filter(index -> index.unique() || index.exclusion())
                        .map(Index::columns)
                        .flatMap(List::stream)
                        .map(Long::intValue)
                        .collect(Collectors.toSet());
    }

    boolean isText(long type) {
        return samples.isText(type);
    }

    boolean isWhole(long type) {
        return samples.isWhole(type);
    }

    boolean isOrdered(long type) {
        return samples.isOrdered(type);
    }

    Optional<String> sample(long type) {
        return samples.of(type, "", 3);
    }

    Optional<String> sample(Column column, int n) {
        return samples.of(column, n);
    }

    /// Values that a condition, as text, may ask of a column.
    List<String> suggested(String condition, Column column) {
        return samples.suggested(condition, column, 3);
    }

    /// A value that no row has.
    Optional<String> other(Column column) {
        return samples.of(column, 9_999).filter(value -> fits(column, value));
    }

    /// Any value that is not NULL.
    Optional<String> sample(Column column) {
        return samples.of(column, 3).filter(value -> fits(column, value));
    }

    /// Whether it is a value of the column's type that satisfies the column's domain.
    boolean fits(Column column, String value) {
        return fitting.computeIfAbsent(List.of(column.type(), column.typeName(), value), _ -> {
            try {
                var sql = "select array[cast(%s as %s)::text]".formatted(SqlText.quote(value), column.typeName());
                arena.whole(() -> arena.rows(sql));
                return true;
            } catch (SQLException e) {
                return false;
            }
        });
    }

    /// Whether a table's conditions on this column alone accept the value.
    boolean satisfies(Relation table, Column column, String value) {
        if (!fits(column, value)) {
            return false;
        }
        return facts.checks(table.oid()).stream()
                .filter(check -> check.columns().equals(List.of(column.number())))
                .allMatch(check -> holds(check, column, value));
    }

    private boolean holds(Facts.Check check, Column column, String value) {
        return fitting.computeIfAbsent(List.of(check, column, value), _ -> {
            try {
                var sql = "select array[((%s) is not false)::text] from (select cast(%s as %s) as %s) one"
                        .formatted(check.sql(), SqlText.quote(value), spelled(column), column.quoted());
                return arena.whole(() -> arena.rows(sql)).equals(List.of(List.of("true")));
            } catch (SQLException e) {
                return false;
            }
        });
    }
}
