package hedgerow.rls.prove;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Index;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.InputSettings;
import hedgerow.rls.logic.Search;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.logic.SqlText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A model of a question as statements: rows to place, a session to become, and its statement.
///
/// @param rows that must be there, parents first
/// @param silenced which triggers do not fire as they are placed
/// @param target the row that the claim is about; empty if it is about to be made
/// @param login that it connects as, where that is another role; in SQL syntax
/// @param role that acts, likewise
/// @param settings of the session, by name
/// @param earlier settings under which the statement is planned, where it runs by a plan that is kept
/// @param statement that the session runs
/// @param written the table of the row that it is to write
/// @param made the table in which a row must appear
/// @param peeked whether a function in its WHERE sees rows before the conditions of a view do
/// @param refresh statements that fill the materialized views that it reads
/// @param first what the session runs before it, to become another's
/// @param hindrance why nobody can play it; empty if somebody can
record Scene(
        List<Placed> rows,
        Silenced silenced,
        Optional<Placed> target,
        Optional<String> login,
        String role,
        Map<String, String> settings,
        Optional<Map<String, String>> earlier,
        String statement,
        Optional<Relation> written,
        boolean peeked,
        List<String> refresh,
        Optional<Relation> made,
        Optional<String> first,
        Optional<String> hindrance) {

    /// The query of the rows that a predicate saw.
    static final String PEEKED = "select line from pg_temp.peeked order by 1";

    /// A predicate that is cheaper than any other, so that the server evaluates it first, and no index
    /// before it.
    private static final List<String> PEEK = List.of(
            "set local enable_indexscan = off;",
            "set local enable_indexonlyscan = off;",
            "set local enable_bitmapscan = off;",
            "create temporary table peeked (line text);",
            "create function pg_temp.peek(record) returns boolean language plpgsql cost 0.0001 as"
                    + " 'begin insert into pg_temp.peeked values ($1::text); return true; end';");

    /// A row to place.
    ///
    /// @param values literals by column, quoted
    record Placed(Relation table, Map<String, String> values) {

        Placed only(Predicate<Column> wanted) {
            var some = new LinkedHashMap<>(values);
            table.columns().stream().filter(wanted.negate()).forEach(column -> some.remove(column.quoted()));
            return new Placed(table, some);
        }

        /// The INSERT of the row.
        ///
        /// @param object the table, or a view of it
        String insertInto(String object) {
            return insert(object, "");
        }

        /// The statement that places the row, even where an identity column otherwise accepts no value; an
        /// existing row stays.
        String place() {
            return insert(table.quoted(), " overriding system value")
                    + (mayConflict() ? " on conflict do nothing" : "");
        }

        /// Whether the server takes ON CONFLICT: it refuses it beside rules, and where a key is deferrable.
        private boolean mayConflict() {
            return table.rules().isEmpty()
                    && table.indexes().stream()
                            .filter(index -> index.unique() || index.exclusion())
                            .allMatch(Index::immediate);
        }

        private String insert(String object, String overriding) {
            return values.isEmpty()
                    ? "insert into %s default values".formatted(object)
                    : "insert into %s (%s)%s values (%s)"
                            .formatted(
                                    object,
                                    String.join(", ", values.keySet()),
                                    overriding,
                                    String.join(", ", values.values()));
        }
    }

    static Scene of(Question question, Question.Breach encoded, Search search) {
        return new Maker(question, encoded, search, false).scene();
    }

    /// The statements of a model where times that it leaves open are in the past, so that something is due or has
    /// ended, and functions are asked for many rows instead of none.
    static Scene ofPast(Question question, Question.Breach encoded, Search search) {
        return new Maker(question, encoded, search, true).scene();
    }

    private static final class Maker {

        private static final int MOST_PARENTS = 12;
        private static final String MANY = "100";

        /// A number that no sequence has reached and that a `smallint` can hold.
        private static final int HIGH = 20_000;

        /// The oid of `nextval(regclass)`, which every version shares.
        private static final long NEXTVAL = 1574;

        private final Question question;
        private final Question.Breach encoded;
        private final Encoding encoding;
        private final Catalog catalog;
        private final boolean past;
        private final Decoder decoder;
        private final List<Placed> rows = new ArrayList<>();
        private final List<Placed> modelled = new ArrayList<>();
        private Optional<String> hindrance = Optional.empty();
        private final Map<Slot, Placed> twins = new HashMap<>();
        private int filled;

        Maker(Question question, Question.Breach encoded, Search search, boolean past) {
            this.question = question;
            this.encoded = encoded;
            this.encoding = encoded.encoding();
            this.catalog = encoding.model().catalog();
            this.past = past;
            this.decoder = new Decoder(encoding, search.solver(), past);
        }

        Scene scene() {
            var placed = new LinkedHashMap<Slot, Placed>();
            var there = encoding.rows().stream()
                    .filter(slot -> decoder.isTrue(slot.present()))
                    .toList();
            Stream.of(there, encoded.rows().values(), encoding.written())
                    .flatMap(Collection::stream)
                    .distinct()
                    .forEach(decoder::learn);
            decoder.at(encoded.sessions().getFirst());
            encoded.sessions().forEach(this::fallBack);
            there.forEach(slot -> placed.put(slot, placed(slot, there)));
            modelled.addAll(placed.values());
            placed.values().forEach(row -> place(row, 0));
            var named = encoded.rows();
            var fresh = Optional.ofNullable(named.get("new")).map(this::placed).map(this::numbered);
            fresh.ifPresent(row -> parents(row, 0));
            if (encoded.call().isPresent()) {
                encoding.written().stream().map(this::placed).forEach(row -> parents(row, 0));
            }
            var target = Optional.ofNullable(named.getOrDefault("row", named.get("old")))
                    .map(placed::get);
            var session = encoded.sessions().getFirst();
            return new Scene(
                    rows.stream().distinct().toList(),
                    Silenced.NONE,
                    target,
                    catalog.role(session.login())
                            .filter(login -> login.oid() != session.role() || login.login() && runsCode())
                            .map(Role::quoted),
                    catalog.role(session.role()).map(Role::quoted).orElse("?"),
                    settings(session),
                    earlier(),
                    statement(fresh),
                    fresh.map(Placed::table),
                    encoded.peeked(),
                    refresh(),
                    target.isPresent() ? Optional.empty() : made(),
                    encoded.call().filter(_ -> isEntrance()).map(this::call),
                    hindrance);
        }

        /// Whether the database's code runs. A body may check who logged in; then it must be the login's
        /// own session, which needs a superuser.
        private boolean runsCode() {
            return (question.kind() == Cell.Kind.FUNCTION || question.kind() == Cell.Kind.TRIGGER)
                    && encoding.model().asksLogin();
        }

        private Optional<Map<String, String>> earlier() {
            return encoding.earlier().isEmpty()
                    ? Optional.empty()
                    : Optional.of(encoding.earlier().stream()
                            .flatMap(session -> settings(session).entrySet().stream())
                            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (x, _) -> x)));
        }

        private List<String> refresh() {
            var refresher = encoded.sessions().stream()
                    .filter(session -> session.tag().equals(Views.REFRESH))
                    .findFirst();
            if (refresher.isEmpty()) {
                return List.of();
            }
            var bound = settings(refresher.get());
            return Stream.of(
                            bound.entrySet().stream()
                                    .map(setting -> "set local %s = %s"
                                            .formatted(
                                                    SqlText.setting(setting.getKey()),
                                                    SqlText.quote(setting.getValue()))),
                            catalog.relationsIn(encoding.model().settings().schemas()).stream()
                                    .filter(view -> view.kind() == Relation.Kind.MATERIALIZED_VIEW)
                                    .sorted(Comparator.comparing(Relation::oid))
                                    .map(view -> "refresh materialized view " + view.quoted()),
                            bound.keySet().stream()
                                    .map(name -> "set local %s to default".formatted(SqlText.setting(name))))
                    .flatMap(lines -> lines)
                    .toList();
        }

        /// The table in which a row appears, where a trigger, a function or a view writes to another table.
        private Optional<Relation> made() {
            var gate = question.gate();
            var made = gate.lastIndexOf("INSERT of ");
            return made < 0 ? Optional.empty() : relation(gate.substring(made + "INSERT of ".length()));
        }

        private Optional<Relation> relation(String quoted) {
            return catalog.relations().values().stream()
                    .filter(known -> known.quoted().equals(quoted))
                    .findFirst();
        }

        // --- rows ------------------------------------------------------------------------------------------------

        private Placed placed(Slot slot, List<Slot> there) {
            var twin = there.stream()
                    .filter(other -> other.table().oid() == slot.table().oid() && isSame(slot, other))
                    .max(Comparator.comparing(other -> other.columns().size()))
                    .orElse(slot);
            var known = twins.get(twin);
            if (known == null) {
                known = placed(twin);
                twins.put(twin, known);
            }
            return known;
        }

        /// Whether the model means the same row by both: their primary keys are equal.
        private boolean isSame(Slot x, Slot y) {
            var key = x.table().constraints().stream()
                    .filter(constraint -> constraint.kind() == Constraint.Kind.PRIMARY_KEY)
                    .flatMap(constraint -> constraint.columns().stream())
                    .map(Long::intValue)
                    .toList();
            return !key.isEmpty()
                    && key.stream()
                            .allMatch(number -> x.columns().containsKey(number)
                                    && y.columns().containsKey(number)
                                    && literal(x, number).equals(literal(y, number)));
        }

        private Optional<String> literal(Slot slot, int number) {
            return slot.table().column((long) number).flatMap(column -> decoder.literal(slot.column(number), column));
        }

        private Placed placed(Slot slot) {
            var known = new LinkedHashMap<String, String>();
            for (var column : slot.table().columns()) {
                if (!column.generated() && slot.columns().containsKey(column.number())) {
                    decoder.literal(slot.column(column.number()), column)
                            .ifPresent(value -> known.put(column.quoted(), value));
                }
            }
            return completed(slot.table(), known);
        }

        /// The row with what it must have besides, and what its checks ask for.
        private Placed completed(Relation table, Map<String, String> known) {
            var values = new LinkedHashMap<String, String>();
            var free = new HashSet<String>();
            var partition = Partitions.values(catalog, table);
            for (var column : table.columns()) {
                if (column.generated()) {
                    continue;
                }
                var name = column.quoted();
                Optional.ofNullable(known.getOrDefault(name, partition.get(name)))
                        .or(() -> filler(table, column))
                        .or(() -> shown(table, column))
                        .ifPresent(value -> values.put(name, value));
                if (!known.containsKey(name) && !partition.containsKey(name) && !isReference(table, column)) {
                    free.add(name);
                }
            }
            return new Placed(table, new Completion(encoding.model(), table).completed(values, free, ++filled));
        }

        /// A value for a column without one. A default may read session values that are not set while rows
        /// are placed.
        private Optional<String> filler(Relation table, Column column) {
            var provided = column.identity()
                    || column.defaultTree()
                            .map(tree -> encoding.model().policies().read(table, tree))
                            .filter(value ->
                                    !Sessions.readsSession(encoding.model().names(), value))
                            .filter(value -> !(value instanceof Expr.Constant) || !isKey(table, column))
                            .isPresent();
            return column.notNull() && !provided ? decoder.filler(table, column, ++filled) : Optional.empty();
        }

        /// The row with numbers of its own, for a session that may insert but may not use the sequence.
        private Placed numbered(Placed row) {
            var values = new LinkedHashMap<>(row.values());
            for (var column : row.table().columns()) {
                if (!values.containsKey(column.quoted()) && isSerial(row.table(), column)) {
                    decoder.filler(row.table(), column, HIGH + ++filled)
                            .ifPresent(value -> values.put(column.quoted(), value));
                }
            }
            return new Placed(row.table(), values);
        }

        private boolean isSerial(Relation table, Column column) {
            return column.defaultTree().stream()
                    .flatMap(tree -> Walk.over(encoding.model().policies().read(table, tree)))
                    .anyMatch(place -> place.node() instanceof Expr.Call call && call.function() == NEXTVAL);
        }

        /// Reports whether two rows with the default of the column would clash.
        private static boolean isKey(Relation table, Column column) {
            return table.indexes().stream()
                    .anyMatch(index -> index.unique() && index.columns().contains((long) column.number()));
        }

        /// The value that makes a column visible: a function's result can only be distinguished from
        /// nothing if it is not NULL.
        private Optional<String> shown(Relation table, Column column) {
            var free = question.kind() == Cell.Kind.FUNCTION
                    && column.defaultTree().isEmpty()
                    && !column.identity()
                    && table.constraints().stream()
                            .noneMatch(constraint -> constraint.kind() != Constraint.Kind.NOT_NULL
                                    && constraint.columns().contains((long) column.number()));
            return free ? decoder.filler(table, column, ++filled) : Optional.empty();
        }

        private void place(Placed row, int depth) {
            if (!rows.contains(row) && depth < MOST_PARENTS) {
                parents(row, depth);
                if (!rows.contains(row)) {
                    rows.add(row);
                }
            }
        }

        /// Adds the rows that a row refers to, unless they exist already.
        private void parents(Placed row, int depth) {
            for (var key : row.table().constraints()) {
                if (key.kind() == Constraint.Kind.FOREIGN_KEY && depth < MOST_PARENTS) {
                    catalog.relation(key.foreignRelation()).ifPresent(parent -> parent(row, key, parent, depth));
                }
            }
        }

        private void parent(Placed row, Constraint key, Relation parent, int depth) {
            var values = new LinkedHashMap<String, String>();
            for (var i = 0; i < key.columns().size(); i++) {
                var own = row.table().column(key.columns().get(i)).orElseThrow();
                var there = parent.column(key.foreignColumns().get(i)).orElseThrow();
                var value = row.values().getOrDefault(own.quoted(), "null");
                if (value.equals("null")) {
                    return;
                }
                values.put(there.quoted(), value);
            }
            var known = Stream.concat(rows.stream(), modelled.stream())
                    .filter(other -> other.table().oid() == parent.oid() && !other.equals(row))
                    .filter(other -> values.entrySet().stream()
                            .allMatch(value ->
                                    value.getValue().equals(other.values().get(value.getKey()))))
                    .findFirst();
            if (known.isPresent()) {
                place(known.get(), depth + 1);
            } else {
                place(completed(parent, values), depth + 1);
            }
        }

        /// An accessor may return something to a session without an identity: this is what its body mentions.
        private void fallBack(Session session) {
            session.inputs().forEach((input, value) -> {
                if (input instanceof Input.Call call && session.tag().equals(Homes.UNBOUND)) {
                    catalog.function(call.call().function()).ifPresent(accessor -> decoder.prefer(value, accessor));
                }
            });
        }

        // --- session ---------------------------------------------------------------------------------------------

        private Map<String, String> settings(Session session) {
            var known = new HashMap<Input, String>();
            session.inputs().forEach((input, value) -> {
                if (input instanceof Input.Call call && !session.tag().equals(Homes.UNBOUND)) {
                    hindrance = Optional.of("what %s returns cannot be chosen"
                            .formatted(call.print(encoding.model().names())));
                }
                decoder.text(value).ifPresent(text -> known.put(input, text));
            });
            return InputSettings.of(known);
        }

        // --- statement -------------------------------------------------------------------------------------------

        private String statement(Optional<Placed> fresh) {
            if (isEntrance()) {
                return entered(encoded.rows().get("row"));
            }
            if (encoded.call().isPresent()) {
                return call(encoded.call().get());
            }
            var gate = Cell.commandOf(question.gate());
            var object = Stream.of("new", "old", "parent")
                    .filter(_ -> question.kind() == Cell.Kind.TRIGGER || question.kind() == Cell.Kind.RULE)
                    .flatMap(name -> Stream.ofNullable(encoded.rows().get(name)))
                    .findFirst()
                    .map(row -> row.table().quoted())
                    .orElse(question.object());
            return switch (gate) {
                case "INSERT" ->
                    fresh.map(row -> row.only(writable(row.table(), object, Command.INSERT)))
                            .map(row -> inserted(row, object))
                            .orElse("");
                case "UPDATE" -> fresh.map(row -> update(row, object)).orElseGet(() -> touch(object));
                case "DELETE" -> "delete from " + object;
                case "TRUNCATE" -> "truncate %s cascade".formatted(object);
                default ->
                    encoded.peeked()
                            ? "select count(*) from %s where pg_temp.peek(row(%s))".formatted(object, shown())
                            : "select %s from %s".formatted(shown(), object);
            };
        }

        private boolean isEntrance() {
            return question.leak() == Leak.Kind.IDENTITY;
        }

        private String entered(Slot row) {
            var object = row.table().quoted();
            return question.claim() != Claim.WRITES_STAY_HOME
                    ? "select %s from %s".formatted(shown(object), object)
                    : question.gate().contains("DELETE") ? "delete from " + object : update(placed(row), object);
        }

        /// The row that an INSERT creates. A rule evaluates the inserted values once more: they may then be
        /// different.
        private String inserted(Placed fresh, String object) {
            var own = Optional.ofNullable(encoded.rows().get("own")).map(slot -> placed(slot, List.of()));
            if (own.isEmpty()) {
                return fresh.insertInto(object);
            }
            var values = new ArrayList<String>();
            for (var column : fresh.values().keySet()) {
                var second = fresh.values().get(column);
                var first = own.get().values().getOrDefault(column, second);
                values.add(first.equals(second) ? first : twice(fresh.table(), column, first, second));
            }
            return "insert into %s (%s) select %s"
                    .formatted(object, String.join(", ", fresh.values().keySet()), String.join(", ", values));
        }

        private String twice(Relation table, String quoted, String first, String second) {
            var column = table.columns().stream()
                    .filter(known -> known.quoted().equals(quoted))
                    .findFirst()
                    .orElseThrow();
            var type = catalog.type(column.type()).map(known -> known.quoted()).orElse("text");
            var counter = "'hedgerow.turn%d'".formatted(column.number());
            return "(array[%s::%s, %s::%s])[set_config(%s, (coalesce(nullif(current_setting(%s, true), ''), '0')::int"
                            .formatted(first, type, second, type, counter, counter)
                    + " + 1)::text, true)::int]";
        }

        private String call(Question.Call call) {
            var function = call.function();
            var arguments = new ArrayList<String>();
            for (var i = 0; i < call.arguments().size(); i++) {
                var type = function.argumentTypes().get(i);
                var name = catalog.type(type).map(known -> known.quoted()).orElse("text");
                var literal = decoder.literal(call.arguments().get(i), type).orElse("null");
                arguments.add("%s::%s".formatted(past && literal.equals("0") ? MANY : literal, name));
            }
            var name = function.quoted().substring(0, function.quoted().lastIndexOf('('));
            var called = "%s(%s)".formatted(name, String.join(", ", arguments));
            return function.kind() == Function.Kind.PROCEDURE ? "call " + called : "select * from " + called;
        }

        /// The columns that the role may read.
        private String shown() {
            return shown(question.object());
        }

        private String shown(String object) {
            var role = encoded.sessions().getFirst().role();
            var relation = relation(object).orElseThrow();
            var columns = encoding.model().gates().columns(role, relation, Command.SELECT);
            return relation.columns().stream()
                    .filter(column -> columns.contains(column.number()))
                    .map(Column::quoted)
                    .collect(Collectors.joining(", "));
        }

        private static boolean isReference(Relation table, Column column) {
            return table.constraints().stream()
                    .filter(constraint -> constraint.kind() == Constraint.Kind.FOREIGN_KEY)
                    .anyMatch(constraint -> constraint.columns().contains((long) column.number()));
        }

        /// An UPDATE of which only the old row matters.
        private String touch(String object) {
            var old = encoded.rows().getOrDefault("parent", encoded.rows().get("old"));
            return update(placed(old, List.of(old)), object);
        }

        /// The columns through which a statement on an object may write them: a view's by their names
        /// there.
        private Predicate<Column> writable(Relation table, String object, Command command) {
            var role = encoded.sessions().getFirst().role();
            var target = relation(object).orElse(table);
            var allowed = encoding.model().gates().columns(role, target, command);
            return column -> target.column(column.name())
                    .filter(there -> allowed.contains(there.number()))
                    .isPresent();
        }

        private String update(Placed fresh, String object) {
            var allowed = writable(fresh.table(), object, Command.UPDATE);
            var slot = encoded.rows().getOrDefault("new", encoded.rows().get("old"));
            var mentioned = fresh.table().columns().stream()
                    .filter(column -> allowed.test(column) && fresh.values().containsKey(column.quoted()))
                    .filter(column -> slot != null && slot.columns().containsKey(column.number()))
                    .map(column ->
                            "%s = %s".formatted(column.quoted(), fresh.values().get(column.quoted())))
                    .toList();
            var set = mentioned.isEmpty()
                    ? fresh.table().columns().stream()
                            .filter(column -> allowed.test(column))
                            .filter(column -> !column.generated() && !column.identity())
                            .sorted(Comparator.comparing(column -> isReference(fresh.table(), column)))
                            .limit(1)
                            .map(column -> "%s = %s"
                                    .formatted(
                                            column.quoted(),
                                            decoder.filler(fresh.table(), column, ++filled)
                                                    .orElse("default")))
                            .toList()
                    : mentioned;
            return "update %s set %s".formatted(object, String.join(", ", set));
        }
    }

    /// The scene without some settings of its session.
    Scene without(Set<String> names) {
        var kept = new TreeMap<>(settings);
        kept.keySet().removeAll(names);
        return new Scene(
                rows, silenced, target, login, role, kept, earlier, statement, written, peeked, refresh, made, first,
                hindrance);
    }

    /// The triggers that do not fire while rows are placed.
    enum Silenced {
        NONE,
        AFTER,
        ALL
    }

    /// The scene with these triggers silenced while rows are placed.
    Scene without(Silenced triggers) {
        return new Scene(
                rows, triggers, target, login, role, settings, earlier, statement, written, peeked, refresh, made,
                first, hindrance);
    }

    /// The statements before and after rows are placed.
    ///
    /// @param verb `disable` or `enable`
    List<String> triggers(String verb) {
        return rows.stream()
                .map(Placed::table)
                .filter(_ -> silenced != Silenced.NONE)
                .distinct()
                .flatMap(table -> table.triggers().stream()
                        .filter(trigger ->
                                trigger.fires(Command.INSERT) && (silenced == Silenced.ALL || !trigger.before()))
                        .map(trigger ->
                                "alter table %s %s trigger %s".formatted(table.quoted(), verb, trigger.quoted())))
                .toList();
    }

    /// The script by which a superuser can see it with psql, on a copy.
    String script(String look) {
        var lines = new ArrayList<String>();
        lines.add("begin;");
        triggers("disable").forEach(line -> lines.add(line + ";"));
        rows.forEach(row -> lines.add(row.place() + ";"));
        triggers("enable").forEach(line -> lines.add(line + ";"));
        refresh.forEach(line -> lines.add(line + ";"));
        lines.addAll(become());
        lines.addAll(plan(statement));
        lines.add(planned(statement) + ";");
        login.ifPresent(_ -> lines.add("reset session authorization;"));
        lines.add("reset role;");
        lines.add("-- " + look);
        lines.add("rollback;");
        return String.join("\n", lines) + "\n";
    }

    List<String> become() {
        var lines = new ArrayList<String>();
        login.ifPresent(name -> lines.add("set local session authorization %s;".formatted(name)));
        lines.add("set local role %s;".formatted(role));
        lines.addAll(set(settings));
        first.ifPresent(statement -> lines.add(statement + ";"));
        if (peeked) {
            lines.addAll(PEEK);
        }
        return lines;
    }

    private static List<String> set(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> "set local %s = %s;"
                        .formatted(SqlText.setting(setting.getKey()), SqlText.quote(setting.getValue())))
                .toList();
    }

    /// The statements that plan a statement in the session whose plan is kept, and return to the session.
    List<String> plan(String statement) {
        if (earlier.isEmpty()) {
            return List.of();
        }
        var lines = new ArrayList<>(set(earlier.get()));
        lines.add("prepare kept as %s;".formatted(statement));
        lines.add("explain execute kept;");
        earlier.get().keySet().forEach(name -> lines.add("set local %s to default;".formatted(SqlText.setting(name))));
        lines.addAll(set(settings));
        return lines;
    }

    /// The statement, or the execution of its plan.
    String planned(String statement) {
        return earlier.isEmpty() ? statement : "execute kept";
    }
}
