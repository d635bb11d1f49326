package hedgerow.rls.prove;

import hedgerow.rls.body.Body;
import hedgerow.rls.body.Step;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Trigger;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Search;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.logic.Tenancy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
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
    private final BiFunction<Relation, Command, Optional<Set<Integer>>> settable;
    private final Duration timeout;
    private final Map<List<Object>, Boolean> harmless = new HashMap<>();
    private final Map<Body, List<List<Step>>> beginnings = new IdentityHashMap<>();
    private final Map<Step, List<Query>> writes = new IdentityHashMap<>();

    /// Shares the questions of the claims.
    ///
    /// @param timeout of one question
    SetOff(Model model, Tenancy tenancy, Homes homes, Triggers triggers, Bodies bodies, Duration timeout) {
        this.model = model;
        this.tenancy = tenancy;
        this.homes = homes;
        this.bodies = bodies;
        this.settable = triggers::settable;
        this.timeout = timeout;
    }

    /// A trigger that a written row sets off, and the steps of its body up to the next statement.
    ///
    /// @param row that sets it off, with both of an UPDATE
    record Cause(WrittenRow row, Command command, Function function, Body body, List<Step> before) {

        /// The run of the trigger after that of the statement that sets it off; empty if that is not modelled.
        Optional<Run> after(Encoding e, Run run, BiFunction<Relation, Command, Optional<Set<Integer>>> settable) {
            var rows = row.in(e, run);
            if (rows.isEmpty()) {
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

    /// A statement that a body sets off.
    ///
    /// @param causes triggers, each set off by the one before it
    /// @param write of the last of them; empty if it is not followed
    /// @param why it is not followed
    record Effect(List<Cause> causes, Optional<Query> write, String why) {

        private static Effect unknown(List<Cause> causes, String why) {
            return new Effect(causes, Optional.empty(), why);
        }
    }

    /// A trigger that fires.
    private record Fired(Trigger trigger, Relation table, Command command) {}

    /// Returns the effects of a write by a function, unless it breaks no claim whatever the row is.
    ///
    /// @param role that calls the function
    /// @param before the steps before the statement
    Stream<Effect> of(Query write, long role, Function function, List<Step> before) {
        var table = table(write);
        if (table.isEmpty()) {
            return Stream.empty();
        }
        var runner = function.securityDefiner() ? function.owner() : role;
        var quiet = function.settings().stream().noneMatch(setting -> setting.contains("."))
                && before.stream().noneMatch(this::mayEnter)
                && commands(write).allMatch(command -> isHarmless(new Caused(role, runner, table.get(), command)));
        return quiet ? Stream.empty() : effects(write).stream();
    }

    private Optional<Relation> table(Query write) {
        return Optional.ofNullable(new Encoding(model, false)
                .tables(write)
                .get(write.change().orElseThrow().result()));
    }

    private static Stream<Command> commands(Query write) {
        return switch (write.command()) {
            case INSERT ->
                write.change()
                                .flatMap(Query.Change::conflict)
                                .filter(Query.Conflict::update)
                                .isPresent()
                        ? Stream.of(Command.INSERT, Command.UPDATE)
                        : Stream.of(Command.INSERT);
            case UPDATE -> Stream.of(Command.UPDATE);
            case DELETE -> Stream.of(Command.DELETE);
            default -> Stream.of(Command.INSERT, Command.UPDATE, Command.DELETE);
        };
    }

    private Stream<Fired> fired(Relation table, Command command) {
        return Stream.concat(Stream.of(table), model.heirsOf(table))
                .flatMap(each -> each.triggers().stream()
                        .filter(trigger -> trigger.fires(command))
                        .map(trigger -> new Fired(trigger, each, command)));
    }

    private Function function(Fired fired) {
        return model.catalog().function(fired.trigger.function()).orElseThrow();
    }

    // --- one by one ----------------------------------------------------------------------------------------------

    /// The effects of a write, and of these: first those that fewer triggers lead to.
    private List<Effect> effects(Query write) {
        var all = new ArrayList<Effect>();
        var open = new ArrayDeque<>(List.of(new Effect(List.of(), Optional.of(write), "")));
        while (!open.isEmpty()) {
            var effects = next(open.remove()).limit(MOST_EFFECTS + 1).toList();
            all.addAll(effects);
            if (all.size() > MOST_EFFECTS) {
                var why = "triggers that set off more than %d statements".formatted(MOST_EFFECTS);
                return Stream.concat(all.stream().limit(MOST_EFFECTS), Stream.of(Effect.unknown(List.of(), why)))
                        .toList();
            }
            effects.stream().filter(effect -> effect.write.isPresent()).forEach(open::add);
        }
        return all;
    }

    private Stream<Effect> next(Effect effect) {
        var write = effect.write.orElseThrow();
        return table(write).stream()
                .flatMap(table -> commands(write)
                        .flatMap(command -> fired(table, command))
                        .flatMap(fired -> effects(write, table, fired, effect.causes)));
    }

    private Stream<Effect> effects(Query write, Relation table, Fired fired, List<Cause> causes) {
        var function = function(fired);
        var body = bodies.of(function, fired.table);
        var hindrance =
                causes.size() == MOST_TRIGGERS ? Optional.of("triggers that set off more triggers") : hindrance(fired);
        if (hindrance.isPresent()) {
            return Stream.of(Effect.unknown(causes, hindrance.get()));
        }
        var clash = write.command() == Query.Command.INSERT && fired.command == Command.UPDATE;
        var row = new WrittenRow(write, table, clash, fired.command == Command.UPDATE);
        return reached(body).stream().flatMap(reached -> {
            var longer = new ArrayList<>(causes);
            longer.add(new Cause(row, fired.command, function, body, reached.subList(0, reached.size() - 1)));
            return effects(reached.getLast(), fired, longer);
        });
    }

    private Stream<Effect> effects(Step step, Fired fired, List<Cause> causes) {
        var unfollowed = bodies.unfollowed(step, model.policies())
                .map(called -> Effect.unknown(causes, "%s, which calls %s".formatted(name(fired), called)));
        var writes = writes(step).map(write -> new Effect(causes, Optional.of(write), ""));
        return Stream.concat(unfollowed.stream(), writes);
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

    /// The distinct beginnings of a body's ways.
    private List<List<Step>> reached(Body body) {
        return beginnings.computeIfAbsent(body, SetOff::beginnings);
    }

    private static List<List<Step>> beginnings(Body body) {
        var reached = new ArrayList<List<Step>>();
        var seen = new HashSet<List<Step>>();
        for (var way : body.ways()) {
            for (var i = 1; i <= way.steps().size(); i++) {
                var steps = List.copyOf(way.steps().subList(0, i));
                if (seen.add(steps)) {
                    reached.add(steps);
                }
            }
        }
        return reached;
    }

    private static String name(Fired fired) {
        return "trigger %s on %s".formatted(fired.trigger.quoted(), fired.table.quoted());
    }

    /// Why a trigger is not followed. One that is deferred fires when nothing of the function is left to run.
    private Optional<String> hindrance(Fired fired) {
        var function = function(fired);
        return bodies.of(function, fired.table)
                .missing()
                .map(why -> "%s: %s".formatted(name(fired), why))
                .or(() -> !fired.trigger.deferred() && bodies.calls(function, this::mayEnter)
                        ? Optional.of(name(fired) + ", which may set the identity of the session")
                        : Optional.empty());
    }

    private boolean mayEnter(Step step) {
        return Bodies.calls(step, model.policies())
                .anyMatch(call -> mayEnter(call)
                        || model.catalog()
                                .function(call.function())
                                .filter(called -> model.maySet(called))
                                .isPresent());
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
            case Input.Claim(var setting, var ignored) -> setting.equals(name);
            case Input.Call _ -> true;
            case Input.User _ -> false;
        };
    }

    // --- whatever the row is -------------------------------------------------------------------------------------

    /// Any row that a role writes within a function.
    ///
    /// @param role whose session it is
    /// @param runner as whom it is written
    private record Caused(long role, long runner, Relation table, Command command) {}

    /// Whether no trigger breaks a claim, whichever row is written that the runner's policies admit. Triggers
    /// that set off themselves are asked about one by one.
    private boolean isHarmless(Caused caused) {
        var key = List.<Object>of(caused.role, caused.runner, caused.table.oid(), caused.command);
        var known = harmless.get(key);
        if (known == null) {
            harmless.put(key, false);
            known = fired(caused.table, caused.command).allMatch(fired -> isHarmless(caused, fired));
            harmless.put(key, known);
        }
        return known;
    }

    private boolean isHarmless(Caused caused, Fired fired) {
        var function = function(fired);
        var body = bodies.of(function, fired.table);
        return hindrance(fired).isEmpty()
                && reached(body).stream().allMatch(reached -> {
                    var step = reached.getLast();
                    var before = reached.subList(0, reached.size() - 1);
                    return bodies.unfollowed(step, model.policies()).isEmpty()
                            && writes(step).allMatch(write -> isHarmless(caused, fired, function, body, before, write));
                });
    }

    private boolean isHarmless(
            Caused caused, Fired fired, Function function, Body body, List<Step> before, Query write) {
        var table = table(write);
        if (table.isEmpty()) {
            return true;
        }
        var runner = function.securityDefiner() ? function.owner() : caused.runner;
        var further = commands(write)
                .flatMap(command -> fired(table.get(), command))
                .findAny()
                .isPresent();
        return (!further || before.stream().noneMatch(this::mayEnter))
                && commands(write)
                        .allMatch(command -> isHarmless(new Caused(caused.role, runner, table.get(), command)))
                && (table.get().isTable() && !tenancy.isTenantTable(table.get())
                        || isAtHome(caused, fired, function, body, before, write, table.get()));
    }

    private boolean isAtHome(
            Caused caused, Fired fired, Function function, Body body, List<Step> before, Query write, Relation table) {
        var joins = tenancy.memberships().stream().anyMatch(way -> way.tables().contains(table.oid()));
        return !joins
                && WrittenRow.of(write, table, tenancy).stream()
                        .allMatch(row -> Stream.of(true, false)
                                .filter(bound -> bound || homes.canBeUnbound())
                                .allMatch(bound -> {
                                    var e = new Encoding(model, false);
                                    var session = bound
                                            ? homes.bound(e, "s", caused.role, table)
                                            : homes.unbound(e, caused.role, table, Homes.Absence.MALFORMED);
                                    var run = run(e, caused, fired, function, body, session);
                                    run.steps(before);
                                    var rows = row.in(e, run);
                                    if (rows.isEmpty()) {
                                        return false;
                                    }
                                    if (bound) {
                                        homes.requireForeignWithin(e, row.subject(rows), session);
                                    }
                                    return new Search(e, timeout, false).run() == Search.Found.NOTHING;
                                }));
    }

    /// Runs a body as a trigger; no policy has checked the row that a BEFORE trigger sees.
    private Run run(Encoding e, Caused caused, Fired fired, Function function, Body body, Session session) {
        var runs = session.as(caused.runner);
        var command = caused.command;
        var fresh = command == Command.DELETE ? Optional.<Slot>empty() : Optional.of(e.written(caused.table));
        var old = command == Command.INSERT ? Optional.<Slot>empty() : Optional.of(e.there(caused.table));
        old.ifPresent(row ->
                e.script().require(e.passes(row, runs, command == Command.DELETE ? Gate.DELETE : Gate.UPDATE_OLD)));
        fresh.filter(_ -> !fired.trigger.before())
                .ifPresent(row -> e.script()
                        .require(e.passes(row, runs, command == Command.INSERT ? Gate.INSERT : Gate.UPDATE_NEW)));
        return new Run(e, e.within(function, runs), body.variables(), command.name(), fresh, old, settable);
    }
}
