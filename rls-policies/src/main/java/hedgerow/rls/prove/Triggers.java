package hedgerow.rls.prove;

import hedgerow.rls.body.Body;
import hedgerow.rls.body.Step;
import hedgerow.rls.body.Variable;
import hedgerow.rls.body.Way;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Trigger;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.logic.Tenancy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The effects of row triggers on a statement: on the row that it writes, and on other rows.
final class Triggers {

    private final Model model;
    private final Tenancy tenancy;
    private final Homes homes;
    private final Bodies bodies;
    private final Reaches reaches;
    private final Supplier<Memberships> memberships;
    private final Supplier<SetOff> setOff;
    private final Fences fences;
    private final boolean explained;

    /// The triggers of a model.
    ///
    /// @param memberships depend on tables, which depend on triggers
    /// @param setOff depends on triggers, too
    Triggers(
            Model model,
            Tenancy tenancy,
            Homes homes,
            Bodies bodies,
            Reaches reaches,
            Supplier<Memberships> memberships,
            Supplier<SetOff> setOff,
            Fences fences,
            boolean explained) {
        this.fences = fences;
        this.reaches = reaches;
        this.memberships = memberships;
        this.setOff = setOff;
        this.model = model;
        this.tenancy = tenancy;
        this.homes = homes;
        this.bodies = bodies;
        this.explained = explained;
    }

    private Stream<Trigger> on(Relation table, Command command) {
        return table.triggers().stream().filter(trigger -> trigger.fires(command));
    }

    private Optional<Function> function(Trigger trigger) {
        return model.catalog().function(trigger.function());
    }

    // --- the row that is written ---------------------------------------------------------------------------------

    /// States the effect of BEFORE ROW triggers on a row about to be written. The policies' check follows
    /// them, so a trigger that is not modelled may produce any row.
    ///
    /// @return the columns that they may set; empty if any
    Optional<Set<Integer>> before(Encoding e, Slot fresh, Session session, Command command) {
        var triggers = beforeRow(fresh.table(), command);
        if (!heirsAreAlike(fresh.table(), command, triggers)) {
            return Optional.empty();
        }
        if (triggers.size() != 1 || !isForAnyRow(triggers.getFirst())) {
            return triggers.isEmpty() ? Optional.of(Set.of()) : Optional.empty();
        }
        var function = function(triggers.getFirst()).orElseThrow();
        var body = bodies.of(function, fresh.table());
        var straight = body.missing().isEmpty() && body.ways().size() == 1;
        if (!straight || !isLeftAsNew(body.ways().getFirst())) {
            return Optional.empty();
        }
        var set = assigned(body, body.ways().getFirst());
        pin(e, fresh, session, command, function, body, set);
        return Optional.of(set);
    }

    /// The columns that BEFORE ROW triggers may set in a row about to be written, whoever writes it; empty
    /// if any.
    Optional<Set<Integer>> settable(Relation table, Command command) {
        var set = new TreeSet<Integer>();
        if (!heirsAreAlike(table, command, beforeRow(table, command))) {
            return Optional.empty();
        }
        for (var trigger : beforeRow(table, command)) {
            var body = bodies.of(function(trigger).orElseThrow(), table);
            if (body.missing().isPresent()
                    || !body.ways().stream().allMatch(way -> isLeftAsNew(way) || isGivenUp(way))) {
                return Optional.empty();
            }
            body.ways().forEach(way -> set.addAll(assigned(body, way)));
        }
        return Optional.of(set);
    }

    private static boolean isGivenUp(Way way) {
        return switch (way.steps().getLast()) {
            case Step.Raise _ -> true;
            case Step.Return(var ignored, var kind) -> kind == Step.Kind.NULL;
            default -> false;
        };
    }

    private List<Trigger> beforeRow(Relation table, Command command) {
        return on(table, command)
                .filter(trigger -> trigger.ofRows() && trigger.before())
                .sorted(Comparator.comparing(Trigger::quoted))
                .toList();
    }

    private static boolean isForAnyRow(Trigger trigger) {
        return trigger.whenTree().isEmpty() && trigger.columns().isEmpty();
    }

    /// Whether the rows of partitions, and of tables that inherit, have the same triggers. An UPDATE that
    /// moves a row to another partition inserts it there.
    private boolean heirsAreAlike(Relation table, Command command, List<Trigger> triggers) {
        var functions = triggers.stream().map(Trigger::function).toList();
        return model.heirsOf(table)
                .allMatch(heir -> beforeRow(heir, command).stream()
                                .map(Trigger::function)
                                .toList()
                                .equals(functions)
                        && (command != Command.UPDATE
                                || !heir.partition()
                                || beforeRow(heir, Command.INSERT).isEmpty()));
    }

    private static boolean isLeftAsNew(Way way) {
        return way.steps().getLast() instanceof Step.Return(var ignored, var kind) && kind == Step.Kind.NEW;
    }

    /// The columns of NEW that a way sets.
    private static Set<Integer> assigned(Body body, Way way) {
        var set = new TreeSet<Integer>();
        for (var step : way.steps()) {
            var variables = switch (step) {
                case Step.Assign(var variable, var ignored) -> List.of(variable);
                case Step.Into(var many, var ignored) -> many;
                case Step.Each(var many, var ignored) -> many;
                case Step.Unknown(var many, var ignored) -> many;
                case Step.Write(var ignored, var many) -> many;
                default -> List.<Integer>of();
            };
            variables.stream()
                    .map(variable -> body.variables().get(variable - 1))
                    .filter(variable -> variable.kind() == Variable.Kind.NEW)
                    .forEach(variable -> set.add(variable.column()));
        }
        return set;
    }

    /// Requires the row that the trigger leaves; the session may have given any value for the columns that
    /// it sets.
    private void pin(
            Encoding e, Slot fresh, Session session, Command command, Function function, Body body, Set<Integer> set) {
        var runner = e.within(function, session);
        var run = new Run(
                e, runner, body.variables(), command.name(), Optional.of(fresh), Optional.empty(), this::settable);
        var places = new LinkedHashMap<Integer, Integer>();
        for (var i = 0; i < body.variables().size(); i++) {
            var variable = body.variables().get(i);
            if (variable.kind() == Variable.Kind.OLD) {
                e.parameters().put(i + 1, e.constant("old_" + variable.name(), variable.type()));
            }
            if (variable.kind() == Variable.Kind.NEW && set.contains(variable.column())) {
                e.parameters().put(i + 1, e.constant("given_" + variable.name(), variable.type()));
                places.put(variable.column(), i + 1);
            }
        }
        run.steps(body.ways().getFirst().steps());
        places.forEach((column, parameter) -> e.script()
                .require(
                        "trigger function %s sets column %d".formatted(function.quoted(), column),
                        fresh.column(column).same(e.parameters().get(parameter))));
        e.parameters().clear();
    }

    // --- other rows ----------------------------------------------------------------------------------------------

    /// Questions about the effects of triggers on other rows: of those that run as somebody else, or under
    /// another identity. Another one does nothing that the session cannot do.
    List<Question> questions(Relation table, long role) {
        var questions = new ArrayList<Question>();
        for (var command : List.of(Command.INSERT, Command.UPDATE, Command.DELETE)) {
            var firing = on(table, command).filter(this::isAsked).toList();
            var reaches = firing.isEmpty() ? List.<Reaches.Reach>of() : this.reaches.of(table, command, role);
            for (var reach : reaches) {
                firing.stream()
                        .filter(trigger -> runsAsAnother(trigger, reach) && !isInherited(trigger, reach))
                        .forEach(trigger -> questions.addAll(questions(trigger, reach, role)));
            }
        }
        if (model.gates().mayTruncate(role, table)) {
            table.triggers().stream()
                    .filter(trigger -> trigger.firesOnTruncate() && isAsked(trigger) && isDefiner(trigger))
                    .filter(trigger -> acts(bodies.of(function(trigger).orElseThrow(), table)))
                    .forEach(trigger -> questions.addAll(
                            unknown(trigger, table, role, "TRUNCATE", "what %s does".formatted(trigger.quoted()))));
        }
        return questions;
    }

    private boolean isAsked(Trigger trigger) {
        return function(trigger).filter(it -> it.extension().isEmpty()).isPresent();
    }

    private boolean isDefiner(Trigger trigger) {
        return function(trigger).filter(Function::securityDefiner).isPresent();
    }

    private boolean runsAsAnother(Trigger trigger, Reaches.Reach reach) {
        return isDefiner(trigger)
                || reach.isAction()
                || setOff.get()
                        .mayEnter(bodies.of(
                                function(trigger).orElseThrow(), reach.at().table()));
    }

    /// Whether a statement on a parent fires the parent's trigger instead, or one like it.
    private boolean isInherited(Trigger trigger, Reaches.Reach reach) {
        return reach.inherited()
                && (!trigger.ofRows()
                        || reach.at().table().parents().stream()
                                .flatMap(parent -> model.catalog().relation(parent).stream())
                                .flatMap(parent -> on(parent, reach.at().command()))
                                .anyMatch(other -> other.function() == trigger.function() && other.ofRows()));
    }

    private boolean acts(Body body) {
        return body.missing().isPresent()
                || body.ways().stream()
                        .flatMap(way -> way.steps().stream())
                        .anyMatch(step -> Outlets.writes(step)
                                || bodies.unfollowed(step, model.policies()).isPresent());
    }

    /// Tables that triggers write, as their owner or as whoever sets them off.
    Set<Long> written() {
        var written = new HashSet<Long>();
        for (var table : model.catalog().relationsIn(model.settings().schemas())) {
            for (var trigger : table.triggers()) {
                function(trigger).map(it -> bodies.of(it, table)).stream()
                        .flatMap(body -> body.ways().stream())
                        .flatMap(way -> way.steps().stream())
                        .flatMap(step -> Bodies.query(step).stream())
                        .flatMap(Query::writes)
                        .flatMap(write -> model.written(write).stream())
                        .forEach(relation -> written.add(relation.oid()));
            }
        }
        return written;
    }

    /// Tables that such triggers read on a way on which they write a membership.
    Set<Long> consulted() {
        var members = tenancy.memberships().stream()
                .flatMap(way -> way.tables().stream())
                .collect(Collectors.toSet());
        var consulted = new HashSet<Long>();
        for (var table : model.catalog().relationsIn(model.settings().schemas())) {
            table.triggers().stream()
                    .flatMap(trigger -> function(trigger).filter(Function::securityDefiner).stream())
                    .flatMap(function -> bodies.of(function, table).ways().stream())
                    .filter(way -> way.steps().stream()
                            .flatMap(step -> Bodies.query(step).stream())
                            .flatMap(Query::writes)
                            .flatMap(Query::tables)
                            .anyMatch(source -> members.contains(source.oid())))
                    .flatMap(way -> way.steps().stream())
                    .flatMap(step -> Bodies.expressions(step).stream())
                    .flatMap(Walk::queries)
                    .flatMap(Query::tables)
                    .forEach(source -> consulted.add(source.oid()));
        }
        return consulted;
    }

    private List<Question> questions(Trigger trigger, Reaches.Reach reach, long role) {
        var function = function(trigger).orElseThrow();
        var body = bodies.of(function, reach.at().table());
        var start = new Reached(reach, trigger, role, body, List.of(), List.of());
        if (body.missing().isPresent()) {
            return unknown(start, function.quoted() + ": " + body.missing().get());
        }
        var questions = new ArrayList<Question>();
        for (var beginning : bodies.beginnings(body)) {
            questions.addAll(questions(start.at(beginning.before()), beginning));
        }
        return questions;
    }

    private List<Question> questions(Reached way, Beginning beginning) {
        var step = beginning.step();
        var questions = new ArrayList<Question>();
        bodies.unfollowed(step, model.policies())
                .ifPresent(called -> questions.addAll(
                        unknown(way, "%s calls %s".formatted(way.function().quoted(), called))));
        beginning
                .readings(way.body, model.policies())
                .forEach(reading -> questions.addAll(reads(way, reading, step instanceof Step.Tell)));
        Bodies.query(step).map(query -> model.policies().inline(query)).stream()
                .flatMap(Query::writes)
                .forEach(write -> {
                    questions.addAll(writes(way, write));
                    setOff.get()
                            .of(
                                    write,
                                    way.role,
                                    way.runner(),
                                    way.function(),
                                    way.before,
                                    (e, session) -> caused(e, way, session, way.trigger.ofRows(), false).run)
                            .forEach(effect -> questions.addAll(effects(way.with(effect.causes()), effect)));
                });
        return questions;
    }

    /// Questions about further triggers.
    private List<Question> effects(Reached way, SetOff.Effect effect) {
        return switch (effect) {
            case SetOff.Effect.Write(var ignored, var write) -> writes(way, write);
            case SetOff.Effect.Read(var ignored, var reading) -> reads(way, reading, true);
            case SetOff.Effect.Unknown(var ignored, var why) ->
                unknown(way, "%s sets off %s".formatted(way.function().quoted(), why));
        };
    }

    private List<Question> writes(Reached way, Query write) {
        var written = model.written(write).filter(table -> !table.isTable() || tenancy.isTenantTable(table));
        return written.stream()
                .flatMap(table -> WrittenRow.of(write, table, tenancy).stream())
                .flatMap(row -> writes(way, row).stream())
                .toList();
    }

    /// The way to a statement of a trigger.
    ///
    /// @param causes triggers that a statement of its body sets off, of which the last makes the one in question
    private record Reached(
            Reaches.Reach reach, Trigger trigger, long role, Body body, List<Step> before, List<SetOff.Cause> causes) {

        Reached at(List<Step> earlier) {
            return new Reached(reach, trigger, role, body, earlier, causes);
        }

        Reached with(List<SetOff.Cause> others) {
            return new Reached(reach, trigger, role, body, before, others);
        }

        Function function() {
            return body.function();
        }

        /// The role as which the trigger runs.
        long runner() {
            return function().runsAs(reach.isAction() ? reach.at().table().owner() : role);
        }

        Fences.Access access(boolean bound, Relation table, Gate gate) {
            return new Fences.Access(
                    bound,
                    role,
                    runner(),
                    SetOff.within(function(), causes),
                    SetOff.steps(before, causes),
                    table,
                    gate);
        }

        String gate(String what) {
            return "%s, %s%s".formatted(reach.gate(), SetOff.gate(causes), what);
        }

        String object() {
            return name(trigger, reach.at().table());
        }
    }

    // --- what is read --------------------------------------------------------------------------------------------

    /// Questions about the rows that a step reads and lets out.
    ///
    /// @param shown whether they get out even if the row that fires the trigger is refused
    private List<Question> reads(Reached way, Functions.Reading reading, boolean shown) {
        return Outlets.sources(reading, model).entrySet().stream()
                .filter(source -> !source.getValue().isTable() || tenancy.isSomebodys(source.getValue()))
                .map(source -> read(way, reading, source.getKey(), source.getValue(), shown))
                .toList();
    }

    private Question read(Reached way, Functions.Reading reading, int source, Relation read, boolean shown) {
        var question = question(Claim.DISJOINT_READS, way, way.gate("reads " + read.quoted()), (e, touched) -> {
            var s = homes.bound(e, "s", way.role, read);
            var caused = caused(e, way, s, touched, !shown);
            var found = setOff.get().read(way.causes, e, caused.run, way.function(), reading, source);
            if (found.isEmpty()) {
                return new Question.Breach(e, Map.of(), List.of(s));
            }
            var rows = new LinkedHashMap<>(caused.rows);
            rows.put("row", found.get());
            return new Question.Breach(e, rows, homes.requireForeignWithin(e, found.get(), s));
        });
        return question.fenced(() -> fences.keep(way.access(true, read, Gate.SELECT)));
    }

    // --- what is written -----------------------------------------------------------------------------------------

    private List<Question> writes(Reached way, WrittenRow row) {
        var gate = way.gate(row.gate());
        var questions = new ArrayList<Question>();
        var bound = question(Claim.WRITES_STAY_HOME, way, gate, (e, touched) -> {
            var s = homes.bound(e, "s", way.role, row.table());
            var rows = new HashMap<String, Slot>();
            var encoded = written(e, way, row, s, touched, rows);
            return rows.isEmpty()
                    ? encoded
                    : new Question.Breach(e, encoded.rows(), homes.requireForeignWithin(e, row.subject(rows), s));
        });
        questions.add(bound.fenced(() -> isKept(way, true, row)));
        if (homes.canBeUnbound(way.role, row.table())) {
            var unbound = question(Claim.UNBOUND_SEES_NOTHING, way, gate, (e, touched) -> {
                var u = homes.unbound(e, way.role, row.table(), Homes.Absence.MALFORMED);
                return written(e, way, row, u, touched, new HashMap<>());
            });
            questions.add(unbound.fenced(() -> isKept(way, false, row)));
        }
        if (row.isNew()) {
            questions.addAll(memberships(way, row, gate));
        }
        return questions;
    }

    private boolean isKept(Reached way, boolean bound, WrittenRow row) {
        return row.passes()
                .filter(gate -> fences.keep(way.access(bound, row.table(), gate)))
                .isPresent();
    }

    private List<Question> memberships(Reached way, WrittenRow row, String gate) {
        var questions = new ArrayList<Question>();
        memberships
                .get()
                .unknownWay(row.table(), way.role)
                .ifPresent(why -> questions.add(unknown(Claim.MEMBERSHIP_EARNED, way, why)));
        for (var membership : tenancy.of(way.role, row.table()).memberships()) {
            for (var i = 0; i < membership.tables().size(); i++) {
                if (membership.tables().get(i) == row.table().oid()) {
                    var at = i;
                    questions.add(question(
                            Claim.MEMBERSHIP_EARNED,
                            way,
                            gate,
                            (e, touched) -> joins(e, way, row, membership, at, touched)));
                    if (row.left() && !membership.flags().isEmpty()) {
                        var why = "the rank that it leaves in %s"
                                .formatted(row.table().quoted());
                        questions.add(unknown(Claim.MEMBERSHIP_EARNED, way, why));
                    }
                }
            }
        }
        return questions;
    }

    /// Any row that the trigger writes.
    ///
    /// @param rows gets the written rows; nothing if they are not modelled
    private Question.Breach written(
            Encoding e, Reached way, WrittenRow row, Session session, boolean touched, Map<String, Slot> rows) {
        var caused = caused(e, way, session, touched, true);
        setOff.get().after(way.causes, e, caused.run).ifPresent(last -> rows.putAll(row.in(e, last)));
        if (rows.isEmpty()) {
            e.requireUnmodelled("%s: %s".formatted(way.function().quoted(), row.gate()));
            return new Question.Breach(e, Map.of(), List.of(session));
        }
        var shown = new LinkedHashMap<>(caused.rows);
        shown.put("row", rows.getOrDefault("old", rows.get("new")));
        return new Question.Breach(e, shown, List.of(session));
    }

    /// A stranger's statement, whose trigger writes the row that completes a membership.
    private Question.Breach joins(
            Encoding e, Reached way, WrittenRow row, Tenancy.Membership membership, int at, boolean touched) {
        var s = homes.bound(e, "s", way.role, row.table());
        var written = new HashMap<String, Slot>();
        var encoded = written(e, way, row, s, touched, written);
        if (written.isEmpty()) {
            return encoded;
        }
        var rows = new LinkedHashMap<String, Slot>();
        rows.put("new", written.get("new"));
        memberships.get().completes(e, membership, at, rows, s);
        rows.remove("new");
        encoded.rows().forEach((name, slot) -> {
            if (!name.equals("row")) {
                rows.put(name, slot);
            }
        });
        return new Question.Breach(e, rows, List.of(s));
    }

    // --- the statement -------------------------------------------------------------------------------------------

    /// A trigger that a statement fires.
    ///
    /// @param rows of the statement
    private record Caused(Run run, Map<String, Slot> rows) {}

    /// The trigger of a statement of the session, up to the step in question.
    ///
    /// @param touched whether the statement reaches a row
    /// @param accepted whether the statement is not refused after a BEFORE trigger
    private Caused caused(Encoding e, Reached way, Session session, boolean touched, boolean accepted) {
        var at = way.reach.at();
        var table = at.table();
        var fresh = touched && at.command() != Command.DELETE ? Optional.of(e.written(table)) : Optional.<Slot>empty();
        var old = touched && at.command() != Command.INSERT
                ? Optional.of(table.isTable() ? e.there(table) : e.written(table))
                : Optional.<Slot>empty();
        var rows = new LinkedHashMap<String, Slot>();
        if (touched) {
            rows.putAll(statement(e, way, session, fresh, old, accepted));
        }
        var runs = session.as(way.runner());
        var run = new Run(
                e,
                e.within(way.function(), way.runner() == session.role() ? session : runs),
                way.body.variables(),
                at.command().name(),
                fresh.filter(_ -> way.trigger.ofRows()),
                old.filter(_ -> way.trigger.ofRows()),
                this::settable);
        run.steps(way.before);
        return new Caused(run, rows);
    }

    /// The rows of a statement that reaches these.
    private Map<String, Slot> statement(
            Encoding e, Reached way, Session session, Optional<Slot> fresh, Optional<Slot> old, boolean accepted) {
        var rows = new LinkedHashMap<String, Slot>();
        switch (way.reach.tie()) {
            case OWN -> {
                own(e, way, session, fresh, old, accepted);
                fresh.ifPresent(row -> rows.put("new", row));
                old.ifPresent(row -> rows.put("old", row));
            }
            case KEYS, OWNER -> {
                var parent = parent(e, way.reach, session, old.orElseThrow());
                fresh.ifPresent(row -> changed(e, way.reach, old.orElseThrow(), row));
                rows.put("parent", parent);
            }
            case NONE -> e.requireUnmodelled(way.reach.gate());
        }
        return rows;
    }

    private void own(
            Encoding e, Reached way, Session session, Optional<Slot> fresh, Optional<Slot> old, boolean accepted) {
        var command = way.reach.statement().command();
        if (way.reach.at().table().isTable()) {
            old.ifPresent(row -> e.script()
                    .require(e.passes(row, session, command == Command.DELETE ? Gate.DELETE : Gate.UPDATE_OLD)));
            if (!way.trigger.before()) {
                fresh.ifPresent(row -> left(e, row, session, command));
            } else if (accepted) {
                fresh.ifPresent(row -> given(e, row, session, command));
            }
        }
    }

    /// Requires that the statement leaves a row.
    private void left(Encoding e, Slot row, Session session, Command command) {
        e.script().require(e.passes(row, session, command == Command.INSERT ? Gate.INSERT : Gate.UPDATE_NEW));
        before(e, row, session, command);
    }

    /// Requires that policies admit what BEFORE triggers make of a row, unless one of them may drop it.
    private void given(Encoding e, Slot row, Session session, Command command) {
        var set = settable(row.table(), command);
        if (set.isEmpty() || mayDrop(row.table(), command)) {
            return;
        }
        var gate = command == Command.INSERT ? Gate.INSERT : Gate.UPDATE_NEW;
        var left = set.get().isEmpty() ? row : e.written(row.table());
        e.script().require(e.passes(left, session, gate));
        row.table().columns().stream()
                .filter(_ -> left != row)
                .filter(column -> !column.generated() && !set.get().contains(column.number()))
                .filter(column -> left.columns().containsKey(column.number()))
                .forEach(column ->
                        e.script().require(left.column(column.number()).same(row.column(column.number()))));
    }

    /// Whether a BEFORE trigger may end the writing of a row without an error.
    private boolean mayDrop(Relation table, Command command) {
        return Stream.concat(Stream.of(table), model.heirsOf(table))
                .flatMap(each -> beforeRow(each, command).stream()
                        .map(trigger -> bodies.of(function(trigger).orElseThrow(), each)))
                .anyMatch(body -> body.missing().isPresent()
                        || body.ways().stream()
                                .anyMatch(way -> isGivenUp(way) && !(way.steps().getLast() instanceof Step.Raise)));
    }

    /// Requires that a row refers to one of the statement, or has its owner.
    ///
    /// @return the row of the statement
    private Slot parent(Encoding e, Reaches.Reach reach, Session session, Slot row) {
        var last = row;
        for (var key : reach.tie() == Reaches.Tie.KEYS ? reach.keys() : List.<Constraint>of()) {
            var next = e.there(model.catalog().relation(key.foreignRelation()).orElseThrow());
            Homes.refers(e, last, next, key);
            last = next;
        }
        if (reach.tie() == Reaches.Tie.OWNER) {
            last = e.there(reach.statement().table());
            var own = tenancy.owner(row.table()).orElseThrow().column();
            var theirs = tenancy.owner(last.table()).orElseThrow().column();
            e.script().require(row.column(own).same(last.column(theirs)));
        }
        var gate = reach.statement().command() == Command.DELETE ? Gate.DELETE : Gate.UPDATE_OLD;
        e.script().require(e.passes(last, session, gate));
        return last;
    }

    /// Requires that a referential action changes only the columns of its key.
    private void changed(Encoding e, Reaches.Reach reach, Slot old, Slot fresh) {
        var key = reach.keys().getFirst();
        settable(old.table(), Command.UPDATE)
                .ifPresent(set -> old.table().columns().stream()
                        .filter(column -> !column.generated() && !set.contains(column.number()))
                        .filter(column -> !key.columns().contains((long) column.number()))
                        .forEach(column ->
                                e.script().require(old.column(column.number()).same(fresh.column(column.number())))));
    }

    // --- questions -----------------------------------------------------------------------------------------------

    /// The questions about the effects of a body that is not followed.
    private List<Question> unknown(Reached way, String why) {
        return unknown(way.trigger, way.reach.at().table(), way.role, way.reach.gate(), why);
    }

    private List<Question> unknown(Trigger trigger, Relation table, long role, String gate, String why) {
        return Stream.of(Claim.WRITES_STAY_HOME, Claim.UNBOUND_SEES_NOTHING, Claim.MEMBERSHIP_EARNED)
                .filter(claim -> claim != Claim.MEMBERSHIP_EARNED
                        || !tenancy.memberships().isEmpty())
                .map(claim -> unknown(claim, trigger, table, role, gate, why))
                .toList();
    }

    private Question unknown(Claim claim, Reached way, String why) {
        return unknown(claim, way.trigger, way.reach.at().table(), way.role, way.reach.gate(), why);
    }

    private Question unknown(Claim claim, Trigger trigger, Relation table, long role, String gate, String why) {
        return Question.unknown(model, claim, role, name(trigger, table), Cell.Kind.TRIGGER, gate, why);
    }

    private static String name(Trigger trigger, Relation table) {
        return "%s on %s".formatted(trigger.quoted(), table.quoted());
    }

    /// A question about a trigger. One of statements fires even if the statement reaches no row.
    ///
    /// @param encoded receives whether it reaches one
    private Question question(
            Claim claim, Reached way, String gate, BiFunction<Encoding, Boolean, Question.Breach> encoded) {
        return new Question(
                claim,
                way.role,
                way.object(),
                Cell.Kind.TRIGGER,
                gate,
                Leak.Kind.WRITE,
                Stream.of(true, false)
                        .filter(touched -> touched || !way.trigger.ofRows())
                        .<Supplier<Question.Breach>>map(
                                touched -> () -> encoded.apply(new Encoding(model, explained), touched))
                        .toList(),
                Optional.empty());
    }
}
