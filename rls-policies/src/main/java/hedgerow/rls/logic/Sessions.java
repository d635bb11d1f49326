package hedgerow.rls.logic;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Names;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Value;
import hedgerow.rls.expr.Walk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Finds the parts of an expression that depend on the session.
public final class Sessions {

    /// The usual names of what a person may change.
    private static final Set<String> MUTABLE = Set.of(
            "email", "e_mail", "mail", "phone", "name", "username", "user_name", "preferred_username", "nickname");

    private static final Set<String> CLAIMS = Set.of("request.jwt.claim", "request.jwt.claims");

    private static final Set<String> MEMBERS = Set.of(
            "json_object_field",
            "jsonb_object_field",
            "json_object_field_text",
            "jsonb_object_field_text",
            "json_extract_path",
            "jsonb_extract_path",
            "json_extract_path_text",
            "jsonb_extract_path_text");

    /// Whether it is the claim of which an API makes the session's role.
    public static boolean isRole(Input input) {
        return switch (input) {
            case Input.Claim(var setting, var path) -> CLAIMS.contains(setting) && path.equals(List.of("role"));
            case Input.Setting(var name) -> name.equals("request.jwt.claim.role");
            case Input.Part _, Input.Call _, Input.User _ -> false;
        };
    }

    /// The input that this very node is.
    public static Optional<Input> input(Names names, Expr expr) {
        return switch (expr) {
            case Expr.SessionValue value when value.kind().isUser() -> Optional.of(new Input.User());
            case Expr.Call call ->
                claim(names, call).or(() -> part(names, call)).or(() -> ofCall(names, call));
            case Expr.Operator operator -> claim(names, operator);
            default -> Optional.empty();
        };
    }

    private static Optional<Input> ofCall(Names names, Expr.Call call) {
        var routine = names.routine(call.function());
        if (routine.filter(Names.Routine::builtin).isPresent()) {
            return setting(names, call).map(name -> new Input.Setting(name));
        }
        var constant = call.arguments().stream().allMatch(argument -> argument instanceof Expr.Constant);
        var changes = routine.filter(known -> known.volatility() != 'i').isPresent();
        return constant && changes ? Optional.of(new Input.Call(call)) : Optional.empty();
    }

    /// The name with which `current_setting` is called.
    public static Optional<String> setting(Names names, Expr expr) {
        return expr instanceof Expr.Call call
                        && isBuiltin(names, call.function(), "current_setting")
                        && !call.arguments().isEmpty()
                ? text(call.arguments().getFirst())
                : Optional.empty();
    }

    public static boolean isBuiltin(Names names, long function, String name) {
        return names.routine(function)
                .filter(routine -> routine.builtin() && routine.name().equals(name))
                .isPresent();
    }

    public static Optional<String> text(Expr expr) {
        return NormalForm.bare(expr) instanceof Expr.Constant constant
                        && constant.value() instanceof Value.Text(var text)
                ? Optional.of(text)
                : Optional.empty();
    }

    private static Optional<Input> claim(Names names, Expr expr) {
        var path = new ArrayList<String>();
        var node = expr;
        while (true) {
            var keys = keys(names, node);
            if (keys.isEmpty()) {
                return path.isEmpty()
                        ? Optional.empty()
                        : root(names, node).map(setting -> new Input.Claim(setting, List.copyOf(path)));
            }
            path.addAll(0, keys.get());
            node = document(names, operands(node).getFirst());
        }
    }

    private static Optional<Input> part(Names names, Expr expr) {
        var splits = new ArrayList<Input.Split>();
        var node = expr;
        for (var split = split(names, node); split.isPresent(); split = split(names, node)) {
            splits.addFirst(split.get());
            node = NormalForm.bare(operands(node).getFirst());
        }
        return splits.isEmpty()
                ? Optional.empty()
                : setting(names, node).map(setting -> new Input.Part(setting, List.copyOf(splits)));
    }

    private static Optional<Input.Split> split(Names names, Expr node) {
        return node instanceof Expr.Call call
                        && isBuiltin(names, call.function(), "split_part")
                        && call.arguments().size() == 3
                        && NormalForm.bare(call.arguments().get(2)) instanceof Expr.Constant constant
                        && constant.value() instanceof Value.Int(var number)
                        && number > 0
                ? text(call.arguments().get(1)).map(separator -> new Input.Split(separator, (int) number))
                : Optional.empty();
    }

    private static List<Expr> operands(Expr node) {
        return node.children();
    }

    /// The constant keys of one step into JSON.
    private static Optional<List<String>> keys(Names names, Expr node) {
        var function = switch (node) {
            case Expr.Call call -> call.function();
            case Expr.Operator operator -> operator.function();
            default -> 0L;
        };
        if (names.routine(function)
                        .filter(routine -> routine.builtin() && MEMBERS.contains(routine.name()))
                        .isEmpty()
                || operands(node).size() != 2) {
            return Optional.empty();
        }
        return switch (NormalForm.bare(operands(node).getLast())) {
            case Expr.Constant constant -> keys(constant.value());
            case Expr.ArrayOf array -> keys(array.elements());
            default -> Optional.empty();
        };
    }

    private static Optional<List<String>> keys(Value value) {
        return switch (value) {
            case Value.Text(var key) -> Optional.of(List.of(key));
            case Value.Array(var elements)
            when elements.stream().allMatch(Value.Text.class::isInstance) ->
                Optional.of(elements.stream()
                        .map(element -> ((Value.Text) element).value())
                        .toList());
            default -> Optional.empty();
        };
    }

    private static Optional<List<String>> keys(List<Expr> elements) {
        var keys = elements.stream().flatMap(element -> text(element).stream()).toList();
        return keys.size() == elements.size() ? Optional.of(keys) : Optional.empty();
    }

    /// The document without casts, and without its substitutes: a document without members, or the same one
    /// under the name that another release of PostgREST has for it.
    private static Expr document(Names names, Expr expr) {
        return switch (NormalForm.bare(expr)) {
            case Expr.Cast cast -> document(names, cast.operand());
            case Expr.NullIf nullIf -> document(names, nullIf.children().getFirst());
            case Expr.Coalesce coalesce
            when coalesce.arguments().stream()
                    .skip(1)
                    .allMatch(other -> isEmptyDocument(other)
                            || isClaims(names, other)
                                    && isClaims(names, coalesce.arguments().getFirst())) ->
                document(names, coalesce.arguments().getFirst());
            case Expr other -> other;
        };
    }

    private static boolean isClaims(Names names, Expr expr) {
        return setting(names, document(names, expr)).filter(CLAIMS::contains).isPresent();
    }

    private static boolean isEmptyDocument(Expr expr) {
        return switch (NormalForm.bare(expr)) {
            case Expr.Cast cast -> isEmptyDocument(cast.operand());
            case Expr.Constant constant ->
                switch (constant.value()) {
                    case Value.Null _ -> true;
                    case Value.Text(var text) -> text.replaceAll("\\s", "").equals("{}");
                    case Value.Json(var json) -> json.isObject() && json.isEmpty();
                    default -> false;
                };
            default -> false;
        };
    }

    private static Optional<String> root(Names names, Expr node) {
        return setting(names, node);
    }

    /// The inputs from which an expression derives its value: for a sub-select, those of its output, not
    /// those of its condition.
    public static Stream<Input> handedOut(Names names, Expr expr) {
        return expr instanceof Expr.Subquery(var kind, var ignored, var query, var type)
                        && kind == Expr.Subquery.Kind.SCALAR
                        && readsSession(names, query.targets().getFirst().expression())
                ? handedOut(names, query.targets().getFirst().expression())
                : expr instanceof Expr.Inlined(var call, var body)
                                && input(names, expr).isEmpty()
                        ? handedOut(names, body)
                        : inputs(names, expr);
    }

    /// All inputs that are read, including those in sub-queries. A claim is one input, not also the setting
    /// that contains it.
    public static Stream<Input> inputs(Names names, Expr expr) {
        var inputs = new ArrayList<Input>();
        collect(names, expr, inputs);
        return inputs.stream();
    }

    private static void collect(Names names, Expr expr, List<Input> inputs) {
        var own = input(names, expr);
        if (own.isPresent()) {
            inputs.add(own.get());
            return;
        }
        expr.children().forEach(child -> collect(names, child, inputs));
        if (expr instanceof Expr.Subquery subquery) {
            collect(names, subquery.query(), inputs);
        }
    }

    private static void collect(Names names, Query query, List<Input> inputs) {
        query.expressions().forEach(expr -> collect(names, expr, inputs));
        query.queries().forEach(nested -> collect(names, nested, inputs));
    }

    /// The values of a session by which a comparison finds a row, and that a person may change: an e-mail address,
    /// a name.
    public static Stream<Input> mutable(Names names, Comparison comparison) {
        return Stream.of(comparison)
                .filter(Comparison::isEquality)
                .flatMap(Comparison::sides)
                .filter(side -> Walk.over(side.left()).anyMatch(place -> place.node() instanceof Expr.Column))
                .flatMap(side -> inputs(names, side.right()))
                .filter(Sessions::isMutable);
    }

    private static boolean isMutable(Input input) {
        return switch (input) {
            case Input.Claim claim -> MUTABLE.contains(claim.path().getLast());
            case Input.Setting(var name) -> MUTABLE.contains(name.substring(name.lastIndexOf('.') + 1));
            case Input.Part _, Input.Call _, Input.User _ -> false;
        };
    }

    public static boolean readsSession(Names names, Expr expr) {
        return inputs(names, expr).findAny().isPresent();
    }

    /// Whether it depends on the current role: it names the role, or reads a table under its policies.
    public static boolean readsRole(Names names, Expr expr) {
        return inputs(names, expr).anyMatch(Input.User.class::isInstance)
                || Walk.queries(expr).flatMap(Query::tables).findAny().isPresent();
    }

    /// Whether it reads the row.
    public static boolean readsRow(Expr expr) {
        return Walk.over(expr).anyMatch(Walk.Place::isOwnColumn);
    }

    public static boolean bindsSomeColumn(Names names, Expr expr) {
        return boundColumns(names, expr).findAny().isPresent();
    }

    /// Columns of the row that are compared with the session: directly, or by a sub-query that compares
    /// both.
    public static Stream<Expr.Column> boundColumns(Names names, Expr expr) {
        return Walk.over(expr)
                .filter(place -> place.depth() == 0)
                .map(Walk.Place::node)
                .filter(node -> Comparison.of(names, node).isPresent() || node instanceof Expr.Subquery)
                .filter(node -> readsSession(names, node))
                .flatMap(Sessions::ownColumns);
    }

    /// Columns of the row that the whole expression is about.
    public static Stream<Expr.Column> ownColumns(Expr expr) {
        return Walk.over(expr).filter(Walk.Place::isOwnColumn).map(place -> (Expr.Column) place.node());
    }

    private Sessions() {}
}
