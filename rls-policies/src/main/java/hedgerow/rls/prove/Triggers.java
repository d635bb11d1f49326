package hedgerow.rls.prove;

import hedgerow.rls.body.Body;
import hedgerow.rls.body.Step;
import hedgerow.rls.body.Variable;
import hedgerow.rls.body.Way;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Trigger;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.logic.Tenancy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The effects of row triggers on a statement: on the row that it writes, and on other rows.
final class Triggers {

    private final Model model;
    private final Tenancy tenancy;
    private final Homes homes;
    private final Bodies bodies;
    private final Supplier<Memberships> memberships;
    private final boolean explained;

    /// The triggers of a model.
    ///
    /// @param memberships depend on tables, which depend on triggers
    Triggers(
            Model model,
            Tenancy tenancy,
            Homes homes,
            Bodies bodies,
            Supplier<Memberships> memberships,
            boolean explained) {
        this.memberships = memberships;
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
        var runner = function.securityDefiner() ? session.as(function.owner()) : session;
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

    /// Questions about the effects of triggers on other rows, under the triggers' owner. A trigger that
    /// runs as the session does nothing that the session cannot do.
    List<Question> questions(Relation table, long role) {
        var questions = new ArrayList<Question>();
        for (var command : List.of(Command.INSERT, Command.UPDATE, Command.DELETE)) {
            if (model.gates().may(role, table, command)) {
                on(table, command)
                        .filter(trigger -> function(trigger)
                                .filter(it ->
                                        it.securityDefiner() && it.extension().isEmpty())
                                .isPresent())
                        .forEach(trigger -> questions.addAll(questions(table, trigger, command, role)));
            }
        }
        return questions;
    }

    /// Tables that triggers write under their owner.
    Set<Long> written() {
        var written = new HashSet<Long>();
        for (var table : model.catalog().relationsIn(model.settings().schemas())) {
            for (var trigger : table.triggers()) {
                function(trigger).filter(Function::securityDefiner).map(it -> bodies.of(it, table)).stream()
                        .flatMap(body -> body.ways().stream())
                        .flatMap(way -> way.steps().stream())
                        .flatMap(step -> Bodies.query(step).stream())
                        .flatMap(Query::writes)
                        .map(write -> new Encoding(model, false)
                                .tables(write)
                                .get(write.change().orElseThrow().result()))
                        .filter(Objects::nonNull)
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

    private List<Question> questions(Relation table, Trigger trigger, Command command, long role) {
        var function = function(trigger).orElseThrow();
        var body = bodies.of(function, table);
        if (body.missing().isPresent()) {
            return unknown(
                    table,
                    trigger,
                    role,
                    command,
                    function.quoted() + ": " + body.missing().get());
        }
        var questions = new ArrayList<Question>();
        var asked = new HashSet<List<Step>>();
        for (var way : body.ways()) {
            for (var i = 0; i < way.steps().size(); i++) {
                var before = way.steps().subList(0, i);
                var step = way.steps().get(i);
                if (!asked.add(List.copyOf(way.steps().subList(0, i + 1)))) {
                    continue;
                }
                bodies.unfollowed(step, model.policies())
                        .ifPresent(called -> questions.addAll(unknown(
                                table, trigger, role, command, "%s calls %s".formatted(function.quoted(), called))));
                var after = way.steps().subList(i + 1, way.steps().size());
                if (isLetOut(body, step, after)) {
                    var reached = new Reached(table, command, role, function, body, before);
                    questions.addAll(reads(trigger, reached, step));
                }
                Bodies.query(way.steps().get(i)).map(query -> model.policies().inline(query)).stream()
                        .flatMap(Query::writes)
                        .forEach(write -> questions.addAll(
                                questions(table, trigger, command, role, function, body, before, write)));
            }
        }
        return questions;
    }

    private List<Question> questions(
            Relation table,
            Trigger trigger,
            Command command,
            long role,
            Function function,
            Body body,
            List<Step> before,
            Query write) {
        var written = new Encoding(model, false)
                .tables(write)
                .get(write.change().orElseThrow().result());
        if (written == null || written.isTable() && !tenancy.isTenantTable(written)) {
            return List.of();
        }
        var way = new Reached(table, command, role, function, body, before);
        return WrittenRow.of(write, written, tenancy).stream()
                .flatMap(row -> questions(trigger, way, row).stream())
                .toList();
    }

    // --- what is read --------------------------------------------------------------------------------------------

    /// Whether a step's result is revealed or gets into the row that is written.
    private static boolean isLetOut(Body body, Step step, List<Step> after) {
        if (step instanceof Step.Tell) {
            return true;
        }
        var holding = new HashSet<>(Functions.taken(step));
        var out = isNew(body, holding);
        for (var next : after) {
            var uses = Stream.concat(
                            Bodies.query(next).stream().flatMap(Walk::over),
                            Bodies.expressions(next).stream().flatMap(Walk::over))
                    .anyMatch(place -> place.node() instanceof Expr.Parameter(var number, var ignored)
                            && holding.contains(number));
            if (uses) {
                out |= next instanceof Step.Tell || isNew(body, Functions.taken(next));
                holding.addAll(Functions.taken(next));
            }
        }
        return out;
    }

    private static boolean isNew(Body body, Collection<Integer> variables) {
        return variables.stream()
                .anyMatch(number -> body.variables().get(number - 1).kind() == Variable.Kind.NEW);
    }

    private List<Question> reads(Trigger trigger, Reached way, Step step) {
        return Stream.concat(
                        Bodies.query(step).stream(),
                        Bodies.expressions(step).stream().flatMap(Walk::queries))
                .map(query -> model.policies().inline(query).flattened())
                .flatMap(Functions::reading)
                .distinct()
                .flatMap(reading -> new Encoding(model, false)
                        .tables(reading.query()).entrySet().stream()
                                .filter(source -> source.getValue().isTable()
                                        && Run.isRead(source.getValue())
                                        && tenancy.isSomebodys(source.getValue())
                                        && model.gates().may(way.function.owner(), source.getValue(), Command.SELECT))
                                .map(source -> read(trigger, way, reading, source.getKey(), source.getValue())))
                .toList();
    }

    private Question read(Trigger trigger, Reached way, Functions.Reading reading, int source, Relation read) {
        var gate = "%s, reads %s".formatted(way.command, read.quoted());
        return question(Claim.DISJOINT_READS, way.table, trigger, way.role, gate, () -> {
            var e = new Encoding(model, explained);
            var s = homes.bound(e, "s", way.role, read);
            var run = caused(e, way.table, way.command, s, way.function, way.body);
            run.steps(way.before);
            var row = run.found(reading.around(), reading.query()).get(source);
            var rows = new LinkedHashMap<>(cause(run));
            rows.put("row", row);
            return new Question.Encoded(e, rows, homes.requireForeignWithin(e, row, s));
        });
    }

    /// The path to a statement of a trigger.
    private record Reached(
            Relation table, Command command, long role, Function function, Body body, List<Step> before) {}

    private List<Question> questions(Trigger trigger, Reached way, WrittenRow row) {
        var gate = "%s, %s".formatted(way.command, row.gate());
        var questions = new ArrayList<Question>();
        questions.add(question(Claim.WRITES_STAY_HOME, way.table, trigger, way.role, gate, () -> {
            var e = new Encoding(model, explained);
            var s = homes.bound(e, "s", way.role, row.table());
            var rows = new HashMap<String, Slot>();
            var encoded = written(e, way, row, s, rows);
            return rows.isEmpty()
                    ? encoded
                    : new Question.Encoded(e, encoded.rows(), homes.requireForeignWithin(e, row.subject(rows), s));
        }));
        if (homes.canBeUnbound()) {
            questions.add(question(Claim.UNBOUND_SEES_NOTHING, way.table, trigger, way.role, gate, () -> {
                var e = new Encoding(model, explained);
                var u = homes.unbound(e, way.role, row.table(), Homes.Absence.MALFORMED);
                return written(e, way, row, u, new HashMap<>());
            }));
        }
        if (row.isNew()) {
            questions.addAll(memberships(trigger, way, row, gate));
        }
        return questions;
    }

    private List<Question> memberships(Trigger trigger, Reached way, WrittenRow row, String gate) {
        var questions = new ArrayList<Question>();
        for (var membership : tenancy.memberships()) {
            for (var i = 0; i < membership.tables().size(); i++) {
                if (membership.tables().get(i) == row.table().oid()) {
                    var at = i;
                    questions.add(question(
                            Claim.MEMBERSHIP_EARNED,
                            way.table,
                            trigger,
                            way.role,
                            gate,
                            () -> joins(way, row, membership, at)));
                    if (row.left() && !membership.flags().isEmpty()) {
                        var why = "the rank that it leaves in %s"
                                .formatted(row.table().quoted());
                        questions.add(unknown(Claim.MEMBERSHIP_EARNED, way.table, trigger, way.role, way.command, why));
                    }
                }
            }
        }
        return questions;
    }

    /// Any row that the trigger writes.
    ///
    /// @param rows gets the written rows; nothing if they are not modelled
    private Question.Encoded written(Encoding e, Reached way, WrittenRow row, Session session, Map<String, Slot> rows) {
        var run = caused(e, way.table, way.command, session, way.function, way.body);
        run.steps(way.before);
        rows.putAll(row.in(e, run));
        var shown = new LinkedHashMap<>(cause(run));
        if (rows.isEmpty()) {
            e.requireUnmodelled("%s: %s".formatted(way.function.quoted(), row.gate()));
            return new Question.Encoded(e, Map.of(), List.of(session));
        }
        shown.put("row", rows.getOrDefault("old", rows.get("new")));
        return new Question.Encoded(e, shown, List.of(session));
    }

    /// A stranger's statement, whose trigger writes the row that completes a membership.
    private Question.Encoded joins(Reached way, WrittenRow row, Tenancy.Membership membership, int at) {
        var e = new Encoding(model, explained);
        var s = homes.bound(e, "s", way.role, row.table());
        var written = new HashMap<String, Slot>();
        var encoded = written(e, way, row, s, written);
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
        return new Question.Encoded(e, rows, List.of(s));
    }

    private static Map<String, Slot> cause(Run run) {
        var rows = new LinkedHashMap<String, Slot>();
        run.fresh().ifPresent(row -> rows.put("new", row));
        run.old().ifPresent(row -> rows.put("old", row));
        return rows;
    }

    /// The trigger of a statement that the session's policies admit.
    private Run caused(Encoding e, Relation table, Command command, Session s, Function function, Body body) {
        var fresh = command == Command.DELETE ? Optional.<Slot>empty() : Optional.of(e.written(table));
        var old = command == Command.INSERT
                ? Optional.<Slot>empty()
                : Optional.of(table.isTable() ? e.there(table) : e.written(table));
        if (table.isTable()) {
            fresh.ifPresent(row ->
                    e.script().require(e.passes(row, s, command == Command.INSERT ? Gate.INSERT : Gate.UPDATE_NEW)));
            old.ifPresent(row ->
                    e.script().require(e.passes(row, s, command == Command.DELETE ? Gate.DELETE : Gate.UPDATE_OLD)));
            fresh.ifPresent(row -> before(e, row, s, command));
        }
        return new Run(e, s.as(function.owner()), body.variables(), command.name(), fresh, old, this::settable);
    }

    /// The questions about the effects of a body that is not followed.
    private List<Question> unknown(Relation table, Trigger trigger, long role, Command command, String why) {
        return Stream.of(Claim.WRITES_STAY_HOME, Claim.UNBOUND_SEES_NOTHING, Claim.MEMBERSHIP_EARNED)
                .filter(claim -> claim != Claim.MEMBERSHIP_EARNED
                        || !tenancy.memberships().isEmpty())
                .map(claim -> unknown(claim, table, trigger, role, command, why))
                .toList();
    }

    private Question unknown(Claim claim, Relation table, Trigger trigger, long role, Command command, String why) {
        return Question.unknown(model, claim, role, name(trigger, table), Cell.Kind.TRIGGER, command.name(), why);
    }

    private static String name(Trigger trigger, Relation table) {
        return "%s on %s".formatted(trigger.quoted(), table.quoted());
    }

    private static Question question(
            Claim claim, Relation table, Trigger trigger, long role, String gate, Supplier<Question.Encoded> encoded) {
        return new Question(
                claim,
                role,
                name(trigger, table),
                Cell.Kind.TRIGGER,
                gate,
                Leak.Kind.WRITE,
                List.of(encoded),
                Optional.empty());
    }
}
