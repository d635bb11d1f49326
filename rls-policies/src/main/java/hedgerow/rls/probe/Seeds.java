package hedgerow.rls.probe;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/// Makes rows of a tenant in every table. A row that the server refuses is repaired according to its error,
/// a few times.
final class Seeds {

    private static final int MOST_ROUNDS = 20;
    private static final int MOST_VARIANTS = 8;

    /// NOT NULL and CHECK: a trigger may have made the row what they refuse.
    private static final Set<String> OF_ROWS = Set.of("23502", "23514");

    private final Arena arena;
    private final Catalog catalog;
    private final Links links;
    private final Hints hints;
    private final RowMaker maker;
    private final List<List<Relation>> order;
    private final Map<Long, List<Seed>> rows = new LinkedHashMap<>();
    private final Map<Long, String> gaps = new LinkedHashMap<>();
    private final Map<String, String> untriggered = new LinkedHashMap<>();

    /// The way in which a party's first row of a table was made.
    private final Map<List<Object>, How> ways = new HashMap<>();

    private final Map<Party, List<String>> statements = new EnumMap<>(Party.class);
    private final Function<Relation, Set<Integer>> owners;

    /// The seeds on a ground.
    ///
    /// @param owners the columns that identify a row's owner
    Seeds(Arena arena, Ground ground, RowMaker maker, Function<Relation, Set<Integer>> owners) {
        this.arena = arena;
        this.catalog = ground.model().catalog();
        this.links = ground.links();
        this.hints = ground.hints();
        this.maker = maker;
        this.order = new Order(ground.ownership().all()).groups();
        this.owners = owners;
    }

    List<Seed> rows(Relation table, Party party) {
        return rows.getOrDefault(table.oid(), List.of()).stream()
                .filter(row -> row.party() == party)
                .toList();
    }

    Optional<Seed> first(Relation table, Party party) {
        return rows(table, party).stream().findFirst();
    }

    /// The reasons why tables could not be filled, by oid.
    Map<Long, String> gaps() {
        return gaps;
    }

    /// Tables whose triggers were switched off, with what they refused.
    Map<String, String> untriggered() {
        return untriggered;
    }

    /// The statements that make a party's rows again, in their order.
    List<String> statements(Party party) {
        return statements.getOrDefault(party, List.of());
    }

    void forget() {
        ways.clear();
        statements.clear();
        rows.clear();
        gaps.clear();
    }

    /// Fills tables.
    ///
    /// @param which tables
    void fill(Party party, Predicate<Relation> which) throws SQLException {
        arena.execute("set constraints all deferred");
        for (var group : order) {
            var wanted = group.stream().filter(which).toList();
            try {
                arena.whole(() -> {
                    if (wanted.size() > 1) {
                        cycle(wanted, party);
                    } else if (wanted.size() == 1) {
                        fill(wanted.getFirst(), party);
                    }
                    return 0;
                });
            } catch (SQLException e) {
                var failed = arena.failed(e);
                for (var table : wanted) {
                    rows.getOrDefault(table.oid(), List.of()).removeIf(row -> row.party() == party);
                    gaps.put(table.oid(), failed.message());
                }
            }
        }
        try {
            arena.whole(() -> {
                arena.execute("set constraints all immediate");
                return 0;
            });
        } catch (SQLException e) {
            arena.execute("set constraints all deferred");
        }
    }

    private void fill(Relation table, Party party) throws SQLException {
        var error = place(RowMaker.Wanted.of(table, party, 0, Map.of()));
        if (error.isPresent()) {
            if (party == Party.SHARED && adopt(table)) {
                return;
            }
            if (party != Party.NEAR && party != Party.JUNIOR) {
                gaps.put(table.oid(), error.get());
            }
            return;
        }
        if (party == Party.OWN || party == Party.FOREIGN) {
            var variant = 1;
            for (var overrides : variants(table, party)) {
                place(RowMaker.Wanted.of(table, party, variant++, overrides));
            }
        }
    }

    /// Adopts shared rows that exist already.
    private boolean adopt(Relation table) throws SQLException {
        var wanted = RowMaker.Wanted.of(table, Party.SHARED, 0, Map.of());
        var row =
                arena.rows("select %s from only %s order by ctid limit 1".formatted(everything(table), table.quoted()));
        row.forEach(known ->
                rows.computeIfAbsent(table.oid(), _ -> new ArrayList<>()).add(seed(wanted, known)));
        return !row.isEmpty();
    }

    /// The variants of a row for both outcomes of the conditions in policies.
    private List<Map<Integer, Optional<String>>> variants(Relation table, Party party) {
        var variants = new ArrayList<Map<Integer, Optional<String>>>();
        var seed = first(table, party).orElseThrow();
        for (var column : table.columns()) {
            var at = new Links.At(table.oid(), column.number());
            var isOwner = owners.apply(table).contains(column.number());
            if (column.generated() || isOwner && party == Party.OWN) {
                continue;
            }
            if (!isOwner && links.isLinked(at)) {
                continue;
            }
            var alternatives = new LinkedHashSet<>(hints.alternatives(at));
            if (isOwner && !column.notNull()) {
                alternatives.add(Optional.empty());
            }
            if (alternatives.contains(Optional.<String>empty()) && !isOwner) {
                alternatives.addAll(notNull(column));
            }
            alternatives.stream()
                    .filter(value -> value.map(text -> maker.fits(column, text)).orElse(!column.notNull()))
                    .filter(value -> !value.equals(seed.value(column.number())))
                    .forEach(value -> variants.add(Map.of(column.number(), value)));
        }
        return variants.stream().limit(MOST_VARIANTS).toList();
    }

    private List<Optional<String>> notNull(Column column) {
        return maker.sample(column).map(value -> List.of(Optional.of(value))).orElse(List.of());
    }

    // --- one row -------------------------------------------------------------------------------------------------

    /// The ways in which a row is made, in the order in which they are tried.
    private enum How {
        /// By somebody whom no policy binds.
        USUAL,

        /// By the owner of the table, whom triggers may require.
        OWNER,

        /// Without the table's own triggers, which may require other rows in another state.
        UNTRIGGERED,

        /// Without them, once those that wait have run: the server switches none off while one waits.
        SETTLED;

        boolean triggers() {
            return this == USUAL || this == OWNER;
        }

        List<String> before(Relation table) {
            var off = "alter table only %s disable trigger user".formatted(table.quoted());
            return switch (this) {
                case USUAL, OWNER -> List.of();
                case UNTRIGGERED -> List.of(off);
                case SETTLED -> List.of("set constraints all immediate", off);
            };
        }

        List<String> after(Relation table) {
            var on = "alter table only %s enable trigger user".formatted(table.quoted());
            return switch (this) {
                case USUAL, OWNER -> List.of();
                case UNTRIGGERED -> List.of(on);
                case SETTLED -> List.of(on, "set constraints all deferred");
            };
        }
    }

    /// Makes a row.
    ///
    /// @return the last error, if the row could not be made
    private Optional<String> place(RowMaker.Wanted wanted) throws SQLException {
        var table = wanted.table();
        var place = List.<Object>of(wanted.party(), table.oid());
        var way = ways.getOrDefault(place, How.USUAL);
        var tried = new HashSet<List<Object>>();
        var refusal = "";
        var last = "";
        var state = "";
        for (var round = 0; round < MOST_ROUNDS; round++) {
            var values = maker.values(wanted);
            var how = way;
            if (tried.add(List.of(values, how)) || isCounted(values)) {
                try {
                    var seed = arena.whole(() -> insert(wanted, values, how));
                    if (seed.isEmpty()) {
                        return Optional.of("a trigger drops the row");
                    }
                    note(seed.get(), values, how);
                    ways.putIfAbsent(place, how);
                    if (!how.triggers()) {
                        untriggered.putIfAbsent(table.quoted(), refusal);
                    }
                    rows.computeIfAbsent(table.oid(), _ -> new ArrayList<>()).add(seed.get());
                    return Optional.empty();
                } catch (PSQLException e) {
                    var failed = arena.failed(e);
                    state = failed.sqlState();
                    // The owner may be bound by policies itself: its error is less informative.
                    last = how == How.OWNER && state.equals("42501") ? last : failed.message();
                    refusal = how.triggers() ? last : refusal;
                    if (repair(wanted, values, e)) {
                        continue;
                    }
                }
            }
            var next = next(table, how, state);
            if (next.isEmpty()) {
                return Optional.of(last);
            }
            way = next.get();
        }
        return Optional.of(last);
    }

    /// Whether the same statement makes another row the next time.
    private static boolean isCounted(Map<Column, RowMaker.Fill> values) {
        return values.values().stream().anyMatch(RowMaker.Fill::counted);
    }

    private Optional<Seed> insert(RowMaker.Wanted wanted, Map<Column, RowMaker.Fill> values, How how)
            throws SQLException {
        var sql = "%s returning %s".formatted(insertion(wanted.table(), values), everything(wanted.table()));
        if (!how.triggers()) {
            arena.change(String.join("; ", how.before(wanted.table())));
        }
        var rows = how == How.OWNER ? arena.rowsAs(owner(wanted.table()).orElseThrow(), sql) : arena.rows(sql);
        if (!how.triggers()) {
            arena.change(String.join("; ", how.after(wanted.table())));
        }
        var seed = rows.stream().findFirst().map(row -> seed(wanted, row));
        if (seed.filter(made -> isGivenAway(made, values)).isPresent()) {
            throw new PSQLException("a trigger gives the row to somebody else", PSQLState.UNKNOWN_STATE);
        }
        return seed;
    }

    /// Whether a row has not the owner that it was made for.
    private boolean isGivenAway(Seed made, Map<Column, RowMaker.Fill> values) {
        var owner = owners.apply(made.table());
        return values.entrySet().stream()
                .filter(each -> owner.contains(each.getKey().number()))
                .anyMatch(each -> each.getValue()
                        .text()
                        .filter(wanted -> !made.value(each.getKey().number())
                                .filter(wanted::equals)
                                .isPresent())
                        .isPresent());
    }

    /// Records the values that the server computed, because other rows refer to them.
    private void note(Seed seed, Map<Column, RowMaker.Fill> values, How how) {
        var fixed = new LinkedHashMap<Column, RowMaker.Fill>();
        values.forEach((column, fill) -> fixed.put(
                column,
                fill.computed()
                        ? seed.value(column.number()).map(RowMaker.Fill::of).orElse(RowMaker.Fill.NULL)
                        : fill));
        var all = statements.computeIfAbsent(seed.party(), _ -> new ArrayList<>());
        all.addAll(how.before(seed.table()));
        var owner = how == How.OWNER ? owner(seed.table()) : Optional.<String>empty();
        owner.ifPresent(role -> all.add("set local role " + role));
        all.add(insertion(seed.table(), fixed));
        owner.ifPresent(_ -> all.add("set local role none"));
        all.addAll(how.after(seed.table()));
    }

    private static String everything(Relation table) {
        return table.columns().stream()
                .map(column -> ", %s::text".formatted(column.quoted()))
                .collect(Collectors.joining("", "array[tableoid::bigint::text, ctid::text", "]"));
    }

    private static Seed seed(RowMaker.Wanted wanted, List<String> row) {
        var values = new HashMap<Integer, String>();
        var i = 2;
        for (var column : wanted.table().columns()) {
            values.put(column.number(), row.get(i++));
        }
        var place = new Seed.Place(Long.parseLong(row.getFirst()), row.get(1));
        return new Seed(wanted.table(), wanted.party(), wanted.variant(), place, values);
    }

    private static String insertion(Relation table, Map<Column, RowMaker.Fill> values) {
        return values.isEmpty()
                ? "insert into %s default values".formatted(table.quoted())
                : "insert into %s (%s) overriding system value values (%s)"
                        .formatted(
                                table.quoted(),
                                values.keySet().stream().map(Column::quoted).collect(Collectors.joining(", ")),
                                values.values().stream().map(RowMaker.Fill::sql).collect(Collectors.joining(", ")));
    }

    // --- repair --------------------------------------------------------------------------------------------------

    /// Changes the wanted row according to the server's error.
    ///
    /// @return whether there is anything left to try
    private boolean repair(RowMaker.Wanted wanted, Map<Column, RowMaker.Fill> values, PSQLException e) {
        var message = Optional.ofNullable(e.getServerErrorMessage());
        var name = message.map(known -> known.getConstraint());
        var constraint = wanted.table().constraints().stream()
                .filter(known -> isNamed(known.quoted(), name))
                .findFirst();
        var state = String.valueOf(e.getSQLState());
        return switch (state) {
            case "23505", "23P01" -> bump(wanted, key(wanted.table(), name));
            case "23503" ->
                constraint.filter(key -> nullify(wanted, key.columns())).isPresent();
            case "23514" -> shift(wanted, constraint.map(Constraint::columns).orElse(List.of()));
            case "23502" ->
                message.map(known -> known.getColumn())
                        .flatMap(wanted.table()::column)
                        .filter(column -> shift(wanted, List.of((long) column.number())))
                        .isPresent();
            default -> state.startsWith("22") && shift(wanted, unfit(values));
        };
    }

    private List<Long> unfit(Map<Column, RowMaker.Fill> values) {
        return values.entrySet().stream()
                .filter(each -> each.getValue().text().isPresent())
                .filter(each ->
                        !maker.fits(each.getKey(), each.getValue().text().get()))
                .map(each -> (long) each.getKey().number())
                .toList();
    }

    private boolean shift(RowMaker.Wanted wanted, List<Long> columns) {
        columns.forEach(number -> wanted.shifts().merge(number.intValue(), 1, Integer::sum));
        return !columns.isEmpty();
    }

    /// Gives columns of a key that is taken other values, or none.
    private boolean bump(RowMaker.Wanted wanted, List<Long> columns) {
        var free = columns.stream()
                .filter(number -> !wanted.overrides().containsKey(number.intValue()))
                .filter(number -> !links.isLinked(new Links.At(wanted.table().oid(), number.intValue())))
                .toList();
        free.forEach(number -> wanted.bumps().merge(number.intValue(), 1, Integer::sum));
        return !free.isEmpty() || nullify(wanted, columns);
    }

    /// The columns of a key that the server names: of all if it is about expressions.
    private static List<Long> key(Relation table, Optional<String> name) {
        return Stream.concat(
                        table.constraints().stream()
                                .filter(known -> isNamed(known.quoted(), name))
                                .map(Constraint::columns),
                        table.indexes().stream()
                                .filter(known -> isNamed(known.quoted(), name))
                                .map(known -> known.columns().subList(0, known.keys())))
                .filter(columns -> !columns.contains(0L))
                .findFirst()
                .orElseGet(() -> table.columns().stream()
                        .map(column -> (long) column.number())
                        .toList());
    }

    private static boolean isNamed(String quoted, Optional<String> name) {
        return name.filter(quoted.replace("\"", "")::equals).isPresent();
    }

    private boolean nullify(RowMaker.Wanted wanted, List<Long> columns) {
        var nullable = columns.stream()
                .flatMap(number -> wanted.table().column(number).stream())
                .filter(column -> !column.notNull())
                .map(Column::number)
                .filter(number ->
                        !wanted.nulls().contains(number) && !wanted.overrides().containsKey(number))
                .filter(number -> !owners.apply(wanted.table()).contains(number))
                .toList();
        wanted.nulls().addAll(nullable);
        return !nullable.isEmpty();
    }

    /// The next way of making a row that other values do not repair.
    private Optional<How> next(Relation table, How how, String sqlState) {
        var isConstraint = sqlState.startsWith("23") && !OF_ROWS.contains(sqlState);
        return switch (how) {
            case USUAL ->
                isConstraint ? Optional.empty() : Optional.of(owner(table).isPresent() ? How.OWNER : How.UNTRIGGERED);
            case OWNER -> isConstraint ? Optional.empty() : Optional.of(How.UNTRIGGERED);
            case UNTRIGGERED -> sqlState.equals("55006") ? Optional.of(How.SETTLED) : Optional.empty();
            case SETTLED -> Optional.empty();
        };
    }

    private Optional<String> owner(Relation table) {
        return catalog.role(table.owner()).map(Role::quoted);
    }

    // --- cycles --------------------------------------------------------------------------------------------------

    /// Makes rows of tables that refer to one another in one statement, after which their keys are checked.
    private void cycle(List<Relation> tables, Party party) throws SQLException {
        var parts = new ArrayList<String>();
        var returned = new ArrayList<String>();
        for (var table : tables) {
            var values = maker.values(RowMaker.Wanted.of(table, party, 0, Map.of()));
            var name = "r" + parts.size();
            parts.add("%s as (%s returning array[tableoid::bigint::text, ctid::text])"
                    .formatted(name, insertion(table, values)));
            returned.add("select * from " + name);
        }
        var sql = "with %s %s".formatted(String.join(", ", parts), String.join(" union all ", returned));
        try {
            for (var place : arena.whole(() -> arena.rows(sql))) {
                read(tables, party, new Seed.Place(Long.parseLong(place.getFirst()), place.getLast()));
            }
            statements.computeIfAbsent(party, _ -> new ArrayList<>()).add(sql);
        } catch (SQLException e) {
            tables.forEach(table -> gaps.put(table.oid(), Arena.line(e)));
        }
    }

    private void read(List<Relation> tables, Party party, Seed.Place place) throws SQLException {
        var table = tables.stream().filter(each -> each.oid() == place.table()).findFirst();
        if (table.isEmpty()) {
            return;
        }
        var wanted = RowMaker.Wanted.of(table.get(), party, 0, Map.of());
        var seed = arena
                .rows("select %s from only %s where ctid = '%s'"
                        .formatted(everything(table.get()), table.get().quoted(), place.ctid()))
                .stream()
                .findFirst()
                .map(row -> seed(wanted, row));
        seed.ifPresent(row ->
                rows.computeIfAbsent(table.get().oid(), _ -> new ArrayList<>()).add(row));
    }
}
