package hedgerow.rls.prove;

import static hedgerow.rls.smt.Terms.not;

import hedgerow.rls.body.Body;
import hedgerow.rls.body.Step;
import hedgerow.rls.body.Variable;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.logic.Encoded;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Place;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.Slot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A body as it runs in a session, up to one of its steps.
final class Run {

    private final Encoding e;
    private Session session;
    private Place place;
    private int changes;
    private final Optional<Slot> fresh;
    private final Optional<Slot> old;
    private final List<Encoded> arguments = new ArrayList<>();

    /// @param event `INSERT`, `UPDATE` or `DELETE` of a trigger; empty for a function
    /// @param fresh the new row of a trigger
    /// @param old the old row of a trigger
    Run(Encoding e, Session session, Body body, String event, Optional<Slot> fresh, Optional<Slot> old) {
        this.fresh = fresh;
        this.old = old;
        this.e = e;
        this.session = session;
        this.place = Place.of(session);
        for (var i = 0; i < body.variables().size(); i++) {
            e.parameters().put(i + 1, initial(body.variables().get(i), event, fresh, old));
        }
    }

    /// What a caller gives, in order.
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

    private void step(Step step) {
        run(step);
        changes(step);
    }

    /// What set_config makes of the session, for the steps that follow.
    private void changes(Step step) {
        var sure = Bodies.query(step)
                .filter(Query::isBare)
                .map(query ->
                        query.targets().stream().map(Query.Target::expression).toList())
                .orElseGet(() -> Bodies.expressions(step));
        Bodies.calls(step, e.model().policies())
                .filter(call -> Sessions.isBuiltin(e.model().names(), call.function(), "set_config"))
                .forEach(call -> set(call, sure.contains(call)));
    }

    /// Functions that read the session may return something else from here on.
    private void set(Expr.Call call, boolean sure) {
        var name = Sessions.text(call.arguments().getFirst());
        var inputs = new LinkedHashMap<>(session.inputs());
        inputs.keySet().removeIf(input -> switch (input) {
            case Input.Setting(var other) -> name.isEmpty() || name.get().equals(other);
            case Input.Claim(var setting, var ignored) ->
                name.isEmpty() || name.get().equals(setting);
            case Input.Call _ -> true;
            case Input.User _ -> false;
        });
        if (name.isPresent() && sure) {
            var value = e.value(inlined(call.arguments().get(1)), place);
            e.script().require(not(value.raises()));
            inputs.put(new Input.Setting(name.get()), e.orEmpty(value));
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
            case Step.Write(var query, var variables) -> forget(variables, "what RETURNING gives");
            case Step.Perform _, Step.Tell _, Step.Return _, Step.Raise _ -> {}
        }
    }

    private void forget(List<Integer> variables, String reason) {
        variables.forEach(variable ->
                e.parameters().computeIfPresent(variable, (_, value) -> e.anyValue(value.sort(), reason)));
    }

    private Expr inlined(Expr expr) {
        return e.model().policies().inline(expr);
    }

    Query inlined(Query query) {
        return e.model().policies().inline(query);
    }

    private void into(List<Integer> variables, Query query) {
        var targets = query.targets().stream().filter(target -> !target.junk()).toList();
        for (var i = 0; i < variables.size(); i++) {
            if (i < targets.size()) {
                var expression = targets.get(i).expression();
                var single = query.withTargets(List.of(targets.get(i)));
                e.parameters()
                        .put(
                                variables.get(i),
                                e.value(
                                        new Expr.Subquery(
                                                Expr.Subquery.Kind.SCALAR, Optional.empty(), single, expression.type()),
                                        place));
            }
        }
    }

    private void each(List<Integer> variables, Query query) {
        var targets = query.targets().stream().filter(target -> !target.junk()).toList();
        if (!Encoding.isPlain(query)) {
            forget(variables, "the rows of a loop");
            return;
        }
        var inner = place.in(found(query, Gate.SELECT));
        for (var i = 0; i < variables.size() && i < targets.size(); i++) {
            e.parameters().put(variables.get(i), e.value(targets.get(i).expression(), inner));
        }
    }

    /// Rows of a query's tables that are visible here and meet its conditions.
    ///
    /// @param gate of the query's result relation; SELECT for all others
    Map<Integer, Slot> found(Query query, Gate gate) {
        var rows = new TreeMap<Integer, Slot>();
        e.tables(query).forEach((source, table) -> {
            if (table.isTable()) {
                rows.put(source, e.there(table));
            }
        });
        var result = query.change().map(Query.Change::result).orElse(0);
        rows.forEach(
                (source, row) -> e.script().require(e.passes(row, session, source == result ? gate : Gate.SELECT)));
        var inner = place.in(rows);
        conditions(query).forEach(condition -> e.script().require(e.isTrue(condition, inner)));
        return rows;
    }

    /// The conditions of an outer join leave rows that do not meet them.
    private static Stream<Expr> conditions(Query query) {
        return Stream.concat(query.where().stream(), query.shape().outerJoin() ? Stream.empty() : query.on().stream());
    }

    /// The row that an INSERT makes.
    Slot made(Query insert, Relation table) {
        var rows = e.written(table);
        var inner = place.in(Map.of());
        for (var target : insert.targets()) {
            table.column(target.name())
                    .ifPresent(column ->
                            e.script().require(rows.column(column.number()).same(e.value(target.expression(), inner))));
        }
        e.script().require(e.passes(rows, session, Gate.INSERT));
        return rows;
    }
}
