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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Chooses the values of a row. The server itself finds the combination that satisfies the conditions,
/// among a few candidates for each column.
final class RowMaker {

    private static final int KEYS_OF_A_PARTY = 24;

    /// The values of a column to which functions are applied.
    private static final int MOST_CHANGED = 40;

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
    private final Guesses guesses;
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
        this.guesses = new Guesses(samples, ground.model().catalog());
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
    ///
    /// @param numbers of the columns whose values are not settled, from which further candidates follow
    private record Problem(long table, Map<Column, List<Fill>> candidates, Map<Column, Integer> numbers) {}

    /// One value for each column, which together satisfy the conditions according to the server; the first
    /// candidate of each if there are no conditions.
    private Map<Column, Fill> solved(Wanted wanted, Component component) throws SQLException {
        var candidates = new LinkedHashMap<Column, List<Fill>>();
        var numbers = new LinkedHashMap<Column, Integer>();
        for (var column : component.columns) {
            candidates.put(column, candidates(wanted, column, component.checks));
            if (isFree(wanted, column)) {
                numbers.put(column, number(wanted, column));
            }
        }
        if (component.checks.isEmpty()) {
            return first(candidates);
        }
        var problem = new Problem(wanted.table.oid(), candidates, numbers);
        var known = solutions.get(problem);
        if (known == null) {
            known = solution(problem, component.checks);
            solutions.put(problem, known);
        }
        return known;
    }

    private boolean isFree(Wanted wanted, Column column) {
        var number = column.number();
        return !wanted.overrides.containsKey(number)
                && !wanted.nulls.contains(number)
                && !column.identity()
                && (!links.isLinked(new Links.At(wanted.table.oid(), number)) || isFresh(wanted, column));
    }

    private static Map<Column, Fill> first(Map<Column, List<Fill>> candidates) {
        var first = new LinkedHashMap<Column, Fill>();
        candidates.forEach((column, fills) -> first.put(column, fills.getFirst()));
        return first;
    }

    /// Finds the nearest combination. The rows of a table are much alike: the one that solved the last problem of
    /// the same columns is tried before many others.
    private Map<Column, Fill> solution(Problem problem, List<Facts.Check> checks) throws SQLException {
        var place = List.<Object>of(problem.table, List.copyOf(problem.candidates.keySet()));
        var search = new Combinations(arena, this::spelled, checks);
        var nearest = search.nearest(
                problem.candidates, usual.getOrDefault(place, List.of()), found -> usual.put(place, found));
        return nearest.isPresent()
                ? nearest.get()
                : search.derived(wider(problem, checks)).orElseGet(() -> first(problem.candidates));
    }

    /// The candidates that the server accepts in each column by itself, among more than those of the problem.
    private Map<Column, List<Fill>> wider(Problem problem, List<Facts.Check> checks) throws SQLException {
        var wider = new LinkedHashMap<Column, List<Fill>>();
        for (var each : problem.candidates.entrySet()) {
            var column = each.getKey();
            var n = problem.numbers.get(column);
            wider.put(column, n == null ? each.getValue() : accepted(column, each.getValue(), checks, n));
        }
        return wider;
    }

    /// These fills and further values, as far as the conditions on the column alone accept them; at least the first.
    private List<Fill> accepted(Column column, List<Fill> fills, List<Facts.Check> checks, int n) throws SQLException {
        var own = checks.stream()
                .filter(check -> check.columns().equals(List.of(column.number())))
                .map(check -> "(%s) is not false".formatted(check.sql()));
        var where = Stream.concat(Stream.of("true"), own).collect(Collectors.joining(" and "));
        var all = new LinkedHashSet<>(fills);
        further(column, fills, checks, n).map(Fill::of).forEach(all::add);
        var list = List.copyOf(all);
        var found = arena.eachRow(list.stream()
                .map(fill -> "select array[(%s)::text, %s::text] from %s"
                        .formatted(where, column.quoted(), one(column, fill.sql())))
                .toList());
        var accepted = IntStream.range(0, list.size())
                .filter(i -> found.get(i).getFirst().equals("true"))
                .mapToObj(i -> list.get(i).text().isEmpty()
                        ? list.get(i)
                        : Fill.of(found.get(i).getLast()))
                .distinct()
                .toList();
        return accepted.isEmpty() ? List.of(fills.getFirst()) : accepted;
    }

    /// Values of a column of a table that may satisfy its conditions where the usual ones do not.
    List<String> further(Relation table, Column column, int n) throws SQLException {
        var usual = samples.of(column, n).map(Fill::of).stream().toList();
        return further(column, usual, checksOf(table, List.of(column)), n).toList();
    }

    /// Values that conditions on a column may require, and what the functions make of them that the conditions call.
    private Stream<String> further(Column column, List<Fill> fills, List<Facts.Check> checks, int n)
            throws SQLException {
        var about = checks.stream()
                .filter(check -> check.columns().contains(column.number()))
                .toList();
        var guessed = guesses.of(about, column, n);
        var changed = Stream.concat(fills.stream().flatMap(fill -> fill.text().stream()), guessed.stream())
                .limit(MOST_CHANGED)
                .toList();
        var calls = Equations.calls(about, List.of(column.quoted(), "VALUE"));
        var found = arena.eachRow(calls.stream()
                .flatMap(call -> changed.stream()
                        .map(value -> "select array['', cast(%s as %s)::text] from %s"
                                .formatted(call, spelled(column), one(column, SqlText.quote(value)))))
                .toList());
        var images =
                found.stream().filter(row -> row.size() == 2).map(List::getLast).filter(Objects::nonNull);
        return Stream.concat(images, guessed.stream());
    }

    /// A row of the column alone, and of the name by which conditions of domains call its value.
    private String one(Column column, String sql) {
        var value = "cast(%s as %s)".formatted(sql, spelled(column));
        return column.quoted().equals("value")
                ? "(select %s as value) one".formatted(value)
                : "(select %s as %s, %1$s as value) one".formatted(value, column.quoted());
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
