package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Evaluator;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Names;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Value;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.InputSettings;
import hedgerow.rls.logic.Sessions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Tries a policy on every row and in every session of a small world, in three-valued logic.
///
/// Each column of the row, and each value that the expression reads from the session, has a few
/// representative values: ours, another tenant's, those that it is compared with, NULL where the column
/// allows it; a variable may also be unset, empty, or any constant of the expression. Anything that the
/// evaluator does not know stays unknown, and only a result that is TRUE all the same counts. A finding is
/// therefore real, however the policy is spelled; holes that it misses are left to the prover.
final class Worlds {

    private static final Set<String> COMPARISONS = Set.of("=", "<>", "<", "<=", ">", ">=");
    private static final long BOOLEAN = 16;
    private static final int MOST_ROWS = 4_000;
    private static final int MOST_SESSIONS = 512;
    private static final UUID OURS = new UUID(0xa0L << 56 | 0x4000, 0x8000000000000000L);
    private static final JsonMapper JSON = new JsonMapper();

    /// Everything that a verdict depends on, whatever the table is called.
    record Form(Expr expr, List<ColumnForm> columns) {}

    private record ColumnForm(int number, String name, long type, boolean notNull) {}

    static Form form(Relation table, Expr expr) {
        var columns = Walk.over(expr)
                .filter(Walk.Place::isOwnColumn)
                .map(place -> (long) ((Expr.Column) place.node()).number())
                .distinct()
                .flatMap(number -> table.column(number).stream())
                .map(column -> new ColumnForm(column.number(), column.name(), column.type(), column.notNull()))
                .toList();
        return new Form(NormalForm.ofAnyTable(expr), columns);
    }

    /// A row and a session for which the expression is TRUE.
    record Witness(Map<String, Value> row) {}

    /// A value of a variable that opens the rows of others.
    record Bypass(Input input, Value value, Witness witness) {}

    /// The result. "Foreign" rows share no value with the session; "whole" ones have no NULL in the columns
    /// that identify their owner.
    ///
    /// @param decided false if there are too many worlds to try
    /// @param always TRUE for every row without NULL, in every session
    /// @param open TRUE for a whole foreign row
    /// @param openNull TRUE for a foreign row that has a NULL there
    /// @param unset TRUE for a whole row although no variable is set
    /// @param empty TRUE for a whole row although the variables are empty, or the claims are missing
    /// @param unsetNull TRUE for a row that has a NULL there although no variable is set
    /// @param bypasses the values that open everything
    /// @param failsUnset an error although no variable is set
    /// @param failsEmpty an error when the variables are empty
    record Verdict(
            boolean decided,
            boolean always,
            Optional<Witness> open,
            Optional<Witness> openNull,
            Optional<Witness> unset,
            Optional<Witness> empty,
            Optional<Witness> unsetNull,
            List<Bypass> bypasses,
            boolean failsUnset,
            boolean failsEmpty) {

        static final Verdict UNDECIDED = new Verdict(
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                false,
                false);

        boolean opens() {
            return always || open.isPresent();
        }
    }

    private enum State {
        BOUND,
        UNSET,
        EMPTY,
        NO_CLAIM
    }

    private final Analysis analysis;
    private final Expr expr;
    private final Map<Integer, Column> columns = new TreeMap<>();
    private final Set<Input> inputs = new LinkedHashSet<>();
    private final Map<Integer, Set<Value>> columnConstants = new LinkedHashMap<>();
    private final Map<Input, Set<Value>> inputConstants = new LinkedHashMap<>();
    private final Map<Input, Kind> kinds = new LinkedHashMap<>();
    private final Set<Value> literals = new LinkedHashSet<>();
    private final Set<Integer> keys;

    Worlds(Analysis analysis, Relation table, Expr expr) {
        this.analysis = analysis;
        this.expr = expr;
        scan(table, expr, 0);
        this.keys = keys();
    }

    // --- what there is to vary -----------------------------------------------------------------------------------

    /// Scans an expression, except sub-queries that read tables: those are unknown whatever the row.
    private void scan(Relation table, Expr node, int depth) {
        var input = Sessions.input(analysis.names, node);
        if (input.isPresent()) {
            inputs.add(input.get());
            return;
        }
        if (node instanceof Expr.Column column && column.level() == depth) {
            table.column((long) column.number()).ifPresent(known -> columns.put(column.number(), known));
        }
        note(node, depth);
        node.children().forEach(child -> scan(table, child, depth));
        if (node instanceof Expr.Subquery subquery && subquery.query().isBare()) {
            subquery.query().expressions().forEach(inner -> scan(table, inner, depth + 1));
        }
    }

    private void note(Expr node, int depth) {
        switch (node) {
            case Expr.Constant constant -> constants(constant).forEach(literals::add);
            case Expr.Cast cast when cast.kind() == Expr.Cast.Kind.IO -> noteKind(cast.operand(), cast.type());
            case Expr.Call call
            when isNumber(call) -> call.arguments().forEach(argument -> noteKind(argument, call.type()));
            case Expr.Case branches -> noteCase(branches, depth);
            default -> Comparison.of(analysis.names, node).ifPresent(comparison -> noteComparison(comparison, depth));
        }
    }

    private boolean isNumber(Expr.Call call) {
        return analysis.names
                .routine(call.function())
                .filter(routine -> routine.builtin() && routine.name().matches("int[248]|bool|numeric"))
                .isPresent();
    }

    /// The columns that identify a row's owner: NULL in them belongs to nobody; in another column it is
    /// only one more value.
    private Set<Integer> keys() {
        var asked = Walk.over(expr)
                .filter(place -> place.depth() == 0 && isAsked(place.node()))
                .flatMap(place -> Sessions.ownColumns(place.node()));
        var named = columns.values().stream()
                .filter(column -> analysis.settings.tenantColumns().contains(column.name()))
                .map(Column::number);
        var bound = Stream.concat(Sessions.boundColumns(analysis.names, expr), asked)
                .map(Expr.Column::number);
        return Stream.concat(named, bound).collect(Collectors.toSet());
    }

    /// Whether a part looks the row up, in tables or by a function that cannot be read.
    private boolean isAsked(Expr node) {
        return switch (node) {
            case Expr.Subquery subquery -> !subquery.query().isBare();
            case Expr.Call call ->
                analysis.names
                        .routine(call.function())
                        .filter(Names.Routine::builtin)
                        .isEmpty();
            default -> false;
        };
    }

    private void noteKind(Expr operand, long type) {
        var kind = Kind.of(baseType(type));
        if (kind != Kind.TEXT && kind != Kind.OTHER) {
            Sessions.inputs(analysis.names, operand).forEach(input -> kinds.putIfAbsent(input, kind));
        }
    }

    private void noteCase(Expr.Case branches, int depth) {
        if (branches.subject().isPresent()) {
            var constants = branches.whens().stream()
                    .flatMap(when -> Comparison.of(analysis.names, when.condition()).stream())
                    .flatMap(comparison -> constants(comparison.right()))
                    .toList();
            noteConstants(branches.subject().get(), constants, depth);
        }
    }

    private void noteComparison(Comparison comparison, int depth) {
        if (COMPARISONS.contains(comparison.symbol())) {
            comparison
                    .sides()
                    .forEach(side ->
                            noteConstants(side.left(), constants(side.right()).toList(), depth));
        }
    }

    private void noteConstants(Expr operand, Collection<Value> constants, int depth) {
        Comparison.column(operand)
                .filter(column -> column.level() == depth)
                .ifPresent(column -> columnConstants
                        .computeIfAbsent(column.number(), number -> new LinkedHashSet<>())
                        .addAll(constants));
        if (Walk.over(operand).noneMatch(Walk.Place::isOwnColumn)) {
            Sessions.inputs(analysis.names, operand)
                    .forEach(input -> inputConstants
                            .computeIfAbsent(input, key -> new LinkedHashSet<>())
                            .addAll(constants));
        }
    }

    private static Stream<Value> constants(Expr expr) {
        return switch (NormalForm.bare(expr)) {
            case Expr.Constant constant -> constants(constant.value());
            case Expr.ArrayOf array -> array.elements().stream().flatMap(Worlds::constants);
            case Expr.Cast cast -> constants(cast.operand());
            default -> Stream.of();
        };
    }

    private static Stream<Value> constants(Value value) {
        return switch (value) {
            case Value.Array(var elements) -> elements.stream().flatMap(Worlds::constants);
            case Value.Null none -> Stream.of();
            case Value known -> known.isKnown() ? Stream.of(known) : Stream.of();
        };
    }

    // --- values --------------------------------------------------------------------------------------------------

    private enum Kind {
        UUID,
        INTEGER,
        BOOLEAN,
        TEXT,
        OTHER;

        static Kind of(long type) {
            return switch ((int) type) {
                case 2950 -> UUID;
                case 20, 21, 23, 26, 1700 -> INTEGER;
                case 16 -> BOOLEAN;
                case 19, 25, 1042, 1043 -> TEXT;
                default -> OTHER;
            };
        }

        static Kind of(Value value) {
            return switch (value) {
                case Value.Uuid _ -> UUID;
                case Value.Int _ -> INTEGER;
                case Value.Bool _ -> BOOLEAN;
                case Value.Text _ -> TEXT;
                default -> OTHER;
            };
        }
    }

    private long baseType(long type) {
        return analysis.catalog
                .type(type)
                .filter(known -> known.kind() == 'd')
                .map(known -> baseType(known.baseType()))
                .orElse(type);
    }

    private Kind kind(Column column) {
        var citext = analysis.names.type(column.type()).filter(name -> name.endsWith("citext"));
        return citext.isPresent() ? Kind.TEXT : Kind.of(baseType(column.type()));
    }

    private List<Value> domain(Column column, boolean foreign, boolean withNull) {
        var values = new ArrayList<Value>();
        var theirs = new UUID(OURS.getMostSignificantBits() + column.number(), OURS.getLeastSignificantBits());
        switch (kind(column)) {
            case UUID -> values.addAll(List.of(Value.of(OURS), Value.of(theirs)));
            case INTEGER -> values.addAll(List.of(Value.of(1), Value.of(100_000L + column.number())));
            case TEXT -> values.addAll(List.of(Value.of(OURS.toString()), Value.of(theirs.toString())));
            case BOOLEAN -> values.addAll(List.of(Value.TRUE, Value.FALSE));
            case OTHER -> values.add(Value.UNKNOWN);
        }
        if (!foreign && kind(column) == Kind.TEXT) {
            values.addAll(List.of(Value.of(""), Value.of("Ab")));
        }
        if (foreign && kind(column) != Kind.BOOLEAN && kind(column) != Kind.OTHER) {
            values.removeFirst();
        }
        columnConstants.getOrDefault(column.number(), Set.of()).stream()
                .flatMap(Worlds::around)
                .filter(value -> !values.contains(value))
                .forEach(values::add);
        if (withNull && !column.notNull()) {
            values.add(Value.NULL);
        }
        return values;
    }

    private static Stream<Value> around(Value value) {
        return value instanceof Value.Int(var number)
                ? Stream.of(Value.of(number - 1), value, Value.of(number + 1))
                : Stream.of(value);
    }

    private List<Map<Integer, Value>> rows(Predicate<Column> foreign, Predicate<Column> withNull) {
        var rows = List.of(Map.<Integer, Value>of());
        for (var column : columns.values()) {
            var domain = domain(column, foreign.test(column), withNull.test(column));
            if ((long) rows.size() * domain.size() > MOST_ROWS) {
                return List.of();
            }
            rows = rows.stream()
                    .flatMap(row -> domain.stream().map(value -> with(row, column.number(), value)))
                    .toList();
        }
        return rows;
    }

    private static <K> Map<K, Value> with(Map<K, Value> values, K key, Value value) {
        var longer = new LinkedHashMap<>(values);
        longer.put(key, value);
        return longer;
    }

    /// The value of an input in a session that is bound to our tenant.
    private Value ours(Input input) {
        return switch (kinds.getOrDefault(input, Kind.TEXT)) {
            case INTEGER -> Value.of("1");
            case BOOLEAN -> Value.of("false");
            case UUID, TEXT, OTHER -> Value.of(OURS.toString());
        };
    }

    private Value ours(Expr.Call call) {
        return switch (Kind.of(baseType(call.type()))) {
            case INTEGER -> Value.of(1);
            case UUID -> Value.of(OURS);
            case TEXT -> Value.of(OURS.toString());
            case BOOLEAN, OTHER -> Value.UNKNOWN;
        };
    }

    // --- trying --------------------------------------------------------------------------------------------------

    /// A session. `override` replaces one input.
    private final class Session implements Evaluator.World {

        private final State state;
        private final Map<Input, Value> override;
        private final Map<String, Value> json;
        private final Expr reduced;
        private Map<Integer, Value> row = Map.of();

        Session(State state, Map<Input, Value> override) {
            this.state = state;
            this.override = override;
            this.json = jsonSettings();
            this.reduced = reduce(expr);
        }

        /// Computes once the parts that do not depend on the row.
        private Expr reduce(Expr node) {
            if (Walk.over(node).noneMatch(place -> place.isOwnColumn() || isBound(place.node()))) {
                return new Expr.Constant(value(node), "", node.type());
            }
            var children = node.children().stream().map(this::reduce).toList();
            return children.isEmpty() ? node : node.with(children);
        }

        /// Whether a node is bound to a node around it.
        private static boolean isBound(Expr node) {
            return node instanceof Expr.Subject || node instanceof Expr.Output || node instanceof Expr.Parameter;
        }

        private Value value(Expr node) {
            return new Evaluator(analysis.names, this).evaluate(node);
        }

        @Override
        public Value column(Expr.Column column) {
            return row.getOrDefault(column.number(), Value.UNKNOWN);
        }

        @Override
        public Value setting(String name) {
            if (!name.contains(".")) {
                return Value.UNKNOWN;
            }
            return json.containsKey(name) ? json.get(name) : value(new Input.Setting(name));
        }

        /// The value in the text of the variable; other inputs take their own type.
        private Value value(Input input) {
            if (override.containsKey(input)) {
                return override.get(input);
            }
            return switch (state) {
                case BOUND -> ours(input);
                case UNSET, NO_CLAIM -> Value.NULL;
                case EMPTY -> Value.of("");
            };
        }

        private Map<String, Value> jsonSettings() {
            var names = inputs.stream()
                    .flatMap(input ->
                            input instanceof Input.Member member ? Stream.of(member.setting()) : Stream.empty())
                    .collect(Collectors.toCollection(TreeSet::new));
            return names.stream().collect(Collectors.toMap(name -> name, this::jsonSetting));
        }

        private Value jsonSetting(String name) {
            if (override.containsValue(Value.UNKNOWN)) {
                return Value.UNKNOWN;
            }
            if (state == State.UNSET) {
                return Value.NULL;
            }
            if (state == State.EMPTY) {
                return Value.of("");
            }
            if (inputs.stream()
                    .anyMatch(input ->
                            input instanceof Input.Part part && part.setting().equals(name))) {
                return Value.of(state == State.BOUND ? parts(name) : "");
            }
            var root = JSON.createObjectNode();
            if (state == State.BOUND) {
                for (var input : inputs) {
                    if (input instanceof Input.Claim claim && claim.setting().equals(name)) {
                        put(root, claim);
                    }
                }
            }
            return Value.of(root.toString());
        }

        private String parts(String name) {
            var known = new LinkedHashMap<Input, String>();
            for (var input : inputs) {
                if (input instanceof Input.Part part
                        && part.setting().equals(name)
                        && value(part) instanceof Value.Text(var text)) {
                    known.put(part, text);
                }
            }
            return InputSettings.of(known).getOrDefault(name, "");
        }

        private void put(ObjectNode root, Input.Claim claim) {
            var node = root;
            for (var key : claim.path().subList(0, claim.path().size() - 1)) {
                node = node.get(key) instanceof ObjectNode known ? known : node.putObject(key);
            }
            if (value(claim) instanceof Value.Text(var text)
                    && !node.has(claim.path().getLast())) {
                node.put(claim.path().getLast(), text);
            }
        }

        @Override
        public Value call(Expr.Call call, List<Value> arguments) {
            var input = new Input.Call(call);
            if (!inputs.contains(input)) {
                return Value.UNKNOWN;
            }
            if (override.containsKey(input)) {
                return override.get(input);
            }
            return state == State.BOUND || !ours(call).isKnown() ? ours(call) : Value.NULL;
        }

        @Override
        public Value sessionValue(Expr.SessionValue value) {
            return value.kind().isUser()
                    ? override.getOrDefault(new Input.User(), Value.of(OURS.toString()))
                    : Value.UNKNOWN;
        }

        Value of(Map<Integer, Value> row) {
            this.row = row;
            return value(reduced);
        }

        Optional<Witness> first(List<Map<Integer, Value>> rows) {
            return rows.stream().filter(row -> of(row).isTrue()).findFirst().map(Worlds.this::witness);
        }

        boolean fails(List<Map<Integer, Value>> rows) {
            return rows.stream().anyMatch(row -> of(row) instanceof Value.Failed);
        }

        boolean always(List<Map<Integer, Value>> rows) {
            return rows.stream().allMatch(row -> of(row).isTrue());
        }
    }

    private Witness witness(Map<Integer, Value> row) {
        var named = new LinkedHashMap<String, Value>();
        row.forEach((number, value) -> named.put(columns.get(number).name(), value));
        return new Witness(named);
    }

    private Session session(State state) {
        return new Session(state, Map.of());
    }

    /// A row that a bound session may have and in which the `foreign` columns belong to another tenant.
    Optional<Witness> admits(Set<String> foreign) {
        return session(State.BOUND).first(rows(column -> foreign.contains(column.name()), column -> false));
    }

    boolean mentions(String column) {
        return columns.values().stream().anyMatch(known -> known.name().equals(column));
    }

    Verdict verdict() {
        var whole = rows(column -> true, column -> !keys.contains(column.number()));
        var any = rows(column -> false, column -> false);
        var all = rows(column -> true, column -> true);
        if (whole.isEmpty() || any.isEmpty() || all.isEmpty()) {
            return Verdict.UNDECIDED;
        }
        var hollow = all.stream()
                .filter(row -> keys.stream().anyMatch(key -> Value.NULL.equals(row.get(key))))
                .toList();
        var bound = session(State.BOUND);
        var unset = session(State.UNSET);
        var empty = session(State.EMPTY);
        var always = !computes(expr) && bound.always(any) && unset.always(any) && empty.always(any) && everywhere(any);
        var open = bound.first(whole);
        return new Verdict(
                true,
                always,
                open,
                bound.first(hollow),
                unset.first(whole),
                empty.first(whole).or(() -> session(State.NO_CLAIM).first(whole)),
                unset.first(hollow)
                        .or(() -> empty.first(hollow))
                        .or(() -> session(State.NO_CLAIM).first(hollow)),
                open.isPresent() ? List.of() : bypasses(whole),
                unset.fails(whole),
                empty.fails(whole));
    }

    /// Whether a function computes something from the row: for `length(body)`, our few texts are not
    /// representative.
    private static boolean computes(Expr node) {
        return switch (node) {
            case Expr.Call call when Sessions.readsRow(call) -> true;
            case Expr.Operator operator when operator.type() != BOOLEAN && Sessions.readsRow(operator) -> true;
            default -> node.children().stream().anyMatch(Worlds::computes);
        };
    }

    /// Whether it is TRUE whichever of its literals the session holds; if they are too many, whatever it
    /// holds.
    private boolean everywhere(List<Map<Integer, Value>> rows) {
        var sessions = List.of(Map.<Input, Value>of());
        for (var input : inputs) {
            var values = values(input);
            if ((long) sessions.size() * values.size() > MOST_SESSIONS) {
                var unknown = inputs.stream().collect(Collectors.toMap(each -> each, each -> Value.UNKNOWN));
                return new Session(State.BOUND, unknown).always(rows);
            }
            sessions = sessions.stream()
                    .flatMap(session -> values.stream().map(value -> with(session, input, value)))
                    .toList();
        }
        return sessions.stream().allMatch(session -> new Session(State.BOUND, session).always(rows));
    }

    /// The values of an input, in sessions in which it is set or not.
    private List<Value> values(Input input) {
        var usual = switch (input) {
            case Input.User _ -> Stream.of(Value.of(OURS.toString()));
            case Input.Call(var call) -> Stream.of(ours(call), Value.NULL);
            case Input.Setting _, Input.Member _ -> Stream.of(ours(input), Value.NULL);
        };
        var literal = literals.stream().flatMap(value -> held(input, value));
        var flag = kinds.get(input) == Kind.BOOLEAN ? Stream.of(Value.of("true")) : Stream.<Value>of();
        return Stream.of(usual, literal, flag)
                .flatMap(values -> values)
                .distinct()
                .toList();
    }

    /// The literal of the expression, if the input can hold it.
    private Stream<Value> held(Input input, Value literal) {
        return switch (input) {
            case Input.User _ -> words(literal);
            case Input.Call(var call) ->
                Kind.of(literal) == Kind.of(baseType(call.type())) ? Stream.of(literal) : Stream.of();
            case Input.Setting _, Input.Member _ -> {
                var kind = kinds.getOrDefault(input, Kind.TEXT);
                yield kind == Kind.TEXT || kind == Kind.of(literal) ? words(literal) : Stream.of();
            }
        };
    }

    /// The text forms of a value in a variable. A pattern without its wildcards is close to a text that it
    /// matches.
    private static Stream<Value> words(Value literal) {
        return switch (literal) {
            case Value.Text(var text) ->
                Stream.of(text, text.replaceAll("^\\W+|\\W+$", "")).map(Value::of);
            case Value.Int(var number) -> Stream.of(Value.of(Long.toString(number)));
            case Value.Bool(var truth) -> Stream.of(Value.of(Boolean.toString(truth)));
            case Value.Uuid(var uuid) -> Stream.of(Value.of(uuid.toString()));
            default -> Stream.of();
        };
    }

    /// The values that bypass the policy. PostgREST sets variables from a signed token; any SQL of the
    /// session can set all others.
    private List<Bypass> bypasses(List<Map<Integer, Value>> rows) {
        var found = new ArrayList<Bypass>();
        for (var input : inputs) {
            if (isSettable(input)) {
                switches(input)
                        .flatMap(value -> new Session(State.BOUND, Map.of(input, value))
                                .first(rows).map(witness -> new Bypass(input, value, witness)).stream())
                        .findFirst()
                        .ifPresent(found::add);
            }
        }
        return found;
    }

    private static boolean isSettable(Input input) {
        return switch (input) {
            case Input.Setting(var name) -> !name.startsWith("request.");
            case Input.Member member -> !member.setting().startsWith("request.");
            case Input.Call _, Input.User _ -> false;
        };
    }

    private Stream<Value> switches(Input input) {
        var constants = inputConstants.getOrDefault(input, Set.of()).stream()
                .flatMap(Worlds::words)
                .filter(value -> !value.equals(Value.of("")));
        return Stream.concat(constants, kinds.get(input) == Kind.BOOLEAN ? Stream.of(Value.of("true")) : Stream.of());
    }

    /// The row in words, such as `status = 'open'`; empty if only its tenant matters.
    static String describe(Witness witness, Analysis analysis) {
        return witness.row().entrySet().stream()
                .filter(entry -> !stands(entry.getValue()))
                .map(entry -> entry.getKey()
                        + (entry.getValue().isNull() ? " IS NULL" : " = " + print(entry.getValue(), analysis)))
                .collect(Collectors.joining(", "));
    }

    private static boolean stands(Value value) {
        return switch (value) {
            case Value.Uuid(var uuid) -> uuid.getLeastSignificantBits() == OURS.getLeastSignificantBits();
            case Value.Text(var text) -> text.startsWith("a0000000-0000-4");
            case Value.Int(var number) -> number >= 100_000L;
            default -> !value.isKnown();
        };
    }

    private static String print(Value value, Analysis analysis) {
        return analysis.print(new Expr.Constant(value, "", 0));
    }
}
