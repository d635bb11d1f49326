package hedgerow.rls.prove;

import static hedgerow.rls.smt.Terms.apply;
import static hedgerow.rls.smt.Terms.not;

import hedgerow.rls.body.Step;
import hedgerow.rls.body.Variable;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Query;
import hedgerow.rls.logic.Encoded;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Fields;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Place;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.smt.Sort;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/// A run of a body in a session, up to one of its steps.
final class Run {

    private final Encoding e;
    private Session session;
    private Place place;
    private int changes;
    private final Optional<Slot> fresh;
    private final Optional<Slot> old;
    private final BiFunction<Relation, Command, Optional<Set<Integer>>> settable;
    private final List<Encoded> arguments = new ArrayList<>();
    private final Queue<Runnable> inserts = new ArrayDeque<>();

    /// The queries in whose place it is, innermost first.
    private final Deque<Query> enclosing = new ArrayDeque<>();

    /// A run at its start.
    ///
    /// @param event `INSERT`, `UPDATE` or `DELETE` of a trigger; empty for a function
    /// @param fresh the new row of a trigger
    /// @param old the old row of a trigger
    /// @param settable columns that BEFORE triggers may set of a row that is written; empty if any
    Run(
            Encoding e,
            Session session,
            List<Variable> variables,
            String event,
            Optional<Slot> fresh,
            Optional<Slot> old,
            BiFunction<Relation, Command, Optional<Set<Integer>>> settable) {
        this.settable = settable;
        this.fresh = fresh;
        this.old = old;
        this.e = e;
        this.session = session;
        this.place = Place.of(session);
        for (var i = 0; i < variables.size(); i++) {
            e.parameters().put(i + 1, initial(variables.get(i), event, fresh, old));
        }
    }

    /// The arguments of a caller, in order.
    List<Encoded> arguments() {
        return arguments;
    }

    Optional<Slot> fresh() {
        return fresh;
    }

    Optional<Slot> old() {
        return old;
    }

    Session session() {
        return session;
    }

    private Encoded initial(Variable variable, String event, Optional<Slot> fresh, Optional<Slot> old) {
        return switch (variable.kind()) {
            case ARGUMENT -> {
                var argument = e.constant("argument_" + variable.name(), variable.type());
                arguments.add(argument);
                yield argument;
            }
            case LOCAL -> e.nothing(variable.type());
            case NEW -> fresh.map(row -> row.column(variable.column())).orElseGet(() -> e.nothing(variable.type()));
            case OLD -> old.map(row -> row.column(variable.column())).orElseGet(() -> e.nothing(variable.type()));
            case FOUND -> e.value(Expr.FALSE, place);
            case TG_OP -> e.textValue(event);
            case SPECIAL -> e.anyValue(variable.type(), variable.name());
        };
    }

    void steps(List<Step> steps) {
        steps.forEach(this::step);
    }

    /// Demands of steps that they find rows, of all so far that their rows can be inserted, and of numbers that
    /// a caller gives that they are more than none.
    void demand(List<Step> steps) {
        arguments.stream()
                .filter(argument -> argument.sort() == Sort.REAL)
                .forEach(argument -> e.script().require(apply(">", List.of(argument.term(), "0.0"))));
        insert();
        for (var step : steps) {
            step(step);
            var query = Bodies.query(step).map(this::inlined);
            query.filter(_ -> step instanceof Step.Return).ifPresent(this::inserted);
            insert();
            query.filter(it -> it.command() != Query.Command.INSERT).ifPresent(it -> found(it, Gate.SELECT));
        }
    }

    private void step(Step step) {
        run(step);
        changes(step);
    }

    /// Applies the calls of set_config in a step to the session, for the steps that follow.
    private void changes(Step step) {
        var sure = Bodies.query(step)
                .filter(Query::isBare)
                .map(query ->
                        query.targets().stream().map(Query.Target::expression).toList())
                .orElseGet(() -> Bodies.expressions(step));
        Bodies.calls(step, e.model().policies())
                .filter(call -> Sessions.isBuiltin(e.model().names(), call.function(), "set_config"))
                .forEach(call -> set(
                        call,
                        sure.contains(call)
                                ? Optional.of(e.value(inlined(call.arguments().get(1)), place))
                                : Optional.empty()));
    }

    /// Applies one call of set_config to the session where it is made, for each row of a query if it is in
    /// one.
    void sets(Step step, Expr.Call call) {
        var query = Bodies.query(step).map(this::inlined);
        var plain = query.filter(it -> !it.isBare() && Encoding.isPlain(it));
        var inner = plain.map(it -> place.in(found(it, Gate.SELECT).fields)).orElse(place);
        var value = query.filter(it -> !it.isBare()).isPresent() && plain.isEmpty()
                ? e.anyValue(call.type(), "what set_config sets")
                : e.value(call.arguments().get(1), inner);
        e.script().require(not(value.raises()));
        set(call, Optional.of(value));
    }

    /// Applies a setting; functions that read the session may return something else from here on.
    private void set(Expr.Call call, Optional<Encoded> value) {
        var name = Sessions.text(call.arguments().getFirst());
        var inputs = new LinkedHashMap<>(session.inputs());
        inputs.keySet().removeIf(input -> switch (input) {
            case Input.Setting(var other) -> name.isEmpty() || name.get().equals(other);
            case Input.Member member -> name.isEmpty() || name.get().equals(member.setting());
            case Input.Call _ -> true;
            case Input.User _ -> false;
        });
        if (name.isPresent() && value.isPresent()) {
            e.script().require(not(value.get().raises()));
            inputs.put(new Input.Setting(name.get()), e.orEmpty(value.get()));
        }
        session = session.with("%s_set%d".formatted(session.tag(), ++changes), inputs);
        place = place.as(session);
    }

    private void run(Step step) {
        switch (step) {
            case Step.Guard(var condition, var truth) ->
                e.script()
                        .require(truth ? e.isTrue(inlined(condition), place) : e.isNotTrue(inlined(condition), place));
            case Step.Assign(var variable, var value) -> {
                var result = e.value(inlined(value), place);
                e.script().require(not(result.raises()));
                e.parameters().put(variable, result);
            }
            case Step.Unknown(var variables, var reason) -> forget(variables, reason);
            case Step.Into(var variables, var query) -> into(variables, inlined(query));
            case Step.Each(var variables, var query) -> each(variables, inlined(query));
            case Step.Write(var query, var variables) -> write(inlined(query), variables);
            case Step.Perform _, Step.Tell _, Step.Return _, Step.Raise _ -> {}
        }
    }

    /// Takes what RETURNING gives of the row that an INSERT makes, if it surely makes the one that it is given.
    private void write(Query query, List<Integer> variables) {
        var table = e.model().written(query).filter(it -> !variables.isEmpty() && isMadeAsGiven(query, it));
        if (table.isEmpty()) {
            inserted(query);
            forget(variables, "what RETURNING gives");
            return;
        }
        var inner = place.in(Map.of(result(query), made(query, table.get(), true)));
        var returned = query.change().orElseThrow().returning();
        for (var i = 0; i < variables.size() && i < returned.size(); i++) {
            e.parameters().put(variables.get(i), e.value(returned.get(i).expression(), inner));
        }
    }

    private boolean isMadeAsGiven(Query query, Relation table) {
        return isMade(query, table)
                && table.triggers().stream()
                        .noneMatch(trigger -> trigger.before() && trigger.ofRows() && trigger.fires(Command.INSERT))
                && query.sources().size() == 1
                && query.commons().isEmpty()
                && query.where().isEmpty();
    }

    /// Whether what an INSERT returns is a row that it makes, in this table.
    private boolean isMade(Query query, Relation table) {
        return query.command() == Query.Command.INSERT
                && table.kind() == Relation.Kind.TABLE
                && !e.model().hasHeirs(table)
                && table.rules().isEmpty()
                && query.change().flatMap(Query.Change::conflict).isEmpty();
    }

    /// Keeps a row that a statement inserts, for demands.
    private void inserted(Query query) {
        var table = e.model().written(query).filter(Relation::isTable);
        if (query.command() == Query.Command.INSERT && table.isPresent()) {
            var then = Map.copyOf(e.parameters());
            var there = place;
            var by = session;
            inserts.add(() -> {
                e.parameters().putAll(then);
                place = there;
                session = by;
                made(query, table.get(), true);
            });
        }
    }

    /// Demands that the rows which statements have inserted so far can be.
    private void insert() {
        var now = Map.copyOf(e.parameters());
        var here = place;
        var by = session;
        while (!inserts.isEmpty()) {
            inserts.remove().run();
        }
        place = here;
        session = by;
        e.parameters().putAll(now);
    }

    private void forget(List<Integer> variables, String reason) {
        variables.forEach(variable ->
                e.parameters().computeIfPresent(variable, (_, value) -> e.anyValue(value.sort(), reason)));
    }

    private Expr inlined(Expr expr) {
        return e.model().policies().inline(expr);
    }

    Query inlined(Query query) {
        return e.model().policies().inline(query).flattened();
    }

    private void into(List<Integer> variables, Query query) {
        var values = e.first(query, place);
        for (var i = 0; i < variables.size() && i < values.size(); i++) {
            e.parameters().put(variables.get(i), values.get(i));
        }
    }

    private void each(List<Integer> variables, Query query) {
        var targets = query.targets().stream().filter(target -> !target.junk()).toList();
        if (!Encoding.isPlain(query)) {
            forget(variables, "the rows of a loop");
            return;
        }
        var inner = place.in(found(query, Gate.SELECT).fields);
        for (var i = 0; i < variables.size() && i < targets.size(); i++) {
            e.parameters().put(variables.get(i), e.value(targets.get(i).expression(), inner));
        }
    }

    /// The rows of a query's tables for one row of each query around it.
    Map<Integer, Slot> found(List<Query> around, Query query) {
        var outside = place;
        around.forEach(outer -> enter(found(reduced(outer), Gate.SELECT).fields, outer));
        var rows = found(query, Gate.SELECT).rows;
        leave(outside, around.size());
        return rows;
    }

    private void enter(Map<Integer, Fields> rows, Query query) {
        place = place.in(rows);
        enclosing.push(query);
    }

    private void leave(Place outside, int depth) {
        place = outside;
        for (var i = 0; i < depth; i++) {
            enclosing.pop();
        }
    }

    /// The query without the conditions on unmodelled sources: it has more rows.
    private Query reduced(Query query) {
        var tables = e.tables(query).keySet();
        var kept = query.where().stream()
                .flatMap(condition -> NormalForm.conjuncts(condition).stream())
                .filter(condition ->
                        Sessions.ownColumns(condition).allMatch(column -> tables.contains(column.source())))
                .toList();
        return query.on(kept);
    }

    /// The rows that a query combines into one of its own.
    ///
    /// @param rows of its tables, by their places
    /// @param fields of all its sources that are modelled
    record Found(Map<Integer, Slot> rows, Map<Integer, Fields> fields) {}

    /// The rows of a query's tables that are visible here and meet its conditions.
    ///
    /// @param gate of the query's result relation, unless rows are inserted into it; SELECT for all others
    Found found(Query query, Gate gate) {
        return found(query, gate, query.command() == Query.Command.INSERT ? result(query) : 0);
    }

    /// The rows of a query's tables.
    ///
    /// @param without place of the relation of which no row is looked for
    private Found found(Query query, Gate gate, int without) {
        var rows = new TreeMap<Integer, Slot>();
        e.tables(query).forEach((source, table) -> {
            if (isRead(table) && source != without) {
                rows.put(source, e.there(table));
            }
        });
        var result = result(query);
        rows.forEach(
                (source, row) -> e.script().require(e.passes(row, session, source == result ? gate : Gate.SELECT)));
        var fields = new TreeMap<Integer, Fields>(rows);
        if (!query.shape().outerJoin()) {
            fields.putAll(derived(query, rows));
        }
        var inner = place.in(fields);
        conditions(query).forEach(condition -> e.script().require(e.isTrue(condition, inner)));
        return new Found(rows, fields);
    }

    /// The rows of the sub-selects in FROM, and of the queries of WITH that are used there, each of which must have
    /// one for the whole to have one.
    private Map<Integer, Fields> derived(Query query, Map<Integer, Slot> rows) {
        var outside = place;
        enter(Map.copyOf(rows), query);
        var fields = new TreeMap<Integer, Fields>();
        for (var i = 0; i < query.sources().size(); i++) {
            var number = i + 1;
            part(query.sources().get(i))
                    .filter(Run::hasRowsOfRows)
                    .ifPresent(part -> fields.put(number, fields(part.flattened())));
        }
        leave(outside, 1);
        return fields;
    }

    private Optional<Query> part(Query.Source source) {
        return switch (source) {
            case Query.Source.Derived(var part, var ignored) -> Optional.of(part);
            case Query.Source.CommonUse(var name, var level, var ignored) ->
                enclosing.stream()
                        .skip(level)
                        .limit(1)
                        .flatMap(query -> query.commons().stream())
                        .filter(common -> common.name().equals(name))
                        .map(Query.Common::query)
                        .findFirst();
            default -> Optional.empty();
        };
    }

    /// Whether each row is made of at least one row of each source.
    private static boolean hasRowsOfRows(Query part) {
        return part.command() != Query.Command.MERGE
                && !part.shape().setOperation()
                && !part.shape().multiplied()
                && (!part.shape().aggregates() || part.shape().groups());
    }

    /// The columns of a row of a sub-select, or of a row that RETURNING gives.
    private Fields fields(Query part) {
        var inner = place.in(returned(part));
        var list = part.change().map(Query.Change::returning).orElseGet(part::targets);
        var targets = list.stream().filter(target -> !target.junk()).toList();
        return column -> column.number() <= targets.size()
                ? e.value(targets.get(column.number() - 1).expression(), inner)
                : e.anyValue(column.type(), "column " + column.name());
    }

    /// The rows that a sub-select sees when it makes a row; of a relation that it changes, the new one.
    private Map<Integer, Fields> returned(Query part) {
        var table = e.model().written(part);
        return switch (part.command()) {
            case INSERT ->
                table.filter(it -> isMade(part, it))
                        .map(it -> Map.<Integer, Fields>of(result(part), made(part, it, true)))
                        .orElseGet(() -> found(part, Gate.INSERT).fields);
            case UPDATE -> {
                var found = found(part, Gate.UPDATE_OLD);
                var fields = new TreeMap<>(found.fields);
                fields.computeIfPresent(
                        result(part),
                        (place, _) -> left(
                                part.targets(),
                                table.orElseThrow(),
                                found.rows.get(place),
                                this.place.in(found.fields),
                                true));
                yield fields;
            }
            case DELETE -> found(part, Gate.DELETE).fields;
            default -> found(part, Gate.SELECT).fields;
        };
    }

    /// Whether a relation is read as it is. A materialized view is treated as a table of rows that anybody
    /// may have made.
    static boolean isRead(Relation relation) {
        return relation.isTable() || relation.kind() == Relation.Kind.MATERIALIZED_VIEW;
    }

    private static int result(Query query) {
        return query.change().map(Query.Change::result).orElse(0);
    }

    /// The conditions that all rows meet; those of an outer join leave rows that do not meet them.
    private static Stream<Expr> conditions(Query query) {
        return Stream.concat(query.where().stream(), query.shape().outerJoin() ? Stream.empty() : query.on().stream());
    }

    /// The row that an INSERT creates, from values or from a SELECT.
    ///
    /// @param checked whether policies have checked it; they have not when BEFORE triggers see it
    Slot made(Query insert, Relation table, boolean checked) {
        var inner = place.in(found(insert, Gate.INSERT).fields);
        var row = e.written(table);
        var set = settable.apply(table, Command.INSERT);
        assigned(insert.targets(), row, inner, set);
        if (checked) {
            e.script().require(e.passes(row, session, Gate.INSERT));
        }
        return row;
    }

    private void assigned(List<Query.Target> targets, Slot row, Place inner, Optional<Set<Integer>> set) {
        for (var target : targets) {
            row.table()
                    .column(target.name())
                    .filter(_ -> !isDefault(target))
                    .filter(column -> set.isPresent() && !set.get().contains(column.number()))
                    .ifPresent(column -> {
                        var written = row.column(column.number());
                        var value = e.value(target.expression(), inner);
                        e.script().require(not(value.raises()));
                        if (written.sort() == value.sort()) {
                            e.script().require(written.same(value));
                        }
                    });
        }
    }

    /// Whether a target is DEFAULT, which the server replaces when it rewrites the statement; here it is any value.
    private static boolean isDefault(Query.Target target) {
        return target.expression() instanceof Expr.Opaque(var node, var ignored, var type)
                && node.equals("SETTODEFAULT");
    }

    /// A row, and its new version after an UPDATE.
    record Changed(Slot old, Slot left) {}

    /// The rows of an UPDATE.
    ///
    /// @param checked whether policies have checked the new version
    Changed changed(Query update, Relation table, boolean checked) {
        var found = found(update, Gate.UPDATE_OLD);
        var old = found.rows.get(result(update));
        return new Changed(old, left(update.targets(), table, old, place.in(found.fields), checked));
    }

    private Slot left(List<Query.Target> targets, Relation table, Slot old, Place inner, boolean checked) {
        var row = e.written(table);
        var set = settable.apply(table, Command.UPDATE);
        assigned(targets, row, inner, set);
        var kept = targets.stream().map(Query.Target::name).toList();
        for (var column : table.columns()) {
            if (!kept.contains(column.name())
                    && !column.generated()
                    && set.isPresent()
                    && !set.get().contains(column.number())) {
                e.script().require(row.column(column.number()).same(old.column(column.number())));
            }
        }
        if (checked) {
            e.script().require(e.passes(row, session, Gate.UPDATE_NEW));
        }
        return row;
    }

    /// The row that ON CONFLICT updates; it has the key of the one that is not inserted.
    Slot inTheWay(Query insert, Relation table) {
        return conflict(insert, table).getFirst();
    }

    /// The row that ON CONFLICT updates, and its new version.
    ///
    /// @param checked whether policies have checked the new version
    Changed changedInTheWay(Query insert, Relation table, boolean checked) {
        var conflict = insert.change().flatMap(Query.Change::conflict).orElseThrow();
        var rows = conflict(insert, table);
        var scope = new TreeMap<Integer, Slot>();
        scope.put(result(insert), rows.getFirst());
        scope.put(conflict.excluded(), rows.getLast());
        return new Changed(rows.getFirst(), left(conflict.set(), table, rows.getFirst(), place.in(scope), checked));
    }

    private List<Slot> conflict(Query insert, Relation table) {
        var conflict = insert.change().flatMap(Query.Change::conflict).orElseThrow();
        var excluded = made(insert, table, true);
        var old = e.there(table);
        e.script().require(e.passes(old, session, Gate.UPDATE_OLD));
        e.script().require(e.passes(old, session, Gate.SELECT));
        var keyed = conflict.arbiters().stream().allMatch(Expr.Column.class::isInstance);
        if (keyed && settable.apply(table, Command.INSERT).filter(Set::isEmpty).isPresent()) {
            conflict.arbiters().forEach(key -> {
                var number = ((Expr.Column) key).number();
                e.script().require(old.column(number).same(excluded.column(number)));
            });
        }
        var scope = new TreeMap<Integer, Slot>();
        scope.put(result(insert), old);
        scope.put(conflict.excluded(), excluded);
        conflict.where().ifPresent(condition -> e.script().require(e.isTrue(condition, place.in(scope))));
        return List.of(old, excluded);
    }
}
