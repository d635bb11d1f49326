package hedgerow.rls.prove;

import hedgerow.rls.body.Body;
import hedgerow.rls.body.BodyReader;
import hedgerow.rls.body.Step;
import hedgerow.rls.body.Way;
import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Fault;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.CatalogNames;
import hedgerow.rls.logic.Gates;
import hedgerow.rls.logic.HiddenReads;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Policies;
import hedgerow.rls.logic.SearchPaths;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.Settings;
import java.sql.Connection;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads the bodies of functions and triggers, each once.
final class Bodies {

    /// Settings that affect neither the meaning of names nor the running role.
    private static final Set<String> HARMLESS = Set.of(
            "row_security",
            "statement_timeout",
            "lock_timeout",
            "idle_in_transaction_session_timeout",
            "application_name",
            "timezone");

    private static final Pattern CALLED = Pattern.compile(":(?:op)?funcid (\\d+)");

    private final Catalog catalog;
    private final CatalogNames names;
    private final SearchPaths paths;
    private final BodyReader reader;
    private final Map<Long, Body> functions = new HashMap<>();
    private final Map<List<Long>, Body> spliced = new HashMap<>();
    private final Map<Long, List<Long>> evaluated = new HashMap<>();
    private final Set<Input> kept = new HashSet<>();
    private final Map<Body, List<Beginning>> beginnings = new IdentityHashMap<>();

    Bodies(Connection connection, Catalog catalog, Settings settings) {
        this.catalog = catalog;
        this.paths = new SearchPaths(catalog, new Gates(catalog), settings.subjects());
        this.names = new CatalogNames(catalog);
        this.reader = new BodyReader(connection, catalog, names);
    }

    /// The body of a called function, including the ways of functions that it calls.
    Body of(Function function) {
        var known = spliced.get(List.of(function.oid()));
        if (known == null) {
            known = spliced(alone(function), function);
            spliced.put(List.of(function.oid()), known);
        }
        return known;
    }

    /// The body of a trigger function that runs for a row of `table`.
    Body of(Function function, Relation table) {
        var key = List.of(function.oid(), table.oid());
        var known = spliced.get(key);
        if (known == null) {
            known = spliced(guarded(function, () -> reader.read(function, table)), function);
            spliced.put(key, known);
        }
        return known;
    }

    /// The distinct beginnings of a body's ways.
    List<Beginning> beginnings(Body body) {
        return beginnings.computeIfAbsent(body, Beginning::of);
    }

    /// The body without the ways of other functions.
    private Body alone(Function function) {
        return functions.computeIfAbsent(function.oid(), _ -> guarded(function, () -> reader.read(function)));
    }

    /// Keeps calls that return the session's identity as calls.
    void keep(Collection<Input> identities) {
        kept.addAll(identities);
    }

    private Body spliced(Body body, Function caller) {
        return body.missing().isPresent()
                ? body
                : unclear(Splicer.spliced(
                        body,
                        call -> kept.contains(new Input.Call(call))
                                ? Optional.empty()
                                : catalog.function(call.function())
                                        .filter(callee -> runsAs(callee, caller) && isWorthFollowing(callee))
                                        .map(this::alone)
                                        .filter(callee -> callee.missing().isEmpty())));
    }

    private static boolean runsAs(Function callee, Function caller) {
        var same = !callee.securityDefiner() || caller.securityDefiner() && callee.owner() == caller.owner();
        return same
                && callee.kind() == Function.Kind.FUNCTION
                && !callee.returnsSet()
                && callee.arguments().stream().noneMatch(Function.Argument::output)
                && callee.settings().stream().allMatch(setting -> setting.startsWith("search_path="));
    }

    /// Whether a call is worth following. A function that is only an expression replaces its call in any
    /// case.
    private boolean isWorthFollowing(Function callee) {
        return !callee.schema().equals("pg_catalog")
                && callee.extension().isEmpty()
                && List.of("sql", "plpgsql").contains(callee.language())
                && expression(callee.oid()).isEmpty()
                && (acts(callee, new HashSet<>())
                        || alone(callee).ways().stream()
                                .anyMatch(way -> way.steps().getLast() instanceof Step.Raise));
    }

    /// The body, unless its text may denote other tables for its caller.
    private Body closed(Body body) {
        var tables = body.ways().stream()
                .flatMap(way -> way.steps().stream())
                .flatMap(step -> Stream.concat(
                        query(step).stream().flatMap(Bodies::within),
                        expressions(step).stream().flatMap(Walk::queries)))
                .flatMap(Query::tables)
                .flatMap(source -> catalog.relation(source.oid()).stream())
                .distinct()
                .toList();
        return paths.openness(body.function(), tables)
                .map(why -> new Body(body.function(), List.of(), List.of(), Optional.of(why)))
                .orElse(body);
    }

    /// Reads a body; a failure is confined to it.
    private Body guarded(Function function, Supplier<Body> reading) {
        try {
            return closed(reading.get());
        } catch (RuntimeException | StackOverflowError e) {
            return new Body(function, List.of(), List.of(), Optional.of("it cannot be read: " + Fault.line(e)));
        }
    }

    /// A body after which the meaning of names, or the running role, is not known.
    private Body unclear(Body body) {
        var unclear = body.ways().stream().flatMap(way -> unclear(way).stream()).findFirst();
        return unclear.isPresent() ? new Body(body.function(), List.of(), List.of(), unclear) : body;
    }

    private Optional<String> unclear(Way way) {
        for (var i = 0; i < way.steps().size(); i++) {
            var names = calls(way.steps().get(i))
                    .filter(call -> Sessions.isBuiltin(this.names, call.function(), "set_config"))
                    .map(call -> Sessions.text(call.arguments().getFirst()))
                    .toList();
            var unclear = names.stream()
                    .filter(name -> name.filter(known -> known.contains(".") || HARMLESS.contains(known))
                            .isEmpty())
                    .findFirst();
            var goesOn = way.steps().subList(i + 1, way.steps().size()).stream()
                    .anyMatch(step ->
                            query(step).isPresent() || calls(step).findAny().isPresent());
            if (unclear.isPresent() && goesOn) {
                return Optional.of("set_config of " + unclear.get().orElse("a name made at run time"));
            }
        }
        return Optional.empty();
    }

    /// The queries of a function whose body is one expression or one query.
    Optional<List<Query>> expression(long oid) {
        return catalog.function(oid)
                .filter(function -> !function.schema().equals("pg_catalog")
                        && function.extension().isEmpty()
                        && List.of("sql", "plpgsql").contains(function.language()))
                .map(this::alone)
                .filter(body -> body.missing().isEmpty() && body.ways().size() == 1)
                .flatMap(body -> returned(body.ways().getFirst()));
    }

    /// The query that a function computes, for policies that call it: its only one, or one that has the same value.
    Optional<List<Query>> value(long oid) {
        return expression(oid)
                .or(() -> catalog.function(oid)
                        .filter(function -> function.language().equals("plpgsql") && !function.returnsSet())
                        .map(this::alone)
                        .filter(body -> !calls(body, this::leavesTraces))
                        .flatMap(Returned::by)
                        .map(List::of));
    }

    /// Whether later steps may find another session, or other rows, than earlier ones.
    private boolean leavesTraces(Expr.Call call) {
        return Sessions.isBuiltin(names, call.function(), "set_config")
                || catalog.function(call.function())
                        .filter(callee -> HiddenReads.in(callee)
                                || !callee.schema().equals("pg_catalog")
                                        && alone(callee).ways().stream()
                                                .flatMap(way -> way.steps().stream())
                                                .anyMatch(Outlets::writes))
                        .isPresent();
    }

    private static Optional<List<Query>> returned(Way way) {
        return way.steps().size() == 1
                        && way.steps().getFirst() instanceof Step.Return(var query, var kind)
                        && kind == Step.Kind.VALUE
                        && query.filter(it -> it.change().isEmpty()).isPresent()
                ? Optional.of(List.of(query.get()))
                : Optional.empty();
    }

    /// The first function that a step calls and that is not followed, although it may touch rows or change
    /// something in the session. One that is inlined is followed into its body.
    ///
    /// @param policies inlines functions where possible
    Optional<String> unfollowed(Step step, Policies policies) {
        return Stream.concat(calls(step, policies).map(Expr.Call::function), evaluated(step))
                .distinct()
                .flatMap(oid -> catalog.function(oid).stream())
                .filter(function -> acts(function, new HashSet<>()))
                .map(function -> function.quoted()
                        + alone(function).missing().map(why -> ": " + why).orElse(""))
                .findFirst();
    }

    /// The functions that the server calls for a row that a step writes: those of defaults and constraints.
    private Stream<Long> evaluated(Step step) {
        return query(step).stream()
                .flatMap(Query::writes)
                .flatMap(write -> write.written().flatMap(catalog::relation).stream())
                .flatMap(table -> evaluated.computeIfAbsent(table.oid(), _ -> evaluated(table)).stream());
    }

    private static List<Long> evaluated(Relation table) {
        return Stream.concat(
                        table.columns().stream().map(Column::defaultTree),
                        table.constraints().stream().map(Constraint::expressionTree))
                .flatMap(Optional::stream)
                .flatMap(tree -> CALLED.matcher(tree).results())
                .map(call -> Long.parseLong(call.group(1)))
                .distinct()
                .toList();
    }

    /// Whether a function, or one that it calls, contains such a call.
    boolean calls(Function function, Predicate<Expr.Call> which) {
        return calls(alone(function), which);
    }

    /// Whether a function can be read, changes no rows, and reads nothing but tables.
    boolean isPlain(Function function) {
        var body = alone(function);
        return body.missing().isEmpty()
                && body.ways().stream()
                        .flatMap(way -> way.steps().stream())
                        .noneMatch(step -> Outlets.writes(step) || !readsTables(step));
    }

    private boolean readsTables(Step step) {
        return queries(step)
                .flatMap(Query::tables)
                .allMatch(source ->
                        catalog.relation(source.oid()).filter(Relation::isTable).isPresent());
    }

    private static Stream<Query> queries(Step step) {
        return Stream.concat(
                query(step).stream().flatMap(Bodies::within),
                expressions(step).stream().flatMap(Walk::queries));
    }

    /// Whether a body, or that of a function that it calls, contains such a call.
    boolean calls(Body body, Predicate<Expr.Call> which) {
        return calls(body, which, new HashSet<>());
    }

    private boolean calls(Body body, Predicate<Expr.Call> which, Set<Long> open) {
        return open.add(body.function().oid())
                && body.ways().stream()
                        .flatMap(way -> way.steps().stream())
                        .flatMap(Bodies::calls)
                        .anyMatch(call -> which.test(call)
                                || catalog.function(call.function())
                                        .filter(callee -> !callee.schema().equals("pg_catalog")
                                                && callee.extension().isEmpty())
                                        .filter(callee ->
                                                alone(callee).missing().isPresent()
                                                        || calls(alone(callee), which, open))
                                        .isPresent());
    }

    private boolean acts(Function function, Set<Long> open) {
        if (HiddenReads.in(function)) {
            return true;
        }
        if (function.schema().equals("pg_catalog") || function.extension().isPresent() || !open.add(function.oid())) {
            return false;
        }
        var body = alone(function);
        return body.missing().isPresent()
                || body.ways().stream().flatMap(way -> way.steps().stream()).anyMatch(step -> acts(step, open));
    }

    private boolean acts(Step step, Set<Long> open) {
        var reads = queries(step).anyMatch(query -> query.tables().findAny().isPresent());
        return reads
                || calls(step).anyMatch(call -> Sessions.isBuiltin(names, call.function(), "set_config"))
                || calls(step)
                        .flatMap(call -> catalog.function(call.function()).stream())
                        .anyMatch(called -> acts(called, open));
    }

    private static Stream<Expr.Call> calls(Step step) {
        return calls(query(step), expressions(step));
    }

    /// The calls of a step, including those of the inlined functions.
    static Stream<Expr.Call> calls(Step step, Policies policies) {
        return calls(
                query(step).map(policies::inline),
                expressions(step).stream().map(policies::inline).toList());
    }

    private static Stream<Expr.Call> calls(Optional<Query> query, List<Expr> expressions) {
        return Stream.concat(
                        query.stream().flatMap(Walk::over), expressions.stream().flatMap(Walk::over))
                .flatMap(place -> place.node() instanceof Expr.Call call ? Stream.of(call) : Stream.empty());
    }

    /// A query and all queries within it.
    private static Stream<Query> within(Query query) {
        return Stream.of(
                        Stream.of(query),
                        query.queries().flatMap(Bodies::within),
                        query.expressions().flatMap(Walk::queries))
                .flatMap(part -> part);
    }

    /// Every expression of a step.
    static List<Expr> expressions(Step step) {
        return switch (step) {
            case Step.Guard(var condition, var ignored) -> List.of(condition);
            case Step.Assign(var ignored, var value) -> List.of(value);
            default -> List.of();
        };
    }

    /// The query of a step.
    static Optional<Query> query(Step step) {
        return switch (step) {
            case Step.Into(var ignored, var query) -> Optional.of(query);
            case Step.Each(var ignored, var query) -> Optional.of(query);
            case Step.Perform(var query) -> Optional.of(query);
            case Step.Tell(var query) -> Optional.of(query);
            case Step.Write(var query, var ignored) -> Optional.of(query);
            case Step.Return(var query, var ignored) -> query;
            case Step.Guard _, Step.Assign _, Step.Unknown _, Step.Raise _ -> Optional.empty();
        };
    }
}
