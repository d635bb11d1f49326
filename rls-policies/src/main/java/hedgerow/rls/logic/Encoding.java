package hedgerow.rls.logic;

import static hedgerow.rls.smt.Terms.FALSE;
import static hedgerow.rls.smt.Terms.TRUE;
import static hedgerow.rls.smt.Terms.and;
import static hedgerow.rls.smt.Terms.apply;
import static hedgerow.rls.smt.Terms.eq;
import static hedgerow.rls.smt.Terms.implies;
import static hedgerow.rls.smt.Terms.ite;
import static hedgerow.rls.smt.Terms.not;
import static hedgerow.rls.smt.Terms.or;

import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Index;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Value;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.smt.Script;
import hedgerow.rls.smt.Sort;
import hedgerow.rls.smt.Terms;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Policies as formulas over symbolic rows and sessions, for one question.
///
/// Every unmodelled part is a fresh value, so that a question without a solution here has none on the
/// server. Sub-selects become witness rows where they find something, and rules about every row where they
/// do not; [Search] states these as models need them.
public final class Encoding {

    /// The oid of `textcat(text, text)`, which every version shares.
    private static final long TEXTCAT = 1258;

    /// The oid of the collation of the database, by which citext compares, too: others may have other small letters.
    private static final long DEFAULT_COLLATION = 100;

    /// Functions whose result is NULL only if an argument is.
    private static final Set<String> TOTAL = Set.of(
            "textcat",
            "initcap",
            "length",
            "char_length",
            "character_length",
            "octet_length",
            "btrim",
            "ltrim",
            "rtrim",
            "replace",
            "translate",
            "left",
            "right",
            "substr",
            "strpos",
            "split_part",
            "md5",
            "sha256",
            "encode",
            "decode",
            "abs");

    private static final String A_UUID = "a0000000-0000-4000-8000-000000000001";

    /// Functions that return any value except NULL.
    private static final Set<String> FRESH =
            Set.of("gen_random_uuid", "uuidv4", "uuidv7", "random", "clock_timestamp", "nextval");
    /// The operators that add an interval to a time.
    private static final Set<String> MOVES = Set.of("timestamptz_pl_interval", "timestamptz_mi_interval");

    /// Nodes whose value depends on several rows.
    private static final Set<String> OVER_ROWS = Set.of("AGGREF", "WINDOWFUNC", "GROUPINGFUNC");

    /// Functions that return the time at which the transaction began.
    private static final Set<String> CLOCKS = Set.of("now", "transaction_timestamp");

    private static final Set<String> COMPARISONS = Set.of("=", "<>", "<", "<=", ">", ">=");
    /// Lossless casts, by the name of their function.
    private static final Map<String, Set<Long>> WIDENING = Map.of(
            "int4", Set.of(21L),
            "int8", Set.of(21L, 23L, 26L),
            "numeric", Set.of(20L, 21L, 23L),
            "text", Set.of(19L),
            "timestamp", Set.of(1082L));

    private final Model model;
    private final Script script;
    private final Kinds kinds;
    private final Theory theory;
    private final Map<Integer, Encoded> parameters = new HashMap<>();
    private final Map<Long, List<Slot>> slots = new LinkedHashMap<>();
    private final List<Slot> written = new ArrayList<>();
    private final Queue<Witness> witnesses = new ArrayDeque<>();
    private final List<Always> rules = new ArrayList<>();
    private final Map<Object, Session> earlier = new LinkedHashMap<>();
    private final Subselects subselects;
    private final Map<Expr, Integer> opaque = new IdentityHashMap<>();
    private final Set<String> loose = new TreeSet<>();
    private final List<Applied> applied = new ArrayList<>();
    private final Map<String, String> clocks = new HashMap<>();
    private final Set<Pattern> patterns = new LinkedHashSet<>();
    private final List<Like> likes = new ArrayList<>();

    /// A condition that existing rows must meet if `guard` holds.
    record Witness(String guard, Runnable body) {}

    /// A condition that all rows of these tables must meet if `guard` holds.
    record Always(String guard, List<Long> tables, Consumer<List<Slot>> body, Set<List<Slot>> done) {}

    /// The encoding of a question.
    ///
    /// @param explained whether proofs name their assumptions
    public Encoding(Model model, boolean explained) {
        this.model = model;
        this.script = new Script(explained);
        this.kinds = new Kinds(model.catalog());
        this.theory = new Theory(script, kinds, model.names());
        this.subselects = new Subselects(this);
    }

    public Script script() {
        return script;
    }

    public Model model() {
        return model;
    }

    Theory theory() {
        return theory;
    }

    Kinds kinds() {
        return kinds;
    }

    Map<Long, List<Slot>> slots() {
        return slots;
    }

    Queue<Witness> witnesses() {
        return witnesses;
    }

    List<Always> rules() {
        return rules;
    }

    /// The functions about which only their name is known.
    public Set<String> loose() {
        return loose;
    }

    /// The values of `$n` in expressions of a function's body.
    public Map<Integer, Encoded> parameters() {
        return parameters;
    }

    // --- rows and sessions ---------------------------------------------------------------------------------------

    /// An existing row.
    public Slot there(Relation table) {
        return slot(table, TRUE, 0);
    }

    /// A row that a command is about to write. It does not exist yet, so no sub-select finds it.
    public Slot written(Relation table) {
        var slot = new Slot(table, TRUE, 0, this::column);
        written.add(slot);
        return slot;
    }

    /// Whether a row did not exist before.
    public boolean isMade(Slot row) {
        return written.contains(row);
    }

    /// Rows about to be written: checks hold for them too.
    public List<Slot> written() {
        return written;
    }

    Slot slot(Relation table, String present, int depth) {
        var slot = new Slot(table, present, depth, this::column);
        slots.computeIfAbsent(table.oid(), _ -> new ArrayList<>()).add(slot);
        return slot;
    }

    private Encoded column(Relation table, int number) {
        var column = table.column((long) number);
        if (column.isEmpty()) {
            return unmodelled(Sort.VALUE, "column %d of %s".formatted(number, table.quoted()));
        }
        var sort = kinds.sort(column.get().type());
        var name = table.name() + "_" + column.get().name();
        var term = script.constant(name, sort);
        var required = model.isNeverNull(table, column.get());
        return new Encoded(FALSE, required ? FALSE : script.constant(name + "_null", Sort.BOOL), term, sort);
    }

    /// The value of a session's input; the same for every use.
    public Encoded input(Session session, Input input) {
        if (input instanceof Input.User) {
            return user(session);
        }
        return session.inputs().computeIfAbsent(input, _ -> {
            var name = session.tag() + "_" + input.print(model.names());
            var sort = sortOf(input);
            var value =
                    new Encoded(FALSE, script.constant(name + "_null", Sort.BOOL), script.constant(name, sort), sort);
            requireRole(session, input, value);
            return value;
        });
    }

    /// An API sets the role that its client's token names: the claim is that role, or is not there.
    private void requireRole(Session session, Input input, Encoded value) {
        if (Sessions.isRole(input) && model.settings().apiRoles().contains(session.role())) {
            var role = model.catalog().role(session.role()).map(Role::name).orElse("?");
            script.require(
                    "assumption: the claim of a role is the session's role",
                    or(value.isNull(), eq(value.term(), text("")), eq(value.term(), text(role))));
        }
    }

    public Sort sortOf(Input input) {
        return input instanceof Input.Call(var call) ? kinds.sort(call.type()) : Sort.VALUE;
    }

    private Encoded user(Session session) {
        var name = model.catalog().role(session.user()).map(Role::name).orElse("?");
        return Encoded.of(theory.text(name), Sort.VALUE);
    }

    public String text(String value) {
        return theory.text(value);
    }

    /// The texts that the script mentions, with their terms.
    public Map<String, String> texts() {
        return theory.texts();
    }

    /// The uuids that the script mentions, with their terms.
    public Map<String, String> uuids() {
        return theory.uuids();
    }

    /// The rows that may exist, in the order of their appearance.
    public List<Slot> rows() {
        return slots.values().stream().flatMap(List::stream).toList();
    }

    public String malformed(Encoded text, long type) {
        return kinds.isText(type) ? FALSE : theory.malformed(text.term(), kinds.base(type));
    }

    public Encoded constant(String prefix, long type) {
        var sort = kinds.sort(type);
        return new Encoded(FALSE, script.constant(prefix + "_null", Sort.BOOL), script.constant(prefix, sort), sort);
    }

    public Encoded textValue(String text) {
        return Encoded.of(theory.text(text), Sort.VALUE);
    }

    /// A text as a setting takes it: NULL is the empty text there.
    public Encoded orEmpty(Encoded text) {
        return Encoded.of(ite(text.isNull(), theory.text(""), text.term()), text.sort());
    }

    /// An unmodelled value of a type.
    public Encoded anyValue(long type, String reason) {
        return unmodelled(kinds.sort(type), reason);
    }

    /// An unmodelled value of a sort.
    public Encoded anyValue(Sort sort, String reason) {
        return unmodelled(sort, reason);
    }

    /// Requires something unmodelled.
    public void requireUnmodelled(String reason) {
        script.require(script.unmodelled(reason));
    }

    public Encoded nothing(long type) {
        var sort = kinds.sort(type);
        return Encoded.ofNull(theory.anything(sort), sort);
    }

    // --- what is not modelled ------------------------------------------------------------------------------------

    private Encoded unmodelled(Sort sort, String reason) {
        var flag = script.unmodelled(reason);
        return new Encoded(
                FALSE,
                or(not(flag), script.constant("unknown_null", Sort.BOOL)),
                script.constant("unknown", sort),
                sort);
    }

    Truth unmodelled(String reason) {
        var flag = script.unmodelled(reason);
        var value = script.constant("unknown", Sort.BOOL);
        return new Truth(and(flag, value), and(flag, not(value)), not(flag));
    }

    // --- values --------------------------------------------------------------------------------------------------

    public Encoded value(Expr expr, Place place) {
        var input = Sessions.input(model.names(), expr);
        if (input.isPresent()) {
            return read(expr, input.get(), place.session());
        }
        if (kinds.sort(expr.type()) == Sort.BOOL
                && !(expr instanceof Expr.Column)
                && !(expr instanceof Expr.Constant)) {
            var truth = truth(expr, place);
            return new Encoded(truth.raises(), truth.isNull(), truth.isTrue(), Sort.BOOL);
        }
        return switch (expr) {
            case Expr.Column column -> column(column, place);
            case Expr.Constant(var value, var bytes, var type) -> theory.constant(value, bytes, type);
            case Expr.Inlined inlined ->
                sparedValue(
                        isSpared(inlined, place),
                        inlined(
                                inlined,
                                place,
                                session -> value(inlined.body(), place.as(session)),
                                reason -> unmodelled(kinds.sort(inlined.type()), reason)));
            case Expr.Cast cast -> cast(cast, place);
            case Expr.Coalesce(var arguments, var type) -> coalesce(arguments, type, place);
            case Expr.NullIf nullIf -> nullIf(nullIf, place);
            case Expr.Extreme extreme -> extreme(extreme, place);
            case Expr.Case choice -> choice(choice, place);
            case Expr.Subject(var type) ->
                place.subject().orElseGet(() -> unmodelled(kinds.sort(type), "a subject without CASE"));
            case Expr.Parameter(var number, var type) ->
                parameters.containsKey(number)
                        ? parameters.get(number)
                        : unmodelled(kinds.sort(type), "parameter $" + number);
            case Expr.Output output -> output(output, place);
            case Expr.Call call -> call(call, place);
            case Expr.Operator operator -> arithmetic(operator, place);
            case Expr.SessionValue value -> ofSession("now_" + value.kind(), kinds.sort(value.type()), place.session());
            case Expr.Subquery subquery -> subselects.scalar(subquery, place);
            case Expr.ArrayOf(var elements, var type) -> function("array", elements, type, false, place);
            case Expr.Row(var fields, var type) -> function("row", fields, type, false, place);
            default -> opaque(expr, place);
        };
    }

    /// The value of an opaque expression. If it depends on rows alone, it is an unknown function; the same
    /// expression of the same policy is the same function.
    private Encoded opaque(Expr expr, Place place) {
        var pure =
                !Sessions.readsSession(model.names(), expr) && Walk.over(expr).allMatch(part -> isPure(part.node()));
        if (!pure) {
            return unmodelled(kinds.sort(expr.type()), construct(expr));
        }
        var number = opaque.computeIfAbsent(expr, _ -> opaque.size());
        loose.add(construct(expr));
        var columns = Walk.over(expr)
                .flatMap(part -> part.node() instanceof Expr.Column column ? Stream.of(column) : Stream.empty())
                .map(column -> column(column, place))
                .toList();
        return uninterpreted("opaque_" + number, columns, kinds.sort(expr.type()), false);
    }

    private boolean isPure(Expr expr) {
        return switch (expr) {
            case Expr.Call call ->
                !isOverRows(call)
                        && model.names()
                                .routine(call.function())
                                .filter(routine -> routine.builtin() && routine.volatility() == 'i')
                                .isPresent();
            case Expr.Opaque(var node, var ignored, var type) -> !OVER_ROWS.contains(node);
            case Expr.Subquery _, Expr.SessionValue _, Expr.Parameter _ -> false;
            default -> true;
        };
    }

    /// Whether its value depends on other rows too.
    private boolean isOverRows(Expr.Call call) {
        return model.catalog()
                .function(call.function())
                .map(Function::kind)
                .filter(kind -> kind == Function.Kind.AGGREGATE || kind == Function.Kind.WINDOW)
                .isPresent();
    }

    private static String construct(Expr expr) {
        return expr instanceof Expr.Opaque(var node, var ignored, var type)
                ? node
                : expr.getClass().getSimpleName();
    }

    private Encoded column(Expr.Column column, Place place) {
        var row = fields(column, place);
        return row.isEmpty() || column.number() <= 0
                ? unmodelled(kinds.sort(column.type()), "column " + column.name())
                : row.get().column(column);
    }

    private static Optional<Fields> fields(Expr.Column column, Place place) {
        var scopes = place.scopes();
        return column.level() < scopes.size()
                ? Optional.ofNullable(scopes.get(column.level()).get(column.source()))
                : place.own().<Fields>map(row -> row).filter(_ -> column.level() == scopes.size());
    }

    private Encoded read(Expr expr, Input input, Session session) {
        return switch (input) {
            case Input.User _ ->
                expr instanceof Expr.SessionValue value && value.kind() == Expr.SessionValue.Kind.SESSION_USER
                        ? ofSession("session_user", Sort.VALUE, session)
                        : user(session);
            case Input.Setting setting -> setting(expr, input(session, setting));
            case Input.Claim claim ->
                kinds.isJson(expr.type())
                        ? ofSession("json_" + claim.print(model.names()), Sort.VALUE, session)
                        : input(session, claim);
            case Input.Part part -> input(session, part);
            case Input.Call call -> input(session, call);
        };
    }

    /// The value of a setting: `current_setting(name)` raises an error if there is none,
    /// `current_setting(name, true)` is NULL.
    private Encoded setting(Expr expr, Encoded value) {
        var lenient = expr instanceof Expr.Call call
                && call.arguments().size() == 2
                && !(call.arguments().getLast() instanceof Expr.Constant constant
                        && constant.value().equals(Value.FALSE));
        return lenient ? value : new Encoded(value.isNull(), FALSE, value.term(), value.sort());
    }

    private Encoded ofSession(String name, Sort sort, Session session) {
        return Encoded.of(script.function(Terms.symbol(session.tag() + "_" + name), List.of(), sort), sort);
    }

    private <T> T inlined(
            Expr.Inlined inlined,
            Place place,
            java.util.function.Function<Session, T> body,
            java.util.function.Function<String, T> unmodelled) {
        var function = model.catalog().function(inlined.call().function());
        var session = place.session();
        if (function.isEmpty()) {
            return body.apply(session);
        }
        var open = model.searchPaths()
                .openness(function.get(), model.policies().named(function.get().oid()));
        if (open.isPresent()) {
            return unmodelled.apply(open.get());
        }
        var cached = function.get().volatility() == Function.Volatility.IMMUTABLE
                && model.policies().looksAround(function.get().oid());
        if (cached) {
            return body.apply(within(function.get(), earlier(session, function.get())));
        }
        var inner = within(function.get(), session);
        if (inlined.call().arguments().stream().anyMatch(argument -> isCallers(argument, session, inner))) {
            return unmodelled.apply("what %s is given by a session that it changes"
                    .formatted(function.get().quoted()));
        }
        return body.apply(inner);
    }

    /// Whether an argument depends on state that the function changes: the body replaces the call, and
    /// would compute the argument as another session.
    boolean isCallers(Expr argument, Session caller, Session function) {
        return !function.equals(caller) && Sessions.readsRole(model.names(), argument)
                || !function.tag().equals(caller.tag()) && Sessions.readsSession(model.names(), argument);
    }

    /// The session in which a plan was made, and which has another's settings: a plan may keep the result
    /// that an IMMUTABLE function returned there.
    private Session earlier(Session session, Function function) {
        return session.asSet()
                ? session
                : earlier.computeIfAbsent(
                        List.of(session, function.oid()),
                        _ -> session.before("%s_earlier_%d".formatted(session.tag(), function.oid())));
    }

    /// The sessions in which plans were made that others run.
    public Collection<Session> earlier() {
        return earlier.values();
    }

    /// The formula that a STRICT function is not called because an argument is NULL; its result is then
    /// NULL.
    private String isSpared(Expr.Inlined inlined, Place place) {
        var strict = model.catalog()
                .function(inlined.call().function())
                .filter(Function::strict)
                .isPresent();
        return strict
                ? or(inlined.call().arguments().stream()
                        .map(argument -> value(argument, place))
                        .map(argument -> and(not(argument.raises()), argument.isNull()))
                        .toList())
                : FALSE;
    }

    private static Encoded sparedValue(String isSpared, Encoded value) {
        return new Encoded(
                and(not(isSpared), value.raises()), or(isSpared, value.isNull()), value.term(), value.sort());
    }

    private static Truth spared(String isSpared, Truth truth) {
        return new Truth(
                and(not(isSpared), truth.isTrue()), and(not(isSpared), truth.isFalse()), or(isSpared, truth.isNull()));
    }

    /// The session inside one of its functions: under the function's owner, and with the settings of its
    /// SET clauses.
    public Session within(Function function, Session session) {
        var own = function.securityDefiner() ? session.as(function.owner()) : session.asUser();
        var settings = function.settings().stream()
                .map(setting -> setting.split("=", 2))
                .filter(setting -> setting[0].contains("."))
                .toList();
        if (settings.isEmpty() || session.asSet()) {
            return own;
        }
        var inputs = new LinkedHashMap<>(session.inputs());
        settings.forEach(setting -> {
            inputs.keySet()
                    .removeIf(input -> input instanceof Input.Member member
                            && member.setting().equals(setting[0]));
            inputs.put(new Input.Setting(setting[0]), textValue(setting[1]));
        });
        return own.with(session.tag() + "_" + function.oid(), inputs);
    }

    private Encoded output(Expr.Output output, Place place) {
        return output.number() >= 1 && output.number() <= place.outputs().size()
                ? value(place.outputs().get(output.number() - 1), place)
                : unmodelled(kinds.sort(output.type()), "an output of a sub-select");
    }

    private Encoded coalesce(List<Expr> arguments, long type, Place place) {
        var values = arguments.stream().map(argument -> value(argument, place)).toList();
        var result = values.getLast();
        for (var value : values.reversed().subList(1, values.size())) {
            result = new Encoded(
                    or(value.raises(), and(value.isNull(), result.raises())),
                    and(value.isNull(), result.isNull()),
                    script.share(value.sort(), ite(value.isNull(), result.term(), value.term())),
                    value.sort());
        }
        return result;
    }

    private Encoded nullIf(Expr.NullIf nullIf, Place place) {
        var left = value(nullIf.children().getFirst(), place);
        var same = compare(nullIf.equality(), place);
        return new Encoded(
                or(left.raises(), and(not(left.isNull()), same.raises())),
                or(left.isNull(), same.isTrue()),
                left.term(),
                left.sort());
    }

    /// The value of GREATEST or LEAST, which ignore NULL. For values without an order they are unknown
    /// functions.
    private Encoded extreme(Expr.Extreme extreme, Place place) {
        var sort = kinds.sort(extreme.type());
        var values = extreme.arguments().stream()
                .map(argument -> value(argument, place))
                .toList();
        if (sort != Sort.REAL || values.stream().anyMatch(value -> value.sort() != Sort.REAL)) {
            var name = "%s_%d".formatted(extreme.greatest() ? "greatest" : "least", extreme.type());
            return kinds.isText(extreme.type())
                    ? unmodelled(sort, construct(extreme))
                    : function(name, extreme.arguments(), extreme.type(), false, place);
        }
        var result = values.getFirst();
        for (var value : values.subList(1, values.size())) {
            var later = apply(extreme.greatest() ? ">" : "<", List.of(value.term(), result.term()));
            var taken = or(result.isNull(), and(not(value.isNull()), later));
            result = new Encoded(
                    or(result.raises(), value.raises()),
                    and(result.isNull(), value.isNull()),
                    script.share(sort, ite(taken, value.term(), result.term())),
                    sort);
        }
        return result;
    }

    private Encoded choice(Expr.Case choice, Place place) {
        var inner = choice.subject()
                .map(subject -> place.with(value(subject, place)))
                .orElse(place);
        var result = choice.otherwise().map(expr -> value(expr, place)).orElseGet(() -> nothing(choice.type()));
        for (var when : choice.whens().reversed()) {
            var met = truth(when.condition(), inner);
            var then = value(when.result(), place);
            result = new Encoded(
                    or(met.raises(), and(met.isTrue(), then.raises()), and(not(met.isTrue()), result.raises())),
                    ite(met.isTrue(), then.isNull(), result.isNull()),
                    script.share(then.sort(), ite(met.isTrue(), then.term(), result.term())),
                    then.sort());
        }
        return result;
    }

    // --- casts ---------------------------------------------------------------------------------------------------

    private Encoded cast(Expr.Cast cast, Place place) {
        var from = cast.operand().type();
        return switch (cast.kind()) {
            case COLLATE, DOMAIN -> value(cast.operand(), place);
            case RELABEL ->
                kinds.sort(from) == kinds.sort(cast.type())
                        ? relabelled(value(cast.operand(), place), from, cast.type())
                        : unmodelled(kinds.sort(cast.type()), "a cast to another representation");
            case IO -> convert(value(cast.operand(), place), from, cast.type());
            case ARRAY, ROW -> function("cast_" + cast.type(), List.of(cast.operand()), cast.type(), true, place);
        };
    }

    private Encoded relabelled(Encoded value, long from, long to) {
        var padded = kinds.base(to) == Kinds.BPCHAR && kinds.base(from) != Kinds.BPCHAR;
        return padded ? theory.parse(value, to) : value;
    }

    /// The value converted through the text form.
    public Encoded convert(Encoded value, long from, long to) {
        var source = kinds.base(from);
        var target = kinds.base(to);
        if (source == target || kinds.isText(from) && kinds.isText(to) && target != Kinds.NAME) {
            return value;
        }
        if (kinds.isText(from)) {
            return theory.parse(value, to);
        }
        if (kinds.isText(to) && kinds.hasOneText(from)) {
            return theory.print(value, from);
        }
        return unmodelled(kinds.sort(to), "a cast through text that loses something");
    }

    // --- functions -----------------------------------------------------------------------------------------------

    private Encoded call(Expr.Call call, Place place) {
        var routine = model.names().routine(call.function());
        var arguments = call.arguments();
        if (routine.isEmpty()) {
            return unmodelled(kinds.sort(call.type()), "a function that is not in the catalog");
        }
        if (isOverRows(call)) {
            return unmodelled(
                    kinds.sort(call.type()), "aggregate " + routine.get().name());
        }
        var name = routine.get().name();
        if (routine.get().builtin()
                && arguments.size() == 1
                && WIDENING.getOrDefault(name, Set.of())
                        .contains(kinds.base(arguments.getFirst().type()))) {
            return value(arguments.getFirst(), place);
        }
        if (routine.get().builtin() && name.equals("lower") && isPrintedUuid(arguments.getFirst())) {
            return value(arguments.getFirst(), place);
        }
        var folded = theory.evaluate(call);
        if (folded.isKnown()) {
            return theory.constant(folded, "", call.type());
        }
        if (routine.get().builtin()
                && name.equals("lower")
                && call.collation() == DEFAULT_COLLATION
                && kinds.isText(arguments.getFirst().type())) {
            var text = value(arguments.getFirst(), place);
            return new Encoded(text.raises(), text.isNull(), theory.folded(text.term()), Sort.VALUE);
        }
        if (routine.get().builtin() && name.equals("num_nonnulls") && arguments.size() > 1) {
            return counted(arguments, place);
        }
        return ofFunction(
                call.function(), name, routine.get().volatility(), routine.get().strict(), call, place);
    }

    /// The number of arguments that are not NULL.
    private Encoded counted(List<Expr> arguments, Place place) {
        var values = arguments.stream().map(argument -> value(argument, place)).toList();
        return new Encoded(
                or(values.stream().map(Encoded::raises).toList()),
                FALSE,
                apply(
                        "+",
                        values.stream()
                                .map(value -> ite(value.isNull(), "0.0", "1.0"))
                                .toList()),
                Sort.REAL);
    }

    private Encoded ofFunction(long oid, String name, char volatility, boolean strict, Expr expr, Place place) {
        var function = model.catalog().function(oid);
        var trusted = function.filter(
                        it -> it.schema().equals("pg_catalog") || it.extension().isPresent())
                .isPresent();
        var label = function.map(Function::quoted).orElse(name);
        if (!trusted) {
            return unmodelled(kinds.sort(expr.type()), "function " + label + ", whose body is not read");
        }
        if (trusted && FRESH.contains(name)) {
            return Encoded.of(script.constant(name, kinds.sort(expr.type())), kinds.sort(expr.type()));
        }
        if (isClock(expr)) {
            return clock(place.session(), kinds.sort(expr.type()));
        }
        if (volatility == 'v') {
            return unmodelled(kinds.sort(expr.type()), "function " + label + ", which is VOLATILE");
        }
        var joined = joined(name, expr);
        if (joined.isPresent()) {
            return value(joined.get(), place);
        }
        loose.add(name);
        var scope =
                volatility == 'i' ? "" : place.session().tag() + place.session().user();
        var arguments =
                expr.children().stream().map(argument -> value(argument, place)).toList();
        var any = uninterpreted("f_%s_%d_%s".formatted(name, oid, scope), arguments, kinds.sort(expr.type()), strict);
        var total = strict && TOTAL.contains(name) && function.get().schema().equals("pg_catalog");
        var nulls = arguments.stream().map(Encoded::isNull).toList();
        var result = total ? any.nullIf(or(nulls)) : any;
        if (oid == TEXTCAT) {
            theory.joined(result, arguments);
        }
        called(oid, expr).ifPresent(call -> applied.add(new Applied(call, arguments, result)));
        return result;
    }

    /// A call, also of the function of an operator.
    private static Optional<Expr.Call> called(long function, Expr expr) {
        return switch (expr) {
            case Expr.Call call -> Optional.of(call);
            case Expr.Operator(var ignored, var same, var operands, var type, var collation)
            when same == function -> Optional.of(new Expr.Call(function, operands, type, collation));
            default -> Optional.empty();
        };
    }

    /// The time at which the transaction began: the same for everything that runs in it.
    private Encoded clock(Session session, Sort sort) {
        return Encoded.of(clocks.computeIfAbsent(session.clock(), tag -> script.constant("now_" + tag, sort)), sort);
    }

    /// The term of the time at which the session's transaction began, if it is in use.
    public Optional<String> clock(Session session) {
        return Optional.ofNullable(clocks.get(session.clock()));
    }

    private boolean isClock(Expr expr) {
        return expr instanceof Expr.Call call
                && call.arguments().isEmpty()
                && model.names()
                        .routine(call.function())
                        .filter(routine -> routine.builtin() && CLOCKS.contains(routine.name()))
                        .isPresent();
    }

    /// The concatenation of a text and another value, as one of two texts.
    private Optional<Expr> joined(String name, Expr expr) {
        return Set.of("textanycat", "anytextcat").contains(name)
                        && expr.children().stream()
                                .allMatch(part -> kinds.isText(part.type()) || kinds.hasOneText(part.type()))
                ? Optional.of(new Expr.Call(
                        TEXTCAT,
                        expr.children().stream()
                                .<Expr>map(part -> new Expr.Cast(part, Expr.Cast.Kind.IO, Kinds.TEXT))
                                .toList(),
                        Kinds.TEXT,
                        0))
                : Optional.empty();
    }

    /// The result of a function for some arguments.
    public record Applied(Expr.Call call, List<Encoded> arguments, Encoded result) {}

    /// Calls of functions of which nothing is known but that they are functions.
    public List<Applied> applied() {
        return applied;
    }

    /// The value of an unknown function: the same for the same arguments, and otherwise anything.
    private Encoded function(String name, List<Expr> arguments, long type, boolean strict, Place place) {
        var values = arguments.stream().map(argument -> value(argument, place)).toList();
        return uninterpreted(name, values, kinds.sort(type), strict);
    }

    private Encoded uninterpreted(String name, List<Encoded> arguments, Sort result, boolean strict) {
        var sorts = arguments.stream().map(Encoded::sort).toList();
        var signature =
                Terms.symbol(name + "_" + sorts.stream().map(Sort::text).collect(Collectors.joining()) + result.text());
        var terms = arguments.stream().map(Encoded::term).toList();
        var nulls = arguments.stream().map(Encoded::isNull).toList();
        if (!strict) {
            // NULL is an argument like any other.
            var marked = Stream.concat(
                            arguments.stream()
                                    .map(argument ->
                                            ite(argument.isNull(), theory.anything(argument.sort()), argument.term())),
                            nulls.stream())
                    .toList();
            var marks = Stream.concat(sorts.stream(), nulls.stream().map(_ -> Sort.BOOL))
                    .toList();
            return applied(signature + "_n", marks, marked, result, arguments, List.of());
        }
        return applied(signature, sorts, terms, result, arguments, nulls);
    }

    private Encoded applied(
            String name,
            List<Sort> sorts,
            List<String> terms,
            Sort result,
            List<Encoded> arguments,
            List<String> nulls) {
        var isNull = apply(script.function(name + "_null", sorts, Sort.BOOL), terms);
        return new Encoded(
                or(arguments.stream().map(Encoded::raises).toList()),
                or(Stream.concat(nulls.stream(), Stream.of(isNull)).toList()),
                script.share(result, apply(script.function(name, sorts, result), terms)),
                result);
    }

    private Encoded arithmetic(Expr.Operator operator, Place place) {
        var symbol = model.names().operator(operator.operator()).orElse("?");
        var folded = theory.evaluate(operator);
        if (folded.isKnown()) {
            return theory.constant(folded, "", operator.type());
        }
        var exact = operator.operands().stream().allMatch(operand -> kinds.isInteger(operand.type()));
        if (operator.operands().size() == 2 && Set.of("+", "-").contains(symbol) && exact) {
            var left = value(operator.operands().getFirst(), place);
            var right = value(operator.operands().getLast(), place);
            return new Encoded(
                    or(left.raises(), right.raises()),
                    or(left.isNull(), right.isNull()),
                    apply(symbol, List.of(left.term(), right.term())),
                    Sort.REAL);
        }
        var moved = moved(operator, symbol, place);
        if (moved.isPresent()) {
            return moved.get();
        }
        var routine = model.names().routine(operator.function());
        return ofFunction(
                operator.function(),
                routine.map(r -> r.name()).orElse("operator"),
                routine.map(r -> r.volatility()).orElse('v'),
                routine.filter(r -> r.strict()).isPresent(),
                operator,
                place);
    }

    /// The transaction's start time moved by some seconds: days and months have no fixed length, and other
    /// times may be infinite.
    private Optional<Encoded> moved(Expr.Operator operator, String symbol, Place place) {
        var routine = model.names().routine(operator.function());
        if (routine.filter(known -> known.builtin() && MOVES.contains(known.name()))
                        .isEmpty()
                || !isClock(NormalForm.bare(operator.operands().getFirst()))
                || !(NormalForm.bare(operator.operands().getLast()) instanceof Expr.Constant interval)) {
            return Optional.empty();
        }
        var began = clock(place.session(), Sort.REAL).term();
        return kinds.days(interval).map(days -> Encoded.of(apply(symbol, List.of(began, days)), Sort.REAL));
    }

    // --- truth ---------------------------------------------------------------------------------------------------

    /// The formula that a condition is TRUE.
    public String isTrue(Expr condition, Place place) {
        return truth(condition, place).isTrue();
    }

    /// The formula that a condition is FALSE or NULL.
    public String isNotTrue(Expr condition, Place place) {
        var truth = truth(condition, place);
        return or(truth.isFalse(), truth.isNull());
    }

    Truth truth(Expr expr, Place place) {
        var input = Sessions.input(model.names(), expr);
        var truth = input.isPresent()
                ? Truth.of(asBoolean(read(expr, input.get(), place.session())))
                : truthOf(expr, place);
        return new Truth(
                script.share(Sort.BOOL, truth.isTrue()),
                script.share(Sort.BOOL, truth.isFalse()),
                script.share(Sort.BOOL, truth.isNull()));
    }

    Encoded asBoolean(Encoded value) {
        return value.sort() == Sort.BOOL ? value : unmodelled(Sort.BOOL, "an input that is not a truth value");
    }

    private Truth truthOf(Expr expr, Place place) {
        return switch (expr) {
            case Expr.Constant constant -> Truth.of(theory.constant(constant.value(), constant.bytes(), Kinds.BOOL));
            case Expr.And(var operands) -> Truth.and3(truths(operands, place));
            case Expr.Or(var operands) -> Truth.or3(truths(operands, place));
            case Expr.Not(var operand) -> truth(operand, place).negated();
            case Expr.NullTest test -> nullTest(test, place);
            case Expr.BooleanTest(var operand, var kind) -> booleanTest(truth(operand, place), kind);
            case Expr.Distinct(var equality) -> distinct(equality, place);
            case Expr.Operator operator -> compare(operator, place);
            case Expr.Quantified quantified -> quantified(quantified, place);
            case Expr.Subquery subquery -> subselects.truth(subquery, place);
            case Expr.Inlined inlined ->
                spared(
                        isSpared(inlined, place),
                        inlined(inlined, place, session -> truth(inlined.body(), place.as(session)), this::unmodelled));
            case Expr.Column column -> Truth.of(column(column, place));
            case Expr.Case choice -> Truth.of(choice(choice, place));
            case Expr.Coalesce(var arguments, var type) -> Truth.of(coalesce(arguments, type, place));
            case Expr.NullIf nullIf -> Truth.of(nullIf(nullIf, place));
            case Expr.Call call -> Truth.of(asBoolean(call(call, place)));
            case Expr.Cast cast -> Truth.of(asBoolean(cast(cast, place)));
            case Expr.Parameter(var number, var type)
            when parameters.containsKey(number) -> Truth.of(asBoolean(parameters.get(number)));
            case Expr.Output output -> Truth.of(asBoolean(output(output, place)));
            case Expr.Subject _
            when place.subject().isPresent() ->
                Truth.of(asBoolean(place.subject().get()));
            default -> unmodelled(construct(expr));
        };
    }

    private List<Truth> truths(List<Expr> operands, Place place) {
        return operands.stream().map(operand -> truth(operand, place)).toList();
    }

    private Truth nullTest(Expr.NullTest test, Place place) {
        if (test.row()) {
            return unmodelled("IS NULL of a row");
        }
        var value = value(test.operand(), place);
        var truth = new Truth(
                and(not(value.raises()), value.isNull()), and(not(value.raises()), not(value.isNull())), FALSE);
        return test.isNull() ? truth : truth.negated();
    }

    private static Truth booleanTest(Truth truth, Expr.BooleanTest.Kind kind) {
        return switch (kind) {
            case IS_TRUE -> new Truth(truth.isTrue(), or(truth.isFalse(), truth.isNull()), FALSE);
            case IS_NOT_TRUE -> new Truth(or(truth.isFalse(), truth.isNull()), truth.isTrue(), FALSE);
            case IS_FALSE -> new Truth(truth.isFalse(), or(truth.isTrue(), truth.isNull()), FALSE);
            case IS_NOT_FALSE -> new Truth(or(truth.isTrue(), truth.isNull()), truth.isFalse(), FALSE);
            case IS_UNKNOWN -> new Truth(truth.isNull(), or(truth.isTrue(), truth.isFalse()), FALSE);
            case IS_NOT_UNKNOWN -> new Truth(or(truth.isTrue(), truth.isFalse()), truth.isNull(), FALSE);
        };
    }

    private Truth distinct(Expr.Operator equality, Place place) {
        var left = value(equality.operands().getFirst(), place);
        var right = value(equality.operands().getLast(), place);
        var equal = compare(equality, left, right);
        var there = and(not(left.raises()), not(right.raises()));
        var same = or(and(left.isNull(), right.isNull()), and(not(left.isNull()), not(right.isNull()), equal.isTrue()));
        var different = or(
                and(left.isNull(), not(right.isNull())),
                and(not(left.isNull()), right.isNull()),
                and(not(left.isNull()), not(right.isNull()), equal.isFalse()));
        return new Truth(and(there, different), and(there, same), FALSE);
    }

    // --- comparisons ---------------------------------------------------------------------------------------------

    private Truth compare(Expr.Operator operator, Place place) {
        var uuids = uuidsAlike(operator);
        if (uuids.isPresent()) {
            return equality(value(operator.operands().getFirst(), place), value(uuids.get(), place));
        }
        return operator.operands().size() == 2
                ? compare(
                        operator,
                        value(operator.operands().getFirst(), place),
                        value(operator.operands().getLast(), place))
                : Truth.of(asBoolean(arithmetic(operator, place)));
    }

    private static Truth equality(Encoded left, Encoded right) {
        return known(left, right, eq(left.term(), right.term()));
    }

    /// The truth of a strict condition that holds of two values.
    private static Truth known(Encoded left, Encoded right, String holds) {
        var there = and(not(left.raises()), not(right.raises()));
        var known = and(there, not(left.isNull()), not(right.isNull()));
        return new Truth(and(known, holds), and(known, not(holds)), and(there, or(left.isNull(), right.isNull())));
    }

    /// Whether it is the text of a uuid, which has small letters alone, no wildcards, and one length.
    private boolean isPrintedUuid(Expr expr) {
        return NormalForm.bare(expr) instanceof Expr.Cast(var operand, var kind, var ignored)
                && kind == Expr.Cast.Kind.IO
                && kinds.base(operand.type()) == Kinds.UUID;
    }

    /// The text that one of a uuid must equal to be LIKE it: `'…'`, or `'…' || '%'`.
    private Optional<Expr> uuidsAlike(Expr.Operator operator) {
        if (!isBuiltin(operator, "textlike")
                || !isPrintedUuid(operator.operands().getFirst())) {
            return Optional.empty();
        }
        var pattern = NormalForm.bare(operator.operands().getLast());
        var text = pattern instanceof Expr.Operator joined
                        && isBuiltin(joined, "textcat")
                        && NormalForm.bare(joined.operands().getLast())
                                instanceof Expr.Constant(Value.Text(var rest), var ignored, var type)
                        && rest.matches("%*")
                ? joined.operands().getFirst()
                : pattern;
        return Optional.of(text).filter(this::isPrintedUuid);
    }

    private boolean isBuiltin(Expr.Operator operator, String name) {
        return Sessions.isBuiltin(model.names(), operator.function(), name);
    }

    /// The truth of a comparison.
    ///
    /// @param operator its operands determine the types of the values
    Truth compare(Expr.Operator operator, Encoded left, Encoded right) {
        var symbol = model.names().operator(operator.operator()).orElse("?");
        var types = operator.operands().stream().map(Expr::type).toList();
        if (!isPlain(operator, symbol, types) || left.sort() != right.sort()) {
            return Truth.of(predicate(operator, left, right));
        }
        var fold = types.stream().anyMatch(kinds::isCitext);
        var x = fold ? theory.folded(left.term()) : left.term();
        var y = fold ? theory.folded(right.term()) : right.term();
        var holds = switch (symbol) {
            case "=" -> equal(x, y, operator.collation());
            case "<>" -> not(equal(x, y, operator.collation()));
            default -> order(symbol, x, y, left.sort(), operator.collation());
        };
        return known(left, right, holds);
    }

    /// Whether the operator has the meaning of its symbol, over values that are fully compared by it.
    private boolean isPlain(Expr.Operator operator, String symbol, List<Long> types) {
        var function = model.catalog().function(operator.function());
        var trusted = function.filter(it -> it.schema().equals("pg_catalog")
                        || it.extension().isPresent() && it.name().startsWith("citext_"))
                .isPresent();
        var comparable = types.stream().map(kinds::base).distinct().count() == 1
                || types.stream().allMatch(kinds::isNumber)
                || types.stream().allMatch(kinds::isText);
        return trusted
                && comparable
                && COMPARISONS.contains(symbol)
                && types.stream().allMatch(kinds::hasPlainEquality);
    }

    private String equal(String left, String right, long collation) {
        return model.names().deterministic(collation)
                ? eq(left, right)
                : or(
                        eq(left, right),
                        apply(
                                script.function("equal_" + collation, List.of(Sort.VALUE, Sort.VALUE), Sort.BOOL),
                                List.of(left, right)));
    }

    private String order(String symbol, String left, String right, Sort sort, long collation) {
        if (sort == Sort.REAL) {
            return apply(symbol, List.of(left, right));
        }
        var less = script.function("less_%s_%d".formatted(sort.text(), collation), List.of(sort, sort), Sort.BOOL);
        return switch (symbol) {
            case "<" -> isLess(less, left, right);
            case ">" -> isLess(less, right, left);
            case "<=" -> not(isLess(less, right, left));
            default -> not(isLess(less, left, right));
        };
    }

    private static String isLess(String less, String left, String right) {
        return and(not(eq(left, right)), apply(less, List.of(left, right)), not(apply(less, List.of(right, left))));
    }

    private Encoded predicate(Expr.Operator operator, Encoded left, Encoded right) {
        var function = model.catalog().function(operator.function());
        var trusted = function.filter(
                        it -> it.schema().equals("pg_catalog") || it.extension().isPresent())
                .filter(it -> it.volatility() == Function.Volatility.IMMUTABLE);
        if (trusted.isEmpty()) {
            return unmodelled(
                    Sort.BOOL,
                    "operator " + model.names().operator(operator.operator()).orElse("?"));
        }
        loose.add(trusted.get().name());
        if (Sessions.text(operator.operands().getLast()).isPresent() && isText(operator)) {
            patterns.add(new Pattern(operator, left, right));
        }
        var result = predicate(operator.operator(), left, right);
        if (isBuiltin(operator, "textlike")) {
            likes.add(new Like(left, right, result));
        }
        return result;
    }

    /// The result of `text LIKE pattern`.
    public record Like(Encoded text, Encoded pattern, Encoded result) {}

    /// Comparisons by LIKE of which nothing is known but that they are functions.
    public List<Like> likes() {
        return likes;
    }

    private Encoded predicate(long operator, Encoded left, Encoded right) {
        return uninterpreted("p_" + operator, List.of(left, right), Sort.BOOL, true);
    }

    public boolean isText(long type) {
        return kinds.isText(type);
    }

    private boolean isText(Expr.Operator operator) {
        return operator.operands().stream().allMatch(operand -> kinds.isText(operand.type()));
    }

    /// A comparison of a text with a constant of which only the operator's name is known.
    private record Pattern(Expr.Operator operator, Encoded text, Encoded constant) {

        Expr of(String text) {
            var constant = new Expr.Constant(
                    Value.of(text), "", operator.operands().getFirst().type());
            return operator.with(List.of(constant, operator.operands().getLast()));
        }
    }

    /// States for which texts of the script such comparisons are TRUE, and which texts are joined of which.
    ///
    /// A text that meets a pattern which one UUID does not meet is taken to be none, for simpler rows.
    void matchTexts() {
        joinTexts();
        for (var pattern : patterns) {
            new LinkedHashMap<>(texts())
                    .forEach((text, term) -> matches(pattern, text)
                            .ifPresent(matches -> require(pattern, Encoded.of(term, Sort.VALUE), matches)));
            if (theory.parses(Kinds.UUID) && matches(pattern, A_UUID).equals(Optional.of(false))) {
                var text = pattern.text;
                var said = predicate(pattern.operator.operator(), text, pattern.constant);
                script.require(
                        implies(and(not(said.isNull()), said.term()), theory.malformed(text.term(), Kinds.UUID)));
            }
        }
    }

    private Optional<Boolean> matches(Pattern pattern, String text) {
        return theory.evaluate(pattern.of(text)) instanceof Value.Bool(var truth)
                ? Optional.of(truth)
                : Optional.empty();
    }

    private void require(Pattern pattern, Encoded text, boolean matches) {
        var said = predicate(pattern.operator.operator(), text, pattern.constant);
        script.require(and(not(said.isNull()), matches ? said.term() : not(said.term())));
    }

    /// States what is known of concatenations: those of constants, and that equal ones which begin or end with the
    /// same text also end or begin with the same.
    private void joinTexts() {
        var joins = applied.stream()
                .filter(join -> join.call().function() == TEXTCAT)
                .toList();
        if (joins.isEmpty()) {
            return;
        }
        var constants = new LinkedHashMap<>(texts());
        constants.forEach((head, x) -> constants.forEach((tail, y) -> {
            var whole = constants.get(head + tail);
            if (whole != null) {
                var parts = List.of(Encoded.of(x, Sort.VALUE), Encoded.of(y, Sort.VALUE));
                var result = uninterpreted("f_textcat_%d_".formatted(TEXTCAT), parts, Sort.VALUE, true);
                script.require(and(not(result.isNull()), eq(result.term(), whole)));
            }
        }));
        for (var i = 0; i < joins.size(); i++) {
            for (var other : joins.subList(0, i)) {
                cancel(joins.get(i), other);
            }
        }
    }

    private void cancel(Applied x, Applied y) {
        var same = eq(x.result.term(), y.result.term());
        var heads = eq(x.arguments.getFirst().term(), y.arguments.getFirst().term());
        var tails = eq(x.arguments.getLast().term(), y.arguments.getLast().term());
        var known = and(not(x.result.isNull()), not(y.result.isNull()), same);
        script.require(and(implies(and(known, heads), tails), implies(and(known, tails), heads)));
    }

    private Truth quantified(Expr.Quantified quantified, Place place) {
        var operator = quantified.comparison();
        var left = value(operator.operands().getFirst(), place);
        return over(quantified, left, operator.operands().getLast(), place);
    }

    /// The truth of a comparison with each element of an array.
    ///
    /// @param array as `place` sees it
    private Truth over(Expr.Quantified quantified, Encoded left, Expr array, Place place) {
        return switch (array) {
            case Expr.Cast cast when cast.kind() != Expr.Cast.Kind.IO -> over(quantified, left, cast.operand(), place);
            case Expr.Inlined inlined ->
                spared(
                        isSpared(inlined, place),
                        inlined(
                                inlined,
                                place,
                                session -> over(quantified, left, inlined.body(), place.as(session)),
                                this::unmodelled));
            case Expr.Subquery subquery -> over(quantified, left, subquery, place);
            case Expr.Case choice when choice.subject().isEmpty() -> over(quantified, left, choice, place);
            case Expr.Column column
            when fields(column, place).orElse(null) instanceof Subselects.Outputs outputs
                    && outputs.expression(column.number()).isPresent() ->
                over(quantified, left, outputs.expression(column.number()).get(), outputs.place());
            case Expr.Constant(Value.Null _, var ignored, var type) -> new Truth(FALSE, FALSE, TRUE);
            default -> overElements(quantified, left, array, place);
        };
    }

    private Truth over(Expr.Quantified quantified, Encoded left, Expr.Subquery subquery, Place place) {
        var compared = new Subselects.Compared(quantified.comparison(), left);
        return switch (subquery.kind()) {
            case ARRAY -> subselects.array(subquery.query(), compared, quantified.any(), place);
            case SCALAR ->
                subselects
                        .bare(subquery)
                        .map(result -> over(quantified, left, result, place))
                        .orElseGet(() -> overElements(quantified, left, subquery, place));
            default -> overElements(quantified, left, subquery, place);
        };
    }

    private Truth over(Expr.Quantified quantified, Encoded left, Expr.Case choice, Place place) {
        var result = choice.otherwise()
                .map(otherwise -> over(quantified, left, otherwise, place))
                .orElseGet(() -> new Truth(FALSE, FALSE, TRUE));
        for (var when : choice.whens().reversed()) {
            var met = truth(when.condition(), place);
            var then = over(quantified, left, when.result(), place);
            var unmet = or(met.isFalse(), met.isNull());
            result = new Truth(
                    or(and(met.isTrue(), then.isTrue()), and(unmet, result.isTrue())),
                    or(and(met.isTrue(), then.isFalse()), and(unmet, result.isFalse())),
                    or(and(met.isTrue(), then.isNull()), and(unmet, result.isNull())));
        }
        return result;
    }

    private Truth overElements(Expr.Quantified quantified, Encoded left, Expr array, Place place) {
        var operator = quantified.comparison();
        var elements = elements(array, operator.operands().getFirst().type(), place);
        if (elements.isEmpty()) {
            var sides = List.of(left, value(array, place));
            loose.add("= ANY");
            var name = "in_%d_%s".formatted(operator.operator(), quantified.any());
            return Truth.of(uninterpreted(name, sides, Sort.BOOL, true));
        }
        var type = operator.operands().getFirst().type();
        var single = (Expr.Operator) operator.with(List.of(operator.operands().getFirst(), new Expr.Subject(type)));
        var truths = elements.get().stream()
                .map(element -> compare(single, left, element))
                .toList();
        return quantified.any() ? Truth.or3(truths) : Truth.and3(truths);
    }

    private Optional<List<Encoded>> elements(Expr array, long type, Place place) {
        return switch (array) {
            case Expr.ArrayOf(var elements, var ignored) ->
                Optional.of(
                        elements.stream().map(element -> value(element, place)).toList());
            case Expr.Constant constant
            when constant.value() instanceof Value.Array(var values) ->
                Optional.of(values.stream()
                        .map(value -> theory.constant(value, "", type))
                        .toList());
            default -> Optional.empty();
        };
    }

    // --- sub-selects ---------------------------------------------------------------------------------------------

    /// Whether a query consists only of rows of tables that meet its conditions.
    public static boolean isPlain(Query query) {
        var shape = query.shape();
        return query.command() == Query.Command.SELECT
                && !shape.aggregates()
                && !shape.groups()
                && !shape.setOperation()
                && !shape.outerJoin()
                && !shape.multiplied()
                && query.commons().isEmpty()
                && query.sources().stream()
                        .allMatch(source -> source instanceof Query.Source.Table
                                || source instanceof Query.Source.Other(var parts, var ignored) && parts.isEmpty());
    }

    /// The tables of a query, by place in the range table.
    public Map<Integer, Relation> tables(Query query) {
        var tables = new TreeMap<Integer, Relation>();
        for (var i = 0; i < query.sources().size(); i++) {
            if (query.sources().get(i) instanceof Query.Source.Table(var oid, var ignored)) {
                var place = i + 1;
                model.catalog().relation(oid).ifPresent(table -> tables.put(place, table));
            }
        }
        return tables;
    }

    /// Requires something of all rows of these tables.
    public void forAll(List<Long> tables, Consumer<List<Slot>> body) {
        rules.add(new Always(TRUE, tables, body, new HashSet<>()));
    }

    /// The targets of the first row of a query; all NULL if it has none.
    public List<Encoded> first(Query query, Place place) {
        return subselects.first(query, place);
    }

    // --- policies ------------------------------------------------------------------------------------------------

    /// The formula that row security admits a row: some permissive policy and all restrictive ones are
    /// TRUE. Any row passes where a trigger may have changed the session's identity before they are
    /// evaluated.
    public String passes(Slot row, Session session, Gate gate) {
        var entering = model.entering(row.table(), session);
        loose.addAll(entering);
        return entering.isEmpty() ? admits(row, session, gate) : TRUE;
    }

    /// The formula that row security admits a row to the original session, whatever triggers change in it.
    public String admits(Slot row, Session session, Gate gate) {
        return passes(row, session, gate, 0);
    }

    String passes(Slot row, Session session, Gate gate, int depth) {
        var table = row.table();
        if (model.gates().isExempt(session.role(), table)) {
            return TRUE;
        }
        if (recurs(table, session, gate, Set.of())) {
            return FALSE;
        }
        var asking = model.gates().asking(session.role(), table, gate);
        var place = Place.of(session, row, depth);
        return and(
                or(asking.permissive().stream()
                        .map(p -> says(p, table, gate, place))
                        .toList()),
                and(asking.restrictive().stream()
                        .map(p -> says(p, table, gate, place))
                        .toList()));
    }

    private String says(Policy policy, Relation table, Gate gate, Place place) {
        var expr = model.policies().read(table, gate.tree(policy).orElseThrow());
        var label = "policy %s on %s".formatted(policy.quoted(), table.quoted());
        return script.define(label, isTrue(expr, place));
    }

    /// Whether policies lead back to a table that is being read and has policies with a sub-select for
    /// that: the server then raises 42P17 before it reads a row.
    private boolean recurs(Relation table, Session session, Gate gate, Set<Long> open) {
        if (model.gates().isExempt(session.role(), table)) {
            return false;
        }
        var longer = new HashSet<>(open);
        if (!longer.add(table.oid())) {
            return trees(table, session.role(), gate)
                    .anyMatch(tree -> Walk.queries(model.policies().raw(table, tree))
                            .findAny()
                            .isPresent());
        }
        return trees(table, session.role(), gate)
                .flatMap(tree -> Walk.queries(model.policies().raw(table, tree)))
                .anyMatch(query -> recurs(query, session, longer));
    }

    private boolean recurs(Query query, Session session, Set<Long> open) {
        return query.tables()
                .flatMap(source -> model.catalog().relation(source.oid()).stream())
                .anyMatch(read -> read.isTable()
                        ? recurs(read, session, Gate.SELECT, open)
                        : model.policies().queries(read).stream()
                                .flatMap(Walk::queries)
                                .anyMatch(inner -> recurs(inner, session.through(read), open)));
    }

    private Stream<String> trees(Relation table, long role, Gate gate) {
        return Gate.of(gate.command()).stream().flatMap(each -> {
            var asking = model.gates().asking(role, table, each);
            return Stream.concat(asking.permissive().stream(), asking.restrictive().stream())
                    .flatMap(policy -> each.tree(policy).stream());
        });
    }

    // --- keys and checks -----------------------------------------------------------------------------------------

    /// Requests the columns that lasting checks compare with those requested before.
    void ask(Slot row) {
        for (var constraint : row.table().constraints()) {
            if (constraint.kind() == Constraint.Kind.CHECK) {
                var columns = constraint.columns().stream().map(Long::intValue).toList();
                if (columns.stream().anyMatch(row.columns()::containsKey)) {
                    columns.forEach(row::column);
                }
            }
        }
    }

    /// States the table's checks of a row, as far as its columns are in use.
    void check(Slot row) {
        for (var constraint : row.table().constraints()) {
            if (constraint.kind() == Constraint.Kind.CHECK
                    && constraint.validated()
                    && constraint.enforced()
                    && !(constraint.noInherit() && model.hasHeirs(row.table()))) {
                constraint.expressionTree().ifPresent(tree -> check(row, constraint, tree));
            }
        }
    }

    private void check(Slot row, Constraint constraint, String tree) {
        var expr = model.policies().read(row.table(), tree);
        var columns = Sessions.ownColumns(expr).map(Expr.Column::number).collect(Collectors.toSet());
        if (!isLasting(expr) || !row.columns().keySet().containsAll(columns)) {
            return;
        }
        var truth = truth(expr, Place.of(Session.of("check", 0), row, 0));
        script.require("constraint " + constraint.quoted(), implies(row.present(), not(truth.isFalse())));
    }

    /// Whether an expression that was TRUE when a row was written stays TRUE.
    private boolean isLasting(Expr expr) {
        return !Sessions.readsSession(model.names(), expr)
                && Walk.over(expr).map(Walk.Place::node).noneMatch(node -> switch (node) {
                    case Expr.Subquery _, Expr.SessionValue _ -> true;
                    case Expr.Inlined inlined -> isChanging(inlined.call().function());
                    case Expr.Call call -> isChanging(call.function());
                    case Expr.Operator operator -> isChanging(operator.function());
                    default -> false;
                });
    }

    private boolean isChanging(long function) {
        return model.names()
                .routine(function)
                .filter(routine -> routine.volatility() == 'i')
                .isEmpty();
    }

    /// States that two rows with the same key are the same row.
    void unique(Slot x, Slot y) {
        for (var index : keys(x.table())) {
            var columns = new TreeSet<>(x.columns().keySet());
            columns.addAll(y.columns().keySet());
            columns.removeAll(numbers(index));
            var equal = columns.stream()
                    .filter(number -> number > 0)
                    .map(number -> x.column(number).same(y.column(number)))
                    .toList();
            script.require(
                    "key %s of %s".formatted(index.quoted(), x.table().quoted()),
                    implies(and(x.present(), y.present(), sameKey(index, x, y)), and(equal)));
        }
    }

    /// States that a new row has no key of an existing row.
    public void isNew(Slot fresh) {
        forAll(
                List.of(fresh.table().oid()),
                rows -> keys(fresh.table())
                        .forEach(index -> script.require(
                                "key %s of %s"
                                        .formatted(index.quoted(), fresh.table().quoted()),
                                not(and(rows.getFirst().present(), sameKey(index, rows.getFirst(), fresh))))));
    }

    /// The formula that both rows are in the index, with the same key.
    private String sameKey(Index index, Slot x, Slot y) {
        var parts = new ArrayList<String>();
        index.predicateTree().ifPresent(tree -> {
            var predicate = model.policies().read(x.table(), tree);
            Stream.of(x, y)
                    .forEach(row -> parts.add(isTrue(predicate, Place.of(Session.of("check", 0), row, row.depth()))));
        });
        for (var number : numbers(index)) {
            parts.add(not(x.column(number).isNull()));
            parts.add(not(y.column(number).isNull()));
            parts.add(eq(x.column(number).term(), y.column(number).term()));
        }
        return and(parts);
    }

    private static List<Integer> numbers(Index index) {
        return index.columns().stream().limit(index.keys()).map(Long::intValue).toList();
    }

    /// The keys that consist only of columns and hold at every moment: deferrable ones may be violated
    /// until a transaction ends.
    private List<Index> keys(Relation table) {
        if (model.hasHeirs(table)) {
            return List.of();
        }
        return table.indexes().stream()
                .filter(index -> index.unique()
                        && index.valid()
                        && index.immediate()
                        && !index.exclusion()
                        && index.predicateTree()
                                .map(tree -> isLasting(model.policies().read(table, tree)))
                                .orElse(true)
                        && !index.columns().contains(0L))
                .filter(index -> numbers(index).stream()
                        .flatMap(number -> table.column((long) number).stream())
                        .allMatch(column -> kinds.hasPlainEquality(column.type())
                                && !kinds.isCitext(column.type())
                                && model.names().deterministic(column.collation())))
                .toList();
    }
}
