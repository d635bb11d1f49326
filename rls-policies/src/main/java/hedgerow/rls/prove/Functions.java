package hedgerow.rls.prove;

import hedgerow.rls.body.Body;
import hedgerow.rls.body.Step;
import hedgerow.rls.body.Variable;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Tenancy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Questions about SECURITY DEFINER functions: they run as their owner, with whatever arguments a caller
/// gives. A function that runs as its caller does nothing that its caller cannot do.
final class Functions {

    private static final long VOID = 2278;
    private static final long TRIGGER = 2279;
    private static final long EVENT_TRIGGER = 3838;

    private final Model model;
    private final Tenancy tenancy;
    private final Homes homes;
    private final Bodies bodies;
    private final Memberships memberships;
    private final Triggers triggers;
    private final Entrances entrances;
    private final SetOff setOff;
    private final Fences fences;
    private final boolean explained;
    private List<Function> reviewed = List.of();

    Functions(
            Model model,
            Tenancy tenancy,
            Homes homes,
            Bodies bodies,
            Memberships memberships,
            Triggers triggers,
            SetOff setOff,
            Fences fences,
            boolean explained) {
        this.fences = fences;
        this.triggers = triggers;
        this.setOff = setOff;
        this.entrances = new Entrances(model, tenancy, homes, triggers, explained);
        this.memberships = memberships;
        this.model = model;
        this.tenancy = tenancy;
        this.homes = homes;
        this.bodies = bodies;
        this.explained = explained;
    }

    /// A query of a body, and how it is reached.
    ///
    /// @param before the steps on the way to it
    /// @param reading with functions inlined
    /// @param from its step, and the steps after it
    /// @param shown whether its rows reach the caller; otherwise only their consequences do
    /// @param counted whether the rows that it changes have further consequences
    private record Flow(
            Function function,
            Body body,
            List<Step> before,
            Reading reading,
            List<Step> from,
            boolean shown,
            boolean counted) {
        Query query() {
            return reading.query;
        }

        Fences.Access access(boolean bound, long role, Relation table) {
            return new Fences.Access(bound, role, role, List.of(function), before, table, Gate.SELECT);
        }
    }

    /// A query that reads tables.
    ///
    /// @param around the queries for each of whose rows it runs, outermost first
    record Reading(List<Query> around, Query query) {}

    /// The tables that such functions write.
    Set<Long> written() {
        return model.catalog().functions().values().stream()
                .filter(this::runsAsAnother)
                .filter(function -> model.settings().subjects().stream()
                        .anyMatch(role -> role != 0 && model.gates().mayExecute(role, function)))
                .flatMap(function -> bodies.of(function).ways().stream())
                .flatMap(way -> way.steps().stream())
                .flatMap(step -> Bodies.query(step).stream())
                .flatMap(Query::writes)
                .flatMap(write -> Stream.ofNullable(
                        tables(write).get(write.change().orElseThrow().result())))
                .map(Relation::oid)
                .collect(Collectors.toSet());
    }

    List<Question> questions(long role) {
        var questions = new ArrayList<Question>();
        for (var function : reviewed()) {
            if (model.gates().mayExecute(role, function) && isAsked(function, role)) {
                questions.addAll(questions(function, role));
            }
        }
        return questions;
    }

    /// The functions under review: no question is about the server's own.
    private List<Function> reviewed() {
        if (reviewed.isEmpty()) {
            reviewed = model.catalog().functions().values().stream()
                    .filter(function -> model.settings().schemas().contains(function.schema()))
                    .toList();
        }
        return reviewed;
    }

    private boolean isAsked(Function function, long role) {
        return runsAsAnother(function) || isCalled(function) && isEntrance(function, role);
    }

    private boolean isEntrance(Function function, long role) {
        return model.settings().apiRoles().contains(role)
                && List.of("sql", "plpgsql").contains(function.language())
                && bodies.calls(function, entrances::setsIdentity);
    }

    private boolean runsAsAnother(Function function) {
        return (function.securityDefiner() || setsIdentity(function)) && isCalled(function);
    }

    private boolean isCalled(Function function) {
        return model.settings().schemas().contains(function.schema())
                && function.extension().isEmpty()
                && (function.kind() == Function.Kind.FUNCTION || function.kind() == Function.Kind.PROCEDURE)
                && function.returnType() != TRIGGER
                && function.returnType() != EVENT_TRIGGER;
    }

    /// Whether it runs under an identity of its own, by a SET clause.
    private boolean setsIdentity(Function function) {
        return function.settings().stream()
                .anyMatch(setting -> tenancy.identities().contains(new Input.Setting(setting.split("=", 2)[0])));
    }

    private List<Question> questions(Function function, long role) {
        var body = bodies.of(function);
        if (body.missing().isPresent()) {
            return unknown(function, role, body.missing().get());
        }
        var questions = new ArrayList<Question>();
        if (isEntrance(function, role)) {
            questions.addAll(entrances.questions(function, body, role));
        }
        if (!runsAsAnother(function)) {
            return questions;
        }
        for (var beginning : bodies.beginnings(body)) {
            questions.addAll(writes(function, body, beginning, role));
            questions.addAll(reads(function, body, beginning, role));
        }
        return questions;
    }

    /// The questions about the writes of a step, even if its result is unused.
    private List<Question> writes(Function function, Body body, Beginning beginning, long role) {
        var step = beginning.step();
        var before = beginning.before();
        var questions = new ArrayList<Question>();
        bodies.unfollowed(step, model.policies())
                .ifPresent(called -> questions.addAll(unknown(function, role, "it calls " + called)));
        var way = new Reached(function, body, before, beginning.shownAfter(_ -> true), List.of(), role);
        query(step)
                .ifPresent(query -> query.writes().forEach(write -> {
                    var whole = write == query ? way : way.before(beginning.shownFrom(_ -> true));
                    questions.addAll(writes(whole, write));
                    setOff.of(
                                    write,
                                    role,
                                    function.runsAs(role),
                                    function,
                                    before,
                                    (e, session) -> before(e, way, session))
                            .forEach(effect -> questions.addAll(effects(way, effect)));
                }));
        return questions;
    }

    private Run before(Encoding e, Reached way, Session session) {
        var run = run(e, way.function, way.body, session);
        run.steps(way.before);
        return run;
    }

    /// The questions about triggers that run, as the function's owner or their own, when the function writes.
    private List<Question> effects(Reached way, SetOff.Effect effect) {
        return switch (effect) {
            case SetOff.Effect.Write(var causes, var write) -> writes(way.with(causes), write);
            case SetOff.Effect.Read(var causes, var reading) -> reads(way.with(causes), reading);
            case SetOff.Effect.Unknown(var ignored, var why) -> unknown(way.function, way.role, "it sets off " + why);
        };
    }

    /// Questions about the rows that a trigger reads and lets out.
    private List<Question> reads(Reached way, Reading reading) {
        var questions = new ArrayList<Question>();
        Outlets.sources(reading, model).forEach((source, table) -> {
            if (!table.isTable() || tenancy.isSomebodys(table)) {
                var gate = "EXECUTE, %sreads %s".formatted(SetOff.gate(way.causes), table.quoted());
                questions.add(question(
                                Claim.DISJOINT_READS,
                                way.function,
                                way.role,
                                gate,
                                Leak.Kind.ORACLE,
                                () -> read(way, reading, source, table))
                        .fenced(() -> table.isTable() && fences.keep(way.access(true, table, Gate.SELECT))));
            }
        });
        return questions;
    }

    private Question.Breach read(Reached way, Reading reading, int source, Relation table) {
        var e = new Encoding(model, explained);
        var s = homes.bound(e, "s", way.role, table);
        var first = before(e, way, s);
        var call = Optional.of(new Question.Call(way.function, first.arguments(), () -> {}));
        return setOff.read(way.causes, e, first, way.function, reading, source)
                .map(row -> new Question.Breach(e, Map.of("row", row), homes.requireForeignWithin(e, row, s), call))
                .orElseGet(() -> new Question.Breach(e, Map.of(), List.of(s), call));
    }

    private Optional<Query> query(Step step) {
        return Bodies.query(step).map(query -> model.policies().inline(query).flattened());
    }

    /// Whether any part of a step's expressions reaches the caller.
    private static boolean isRead(Step step, Function function, List<Step> after) {
        return !isSilent(function)
                || step instanceof Step.Assign(var variable, var ignored) && areUsed(List.of(variable), after, true);
    }

    private List<Question> reads(Function function, Body body, Beginning beginning, long role) {
        var step = beginning.step();
        Predicate<List<Step>> found = after -> isRead(function, step, after);
        Predicate<List<Step>> computed = after -> isRead(step, function, after);
        var isFound = beginning.afters().stream().anyMatch(found);
        var isComputed = beginning.afters().stream().anyMatch(computed);
        var isCounted = beginning.afters().stream().anyMatch(after -> isCounted(step, after));
        var all = isFound ? query(step).stream().flatMap(Functions::reading) : Outlets.copied(step, model.policies());
        var within = Bodies.expressions(step).stream()
                .filter(_ -> isComputed)
                .map(expr -> model.policies().inline(expr))
                .flatMap(Walk::queries)
                .map(Query::flattened)
                .flatMap(Functions::reading);
        return Stream.concat(
                        all.map(read -> new Flow(
                                function,
                                body,
                                beginning.before(),
                                read,
                                beginning.shownFrom(found),
                                isFound && isShown(read.query, step),
                                isCounted)),
                        within.map(read -> new Flow(
                                function, body, beginning.before(), read, beginning.shownFrom(computed), false, true)))
                .flatMap(flow -> reads(flow, role).stream())
                .toList();
    }

    /// Whether any part of a step's query reaches the caller.
    private static boolean isRead(Function function, Step step, List<Step> after) {
        var silent = isSilent(function);
        return switch (step) {
            case Step.Tell _ -> true;
            case Step.Return _, Step.Write _ -> !silent;
            case Step.Into(var variables, var ignored) -> areUsed(variables, after, silent);
            case Step.Each(var variables, var ignored) -> areUsed(variables, after, silent);
            case Step.Guard _, Step.Assign _, Step.Unknown _, Step.Perform _, Step.Raise _ -> false;
        };
    }

    /// Whether the rows that a step changes matter to later steps: what it returns, whether it finds any (FOUND), or
    /// how many (ROW_COUNT).
    private static boolean isCounted(Step step, List<Step> after) {
        return !(step instanceof Step.Write(var query, var into))
                || !query.commons().isEmpty()
                || areUsed(into, after, false)
                || after.stream()
                        .anyMatch(later ->
                                later instanceof Step.Unknown(var set, var ignored) && areUsed(set, after, false));
    }

    private static boolean isSilent(Function function) {
        return function.returnType() == VOID && function.arguments().stream().noneMatch(Function.Argument::output);
    }

    /// Whether later steps use variables.
    ///
    /// @param silent whether only messages, and rows that are written, reach the caller
    private static boolean areUsed(List<Integer> variables, List<Step> after, boolean silent) {
        var used = new HashSet<>(variables);
        for (var step : after) {
            var read = Outlets.uses(step, used);
            var out = step instanceof Step.Tell || Outlets.writes(step) || !silent && !(step instanceof Step.Assign);
            if (read && out) {
                return true;
            }
            if (read) {
                taken(step).forEach(used::add);
            }
        }
        return false;
    }

    /// The variables that a step sets to what it finds.
    static List<Integer> taken(Step step) {
        return switch (step) {
            case Step.Assign(var variable, var ignored) -> List.of(variable);
            case Step.Into(var variables, var ignored) -> variables;
            case Step.Each(var variables, var ignored) -> variables;
            case Step.Write(var ignored, var into) -> into;
            default -> List.of();
        };
    }

    /// The query and those within it that read tables.
    static Stream<Reading> reading(Query query) {
        return reading(List.of(), query).distinct();
    }

    static Stream<Reading> reading(List<Query> around, Query query) {
        var outer = looksOut(query) ? around : List.<Query>of();
        var own = query.tables().findAny().isPresent() ? Stream.of(new Reading(outer, query)) : Stream.<Reading>empty();
        var inside = Stream.concat(outer.stream(), Stream.of(query)).toList();
        var nested = Stream.concat(query.queries(), query.expressions().flatMap(Functions::subselects));
        return Stream.concat(own, nested.flatMap(inner -> reading(inside, inner)));
    }

    /// The sub-selects of an expression, without those within them.
    static Stream<Query> subselects(Expr expr) {
        var own = expr instanceof Expr.Subquery subquery ? Stream.of(subquery.query()) : Stream.<Query>empty();
        return Stream.concat(own, expr.children().stream().flatMap(Functions::subselects));
    }

    private static boolean looksOut(Query query) {
        return Walk.over(query)
                .anyMatch(place -> place.node() instanceof Expr.Column column && column.level() >= place.depth());
    }

    private static boolean isShown(Query query, Step step) {
        return !query.shape().aggregates()
                && !(step instanceof Step.Return(var whole, var ignored)
                        && whole.filter(Query::isBare).isPresent());
    }

    // --- questions -----------------------------------------------------------------------------------------------

    private Question unknown(Claim claim, Function function, long role, String why) {
        return Question.unknown(
                model,
                claim,
                role,
                function.quoted(),
                Cell.Kind.FUNCTION,
                "EXECUTE",
                "%s: %s".formatted(function.quoted(), why));
    }

    /// The questions about the effects of a body that is not followed.
    private List<Question> unknown(Function function, long role, String why) {
        return Stream.of(Claim.values())
                .filter(claim -> claim != Claim.REFERENCES_STAY_HOME)
                .filter(claim -> claim != Claim.MEMBERSHIP_EARNED
                        || !tenancy.memberships().isEmpty())
                .map(claim -> unknown(claim, function, role, why))
                .toList();
    }

    private static Question question(
            Claim claim, Function function, long role, String gate, Leak.Kind leak, Supplier<Question.Breach> encoded) {
        return new Question(
                claim, role, function.quoted(), Cell.Kind.FUNCTION, gate, leak, List.of(encoded), Optional.empty());
    }

    private List<Question> reads(Flow flow, long role) {
        var questions = new ArrayList<Question>();
        for (var source : tables(flow.query()).entrySet()) {
            var table = source.getValue();
            if (isOnlyMade(flow.query(), source.getKey())
                    || !flow.counted && isChanged(flow.query(), source.getKey())) {
                continue;
            }
            var visible = tables(flow.query()).values().stream()
                    .allMatch(
                            each -> !each.isTable() || model.gates().may(flow.function.owner(), each, Command.SELECT));
            if (table.isTable() && !tenancy.isSomebodys(table) || !visible) {
                continue;
            }
            var gate = "EXECUTE, reads " + table.quoted();
            var kind = kind(flow, source.getKey(), table);
            questions.add(question(Claim.DISJOINT_READS, flow.function, role, gate, kind, () -> {
                        var e = new Encoding(model, explained);
                        return read(e, flow, source.getKey(), table, homes.bound(e, "s", role, table), true);
                    })
                    .fenced(() -> fences.keep(flow.access(true, role, table))));
            if (homes.canBeUnbound(role, table)) {
                questions.add(question(Claim.UNBOUND_SEES_NOTHING, flow.function, role, gate, kind, () -> {
                            var e = new Encoding(model, explained);
                            var u = homes.unbound(e, role, table, Homes.Absence.MALFORMED);
                            return read(e, flow, source.getKey(), table, u, false);
                        })
                        .fenced(() -> fences.keep(flow.access(false, role, table))));
            }
        }
        return questions;
    }

    /// Whether a query only changes or deletes rows of a source. MERGE also acts where it finds none.
    private static boolean isChanged(Query query, int source) {
        return (query.command() == Query.Command.UPDATE || query.command() == Query.Command.DELETE)
                && query.change().filter(change -> change.result() == source).isPresent();
    }

    /// Whether a query only creates a row without reading existing ones.
    private static boolean isOnlyMade(Query query, int source) {
        return query.command() == Query.Command.INSERT
                && query.change()
                        .filter(change -> change.result() == source
                                && change.conflict()
                                        .filter(Query.Conflict::update)
                                        .isEmpty())
                        .isPresent();
    }

    private Question.Breach read(Encoding e, Flow flow, int source, Relation table, Session session, boolean foreign) {
        var run = run(e, flow.function, flow.body, session);
        run.steps(flow.before);
        if (!Run.isRead(table) || !table.isTable() && !homes.hasOwner(table, session.role())) {
            e.requireUnmodelled("%s reads %s, which is not a table".formatted(flow.function.quoted(), table.quoted()));
            return new Question.Breach(e, Map.of(), List.of(session));
        }
        var found = run.found(flow.reading.around, flow.query()).get(source);
        var row = found == null ? run.inTheWay(flow.query(), table) : found;
        var sessions = foreign ? homes.requireForeignWithin(e, row, session) : List.of(session);
        var call = new Question.Call(flow.function, run.arguments(), () -> run.demand(flow.from));
        return new Question.Breach(e, Map.of("row", row), sessions, Optional.of(call));
    }

    private Run run(Encoding e, Function function, Body body, Session session) {
        return new Run(
                e,
                e.within(function, session),
                body.variables(),
                "",
                Optional.empty(),
                Optional.empty(),
                triggers::settable);
    }

    private List<Question> writes(Reached way, Query write) {
        var table = tables(write).get(write.change().orElseThrow().result());
        if (table == null || table.isTable() && !tenancy.isTenantTable(table)) {
            return List.of();
        }
        return WrittenRow.of(write, table, tenancy).stream()
                .flatMap(row -> writes(way, row).stream())
                .toList();
    }

    /// The path to a statement of a body.
    ///
    /// @param causes triggers that a statement sets off, of which the last makes the one in question
    private record Reached(
            Function function, Body body, List<Step> before, List<Step> after, List<SetOff.Cause> causes, long role) {

        Reached with(List<SetOff.Cause> others) {
            return new Reached(function, body, before, after, others, role);
        }

        Reached before(List<Step> others) {
            return new Reached(function, body, before, others, causes, role);
        }

        Fences.Access access(boolean bound, Relation table, Gate gate) {
            return new Fences.Access(
                    bound, role, role, SetOff.within(function, causes), SetOff.steps(before, causes), table, gate);
        }

        boolean isKept(Fences fences, boolean bound, WrittenRow row) {
            return row.passes()
                    .filter(gate -> fences.keep(access(bound, row.table(), gate)))
                    .isPresent();
        }
    }

    private List<Question> writes(Reached way, WrittenRow row) {
        var gate = "EXECUTE, " + SetOff.gate(way.causes) + row.gate();
        var questions = new ArrayList<Question>();
        questions.add(question(Claim.WRITES_STAY_HOME, way.function, way.role, gate, Leak.Kind.WRITE, () -> {
                    var e = new Encoding(model, explained);
                    return write(e, way, row, homes.bound(e, "s", way.role, row.table()), true);
                })
                .fenced(() -> way.isKept(fences, true, row)));
        if (row.isNew()) {
            questions.addAll(memberships(way, row, gate));
        }
        if (homes.canBeUnbound(way.role, row.table())) {
            questions.add(question(Claim.UNBOUND_SEES_NOTHING, way.function, way.role, gate, Leak.Kind.WRITE, () -> {
                        var e = new Encoding(model, explained);
                        var u = homes.unbound(e, way.role, row.table(), Homes.Absence.MALFORMED);
                        return write(e, way, row, u, false);
                    })
                    .fenced(() -> way.isKept(fences, false, row)));
        }
        return questions;
    }

    private List<Question> memberships(Reached way, WrittenRow row, String gate) {
        var questions = new ArrayList<Question>();
        memberships
                .unknownWay(row.table(), way.role)
                .ifPresent(why -> questions.add(unknown(Claim.MEMBERSHIP_EARNED, way.function, way.role, why)));
        for (var membership : tenancy.of(way.role, row.table()).memberships()) {
            for (var i = 0; i < membership.tables().size(); i++) {
                if (membership.tables().get(i) == row.table().oid()) {
                    var at = i;
                    questions.add(question(
                            Claim.MEMBERSHIP_EARNED,
                            way.function,
                            way.role,
                            gate,
                            Leak.Kind.WRITE,
                            () -> joins(way, row, membership, at)));
                    if (row.left() && !membership.flags().isEmpty()) {
                        var why = "the rank that it leaves in %s"
                                .formatted(row.table().quoted());
                        questions.add(unknown(Claim.MEMBERSHIP_EARNED, way.function, way.role, why));
                    }
                }
            }
        }
        return questions;
    }

    private Question.Breach joins(Reached way, WrittenRow row, Tenancy.Membership membership, int at) {
        var e = new Encoding(model, explained);
        var s = homes.bound(e, "s", way.role, row.table());
        var encoded = write(e, way, row, s, false);
        var rows = new LinkedHashMap<>(encoded.rows());
        if (rows.containsKey("new")) {
            memberships.completes(e, membership, at, rows, s);
        }
        return new Question.Breach(e, rows, List.of(s), encoded.call());
    }

    private Question.Breach write(Encoding e, Reached way, WrittenRow row, Session session, boolean foreign) {
        var first = before(e, way, session);
        var rows = setOff.after(way.causes, e, first).map(run -> row.in(e, run)).orElse(Map.of());
        if (rows.isEmpty()) {
            e.requireUnmodelled("%s: %s".formatted(way.function.quoted(), row.gate()));
            return new Question.Breach(e, Map.of(), List.of(session));
        }
        var sessions = foreign ? homes.requireForeignWithin(e, row.subject(rows), session) : List.of(session);
        // A trigger has variables of its own from here on.
        var after = way.causes.isEmpty() ? way.after : List.<Step>of();
        var call = new Question.Call(way.function, first.arguments(), () -> first.demand(after));
        return new Question.Breach(e, rows, sessions, Optional.of(call));
    }

    private Map<Integer, Relation> tables(Query query) {
        return new Encoding(model, false).tables(query);
    }

    // --- what gets out -------------------------------------------------------------------------------------------

    private Leak.Kind kind(Flow flow, int source, Relation table) {
        if (isFoundBySecret(flow, source, table)) {
            return Leak.Kind.CAPABILITY;
        }
        return flow.shown ? Leak.Kind.ROWS : Leak.Kind.ORACLE;
    }

    /// Whether a row is found by a key of its own that the caller must know.
    private boolean isFoundBySecret(Flow flow, int source, Relation table) {
        var arguments = new HashSet<Integer>();
        for (var i = 0; i < flow.body.variables().size(); i++) {
            if (flow.body.variables().get(i).kind() == Variable.Kind.ARGUMENT) {
                arguments.add(i + 1);
            }
        }
        return Stream.concat(flow.query().where().stream(), flow.query().on().stream())
                .flatMap(condition -> NormalForm.conjuncts(condition).stream())
                .flatMap(condition -> Comparison.of(model.names(), condition).stream())
                .filter(Comparison::isEquality)
                .flatMap(Comparison::sides)
                .filter(side -> Walk.over(side.right())
                        .anyMatch(place -> place.node() instanceof Expr.Parameter(var number, var ignored)
                                && arguments.contains(number)))
                .flatMap(side -> side.leftColumn().stream())
                .anyMatch(column -> column.level() == 0 && column.source() == source && isKey(table, column.number()));
    }

    private static boolean isKey(Relation table, int number) {
        var columns = List.of((long) number);
        return table.constraints().stream()
                        .filter(constraint -> constraint.kind() == Constraint.Kind.PRIMARY_KEY
                                || constraint.kind() == Constraint.Kind.UNIQUE)
                        .anyMatch(constraint -> constraint.columns().equals(columns))
                || table.indexes().stream()
                        .anyMatch(index -> index.unique()
                                && index.keys() == 1
                                && index.columns().getFirst() == number);
    }
}
