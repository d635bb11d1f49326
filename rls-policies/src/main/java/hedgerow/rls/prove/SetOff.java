package hedgerow.rls.prove;

import static hedgerow.rls.smt.Terms.and;
import static hedgerow.rls.smt.Terms.eq;
import static hedgerow.rls.smt.Terms.not;
import static hedgerow.rls.smt.Terms.or;

import hedgerow.rls.body.Body;
import hedgerow.rls.body.Step;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Trigger;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.logic.Encoded;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.HiddenReads;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Place;
import hedgerow.rls.logic.Search;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.logic.Tenancy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The triggers that statements of a body fire: those of the tables that they write, as the role that runs the
/// body or as their own owners, and the triggers that these fire.
final class SetOff {

    /// The longest chain of triggers that fire one another.
    private static final int MOST_TRIGGERS = 4;

    /// The most effects of one write that are asked about one by one.
    private static final int MOST_EFFECTS = 64;

    private final Model model;
    private final Tenancy tenancy;
    private final Homes homes;
    private final Bodies bodies;
    private final Reaches reaches;
    private final BiFunction<Relation, Command, Optional<Set<Integer>>> settable;
    private final Fences fences;
    private final Duration timeout;
    private final Map<List<Object>, Boolean> harmless = new LinkedHashMap<>();
    private final Map<Step, List<Query>> writes = new IdentityHashMap<>();
    private final Map<Reaches.At, List<Fired>> fired = new HashMap<>();
    private Optional<List<Reaches.At>> triggered = Optional.empty();

    /// Shares the questions of the claims.
    ///
    /// @param timeout of one question
    SetOff(
            Model model,
            Tenancy tenancy,
            Homes homes,
            Triggers triggers,
            Reaches reaches,
            Bodies bodies,
            Fences fences,
            Duration timeout) {
        this.model = model;
        this.reaches = reaches;
        this.tenancy = tenancy;
        this.homes = homes;
        this.bodies = bodies;
        this.settable = triggers::settable;
        this.fences = fences;
        this.timeout = timeout;
    }

    /// A trigger that a statement sets off, and the steps of its body up to the next statement.
    ///
    /// @param row that sets it off, with both of an UPDATE
    record Cause(WrittenRow row, Trigger trigger, Command command, Function function, Body body, List<Step> before) {

        /// The run of the trigger after that of the statement that sets it off; empty if that is not modelled. A
        /// trigger of statements sees no row.
        private Optional<Run> after(
                Encoding e, Run run, BiFunction<Relation, Command, Optional<Set<Integer>>> settable) {
            var rows = trigger.ofRows() ? row.in(e, run, !trigger.before()) : Map.<String, Slot>of();
            if (rows.isEmpty() && trigger.ofRows()) {
                e.requireUnmodelled(row.gate());
                return Optional.empty();
            }
            var own = new Run(
                    e,
                    e.within(function, run.session()),
                    body.variables(),
                    command.name(),
                    Optional.ofNullable(rows.get("new")),
                    Optional.ofNullable(rows.get("old")),
                    settable);
            own.steps(before);
            return Optional.of(own);
        }
    }

    /// The run of the last of some triggers, each set off by the one before it; empty if one is not modelled.
    Optional<Run> after(List<Cause> causes, Encoding e, Run first) {
        var last = Optional.of(first);
        for (var cause : causes) {
            last = last.flatMap(run -> cause.after(e, run, settable));
        }
        return last;
    }

    /// A row that the last of some triggers reads and lets out; empty if it is not modelled.
    ///
    /// @param by what reads it
    /// @param source of the row in the query that is read
    Optional<Slot> read(List<Cause> causes, Encoding e, Run first, Function by, Functions.Reading reading, int source) {
        var last = after(causes, e, first);
        if (last.isEmpty()) {
            return Optional.empty();
        }
        var table = Outlets.sources(reading, model).get(source);
        if (!model.gates().may(last.get().session().role(), table, Command.SELECT)) {
            e.script().require("false");
        }
        if (!table.isTable()) {
            e.requireUnmodelled("%s reads %s, which is not a table".formatted(by.quoted(), table.quoted()));
            return Optional.empty();
        }
        return Optional.of(last.get().found(reading.around(), reading.query()).get(source));
    }

    /// A function, and those of the triggers that it sets off.
    static List<Function> within(Function function, List<Cause> causes) {
        return Stream.concat(Stream.of(function), causes.stream().map(Cause::function))
                .toList();
    }

    /// The steps of a function, and those of the triggers that it sets off.
    static List<Step> steps(List<Step> before, List<Cause> causes) {
        return Stream.concat(before.stream(), causes.stream().flatMap(cause -> cause.before.stream()))
                .toList();
    }

    /// The part of a gate that names such triggers.
    static String gate(List<Cause> causes) {
        return causes.stream()
                .map(cause -> "trigger function %s, ".formatted(cause.function.quoted()))
                .collect(Collectors.joining());
    }

    /// Something that a body sets off.
    sealed interface Effect {

        /// The triggers that lead to it, each set off by the one before it.
        List<Cause> causes();

        /// A statement of the last of them.
        record Write(List<Cause> causes, Query query) implements Effect {}

        /// Rows that the last of them reads and lets out.
        record Read(List<Cause> causes, Functions.Reading reading) implements Effect {}

        /// Something that is not followed.
        record Unknown(List<Cause> causes, String why) implements Effect {}
    }

    /// A trigger that fires.
    ///
    /// @param passedOn whether the statement is passed on to its table: nothing is known of the rows there
    private record Fired(Trigger trigger, Relation table, Command command, boolean passedOn) {}

    /// The body whose effects are followed.
    ///
    /// @param role whose session it is
    /// @param runner as whom it runs
    private record Start(long role, long runner) {

        /// The role as which the last of some triggers runs.
        long after(List<Cause> causes) {
            return causes.stream()
                    .map(Cause::function)
                    .filter(Function::securityDefiner)
                    .reduce((_, last) -> last)
                    .map(Function::owner)
                    .orElse(runner);
        }
    }

    /// Returns the effects of a write by a function, unless it breaks no claim whatever the row is.
    ///
    /// @param role whose session it is
    /// @param runner as whom the function runs
    /// @param before the steps before the statement
    /// @param start runs these steps in a session
    Stream<Effect> of(
            Query write,
            long role,
            long runner,
            Function function,
            List<Step> before,
            BiFunction<Encoding, Session, Run> start) {
        var table = model.written(write);
        if (table.isEmpty()
                || Reaches.commands(write)
                        .allMatch(command -> fired(table.get(), command).isEmpty())) {
            return Stream.empty();
        }
        var entered = function.settings().stream().anyMatch(setting -> setting.contains("."))
                || before.stream().anyMatch(this::mayEnter);
        var quiet = (!entered || staysHome(role, start))
                && Reaches.commands(write)
                        .allMatch(command -> isHarmless(new Caused(role, runner, table.get(), command, true)));
        return quiet ? Stream.empty() : effects(write, new Start(role, runner)).stream();
    }

    /// Whether a session belongs to no tenant after some steps to which it did not belong before: what holds for
    /// every session then holds for it.
    private boolean staysHome(long role, BiFunction<Encoding, Session, Run> start) {
        var e = new Encoding(model, false);
        var session = Session.of("s", role);
        var later = start.apply(e, session).session();
        var homes = tenancy.homes(deciding()).stream().map(home -> becomes(e, home, session, later));
        var members = tenancy.memberships().stream()
                .map(Tenancy.Membership::identity)
                .map(input -> becomes(e.input(session, input), e.input(later, input)));
        e.script().require(or(Stream.concat(homes, members).toList()));
        return new Search(e, timeout, false).run() == Search.Found.NOTHING;
    }

    /// The formula that a session becomes another one by an expression. A setting that was not set, and then is
    /// empty, identifies nobody.
    private String becomes(Encoding e, Expr home, Session session, Session later) {
        var entered = becomes(e.value(home, Place.of(session)), e.value(home, Place.of(later)));
        var inputs = Sessions.inputs(model.names(), home).distinct().toList();
        if (inputs.size() != 1 || !(inputs.getFirst() instanceof Input.Setting)) {
            return entered;
        }
        var earlier = e.orEmpty(e.input(session, inputs.getFirst()));
        return and(entered, not(earlier.same(e.orEmpty(e.input(later, inputs.getFirst())))));
    }

    private static String becomes(Encoded earlier, Encoded later) {
        return and(
                not(later.raises()),
                not(later.isNull()),
                or(earlier.raises(), earlier.isNull(), not(eq(earlier.term(), later.term()))));
    }

    /// The identities that decide whose rows are.
    private Set<Input> deciding() {
        return Stream.of(
                        tenancy.tenants().stream(),
                        tenancy.tables().stream().flatMap(table -> tenancy.axis(table).stream()),
                        tenancy.memberships().stream().map(Tenancy.Membership::identity))
                .flatMap(inputs -> inputs)
                .collect(Collectors.toSet());
    }

    private List<Fired> fired(Relation table, Command command) {
        var from = new Reaches.At(table, command);
        var known = fired.get(from);
        if (known == null) {
            known = fired(from).toList();
            fired.put(from, known);
        }
        return known;
    }

    private Stream<Fired> fired(Reaches.At from) {
        var heirs = model.heirsOf(from.table()).toList();
        var own = Stream.concat(Stream.of(from.table()), heirs.stream())
                .flatMap(each -> fired(each, from.command(), !isLike(each, from.table())));
        var further = triggered().stream()
                .filter(to -> to.command() != from.command() || !heirs.contains(to.table()))
                .filter(to -> reaches.isPassedOn(from, to))
                .flatMap(to -> fired(to.table(), to.command(), true));
        return Stream.concat(own, further);
    }

    private static Stream<Fired> fired(Relation table, Command command, boolean passedOn) {
        return table.triggers().stream()
                .filter(trigger -> trigger.fires(command))
                .map(trigger -> new Fired(trigger, table, command, passedOn));
    }

    /// Whether an heir's columns are those of its parent, by number.
    private static boolean isLike(Relation heir, Relation parent) {
        return parent.columns().stream()
                .allMatch(column -> heir.column(column.number())
                        .filter(own -> own.name().equals(column.name()))
                        .isPresent());
    }

    /// Everything that fires a trigger.
    private List<Reaches.At> triggered() {
        if (triggered.isEmpty()) {
            triggered = Optional.of(model.catalog().relations().values().stream()
                    .flatMap(relation -> Stream.of(Command.INSERT, Command.UPDATE, Command.DELETE)
                            .filter(command -> relation.triggers().stream().anyMatch(trigger -> trigger.fires(command)))
                            .map(command -> new Reaches.At(relation, command)))
                    .toList());
        }
        return triggered.get();
    }

    private Function function(Fired fired) {
        return model.catalog().function(fired.trigger.function()).orElseThrow();
    }

    // --- one by one ----------------------------------------------------------------------------------------------

    /// The effects of a write, and of these: first those that fewer triggers lead to.
    private List<Effect> effects(Query write, Start start) {
        var all = new ArrayList<Effect>();
        var open = new ArrayDeque<>(List.of(new Effect.Write(List.of(), write)));
        while (!open.isEmpty()) {
            var effects = next(open.remove(), start).limit(MOST_EFFECTS + 1).toList();
            all.addAll(effects);
            if (all.size() > MOST_EFFECTS) {
                var why = "triggers that set off more than %d statements".formatted(MOST_EFFECTS);
                var nearest = all.stream().filter(effect -> effect.causes().size() == 1);
                return Stream.concat(nearest.limit(MOST_EFFECTS), Stream.of(new Effect.Unknown(List.of(), why)))
                        .toList();
            }
            effects.stream()
                    .flatMap(effect -> effect instanceof Effect.Write further ? Stream.of(further) : Stream.empty())
                    .forEach(open::add);
        }
        return all;
    }

    private Stream<Effect> next(Effect.Write write, Start start) {
        return model.written(write.query).stream()
                .flatMap(table -> Reaches.commands(write.query)
                        .flatMap(command -> fired(table, command).stream())
                        .flatMap(fired -> effects(write, table, fired, start)));
    }

    private Stream<Effect> effects(Effect.Write write, Relation table, Fired fired, Start start) {
        var function = function(fired);
        var body = bodies.of(function, fired.table);
        var runner = start.after(write.causes);
        if (fired.passedOn && isHarmless(new Caused(start.role, runner, fired.table, fired.command, false), fired)) {
            return Stream.empty();
        }
        var hindrance = write.causes.size() == MOST_TRIGGERS
                ? Optional.of("triggers that set off more triggers")
                : hindrance(fired)
                        .or(() -> fired.passedOn
                                ? Optional.of("%s, to which %s is passed on"
                                        .formatted(name(fired), new Reaches.At(table, fired.command)))
                                : Optional.empty());
        if (hindrance.isPresent()) {
            return Stream.of(new Effect.Unknown(write.causes, hindrance.get()));
        }
        var clash = write.query.command() == Query.Command.INSERT && fired.command == Command.UPDATE;
        var row = new WrittenRow(write.query, table, clash, fired.command == Command.UPDATE);
        return bodies.beginnings(body).stream().flatMap(reached -> {
            var causes = new ArrayList<>(write.causes);
            causes.add(new Cause(row, fired.trigger, fired.command, function, body, reached.before()));
            return effects(reached, fired, body, causes);
        });
    }

    private Stream<Effect> effects(Beginning reached, Fired fired, Body body, List<Cause> causes) {
        var unfollowed = bodies.unfollowed(reached.step(), model.policies())
                .map(called -> new Effect.Unknown(causes, "%s, which calls %s".formatted(name(fired), called)));
        var writes = writes(reached.step()).map(write -> new Effect.Write(causes, write));
        var reads = reached.readings(body, model.policies()).map(reading -> new Effect.Read(causes, reading));
        return Stream.of(unfollowed.stream(), writes, reads).flatMap(effects -> effects);
    }

    private Stream<Query> writes(Step step) {
        return writes
                .computeIfAbsent(
                        step,
                        _ -> Bodies.query(step).map(query -> model.policies().inline(query)).stream()
                                .flatMap(Query::writes)
                                .toList())
                .stream();
    }

    private static String name(Fired fired) {
        return "trigger %s on %s".formatted(fired.trigger.quoted(), fired.table.quoted());
    }

    /// Why a trigger is not followed. One that is deferred fires when nothing of the function is left to run.
    private Optional<String> hindrance(Fired fired) {
        var body = bodies.of(function(fired), fired.table);
        return body.missing()
                .map(why -> "%s: %s".formatted(name(fired), why))
                .or(() -> !fired.trigger.deferred() && mayEnter(body)
                        ? Optional.of(name(fired) + ", which may set the identity of the session")
                        : Optional.empty());
    }

    /// Whether a body gives the session another identity, by a SET clause or a call.
    boolean mayEnter(Body body) {
        return body.function().settings().stream()
                        .map(setting -> setting.split("=", 2)[0])
                        .filter(name -> name.contains("."))
                        .anyMatch(name -> tenancy.identities().stream().anyMatch(input -> isSetBy(input, name)))
                || bodies.calls(body, this::mayEnter);
    }

    private boolean mayEnter(Step step) {
        return Bodies.calls(step, model.policies())
                .anyMatch(call -> mayEnter(call)
                        || model.catalog()
                                .function(call.function())
                                .filter(this::mayEnter)
                                .isPresent());
    }

    /// Whether a function may set an identity. One that sets other things is recognized by its body, unless that
    /// fires triggers, or operators and casts may set something.
    private boolean mayEnter(Function called) {
        if (called.schema().equals("pg_catalog") || called.extension().isPresent()) {
            return HiddenReads.in(called);
        }
        return model.maySet(called)
                && (!bodies.isPlain(called)
                        || bodies.calls(called, this::mayEnter)
                        || model.catalog().implicitFunctions().stream()
                                .flatMap(oid -> model.catalog().function(oid).stream())
                                .anyMatch(model::maySet));
    }

    /// Whether a call can enter a tenant; nothing is known of a name that is made at run time.
    private boolean mayEnter(Expr.Call call) {
        return Sessions.isBuiltin(model.names(), call.function(), "set_config")
                && Sessions.text(call.arguments().getFirst())
                        .map(name -> tenancy.identities().stream().anyMatch(input -> isSetBy(input, name)))
                        .orElse(true);
    }

    private static boolean isSetBy(Input input, String name) {
        return switch (input) {
            case Input.Setting(var setting) -> setting.equals(name);
            case Input.Member member -> member.setting().equals(name);
            case Input.Call _ -> true;
            case Input.User _ -> false;
        };
    }

    // --- whatever the row is -------------------------------------------------------------------------------------

    /// Any row that a role writes within a function.
    ///
    /// @param role whose session it is
    /// @param runner as whom it is written
    /// @param checked whether the runner's policies admit it; otherwise a referential action may have written it
    private record Caused(long role, long runner, Relation table, Command command, boolean checked) {}

    /// Whether no trigger breaks a claim, whichever row is written. Triggers that set off themselves are asked
    /// about one by one.
    private boolean isHarmless(Caused caused) {
        var key = List.<Object>of(caused.role, caused.runner, caused.table.oid(), caused.command, caused.checked);
        var known = harmless.get(key);
        if (known == null) {
            var assumed = harmless.size();
            harmless.put(key, true);
            known = fired(caused.table, caused.command).stream().allMatch(fired -> isHarmless(caused, fired));
            if (!known) {
                List.copyOf(harmless.keySet()).subList(assumed, harmless.size()).forEach(harmless::remove);
                harmless.put(key, false);
            }
        }
        return known;
    }

    /// A trigger that a referential action fires runs as the owner of its table, or as whoever caused it.
    private boolean isHarmless(Caused caused, Fired fired) {
        if (!fired.passedOn) {
            return isHarmlessAsIs(caused, fired);
        }
        return Stream.of(caused.runner, fired.table.owner())
                .map(runner -> new Caused(caused.role, runner, fired.table, fired.command, false))
                .allMatch(there -> isHarmlessAsIs(there, fired));
    }

    private boolean isHarmlessAsIs(Caused caused, Fired fired) {
        var body = bodies.of(function(fired), fired.table);
        return hindrance(fired).isEmpty()
                && bodies.beginnings(body).stream()
                        .allMatch(reached -> bodies.unfollowed(reached.step(), model.policies())
                                        .isEmpty()
                                && reached.readings(body, model.policies())
                                        .allMatch(reading -> isHarmless(caused, fired, body, reached.before(), reading))
                                && writes(reached.step())
                                        .allMatch(write -> isHarmless(caused, fired, body, reached.before(), write)));
    }

    private boolean isHarmless(Caused caused, Fired fired, Body body, List<Step> before, Functions.Reading reading) {
        return Outlets.sources(reading, model).entrySet().stream()
                .filter(source -> !source.getValue().isTable() || tenancy.isSomebodys(source.getValue()))
                .allMatch(source -> source.getValue().isTable()
                        && (fences.keep(access(caused, body, before, source.getValue(), true, Gate.SELECT))
                                || isAtHome(
                                        caused,
                                        source.getValue(),
                                        true,
                                        (e, session) -> Optional.of(run(e, caused, fired, body, before, session)
                                                .found(reading.around(), reading.query())
                                                .get(source.getKey())))));
    }

    private boolean isHarmless(Caused caused, Fired fired, Body body, List<Step> before, Query write) {
        var table = model.written(write);
        if (table.isEmpty()) {
            return true;
        }
        var runner = body.function().runsAs(caused.runner);
        var further = Reaches.commands(write)
                .anyMatch(command -> !fired(table.get(), command).isEmpty());
        return (!further
                        || !mayEnter(body)
                        || staysHome(caused.role, (e, session) -> run(e, caused, fired, body, before, session)))
                && Reaches.commands(write)
                        .allMatch(command -> isHarmless(new Caused(caused.role, runner, table.get(), command, true)))
                && (table.get().isTable() && !tenancy.isTenantTable(table.get())
                        || isHarmless(caused, fired, body, before, write, table.get()));
    }

    private boolean isHarmless(Caused caused, Fired fired, Body body, List<Step> before, Query write, Relation table) {
        var joins = tenancy.of(caused.role, table).memberships().stream()
                .anyMatch(way -> way.tables().contains(table.oid()));
        return !joins
                && WrittenRow.of(write, table, tenancy).stream()
                        .allMatch(row -> Stream.of(true, false)
                                .filter(bound -> bound || homes.canBeUnbound(caused.role, table))
                                .allMatch(bound -> row.passes()
                                                .filter(gate ->
                                                        fences.keep(access(caused, body, before, table, bound, gate)))
                                                .isPresent()
                                        || isAtHome(caused, table, bound, (e, session) -> {
                                            var rows = row.in(e, run(e, caused, fired, body, before, session));
                                            return rows.isEmpty() ? Optional.empty() : Optional.of(row.subject(rows));
                                        })));
    }

    private static Fences.Access access(
            Caused caused, Body body, List<Step> before, Relation table, boolean bound, Gate gate) {
        return new Fences.Access(bound, caused.role, caused.runner, List.of(body.function()), before, table, gate);
    }

    /// Whether a row is always the session's.
    ///
    /// @param bound whether the session has an identity; no row belongs to one without
    /// @param row requires what leads to it; empty if that is not modelled
    private boolean isAtHome(
            Caused caused, Relation table, boolean bound, BiFunction<Encoding, Session, Optional<Slot>> row) {
        var e = new Encoding(model, false);
        var session = bound
                ? homes.bound(e, "s", caused.role, table)
                : homes.unbound(e, caused.role, table, Homes.Absence.MALFORMED);
        var found = row.apply(e, session);
        found.filter(_ -> bound).ifPresent(slot -> homes.requireForeignWithin(e, slot, session));
        return found.isPresent() && new Search(e, timeout, false).run() == Search.Found.NOTHING;
    }

    /// Runs steps of a body as a trigger. No policy has checked the row that a BEFORE trigger sees; a trigger of
    /// statements sees none.
    private Run run(Encoding e, Caused caused, Fired fired, Body body, List<Step> steps, Session session) {
        var runs = session.as(caused.runner);
        var command = caused.command;
        var rows = fired.trigger.ofRows();
        var fresh = rows && command != Command.DELETE ? Optional.of(e.written(caused.table)) : Optional.<Slot>empty();
        var old = rows && command != Command.INSERT ? Optional.of(e.there(caused.table)) : Optional.<Slot>empty();
        if (caused.checked) {
            old.ifPresent(row ->
                    e.script().require(e.passes(row, runs, command == Command.DELETE ? Gate.DELETE : Gate.UPDATE_OLD)));
            fresh.filter(_ -> !fired.trigger.before())
                    .ifPresent(row -> e.script()
                            .require(e.passes(row, runs, command == Command.INSERT ? Gate.INSERT : Gate.UPDATE_NEW)));
        }
        var run = new Run(e, e.within(body.function(), runs), body.variables(), command.name(), fresh, old, settable);
        run.steps(steps);
        return run;
    }
}
