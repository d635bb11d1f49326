package hedgerow.rls.prove;

import hedgerow.rls.body.Variable;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.RewriteRule;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.ExprReader;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.logic.Tenancy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The effects of rewrite rules on a statement, in addition to it or instead of it: under the owner of the
/// relation, and with the session's settings.
final class Rules {

    /// The places of OLD and NEW in each action of a rule.
    private static final int OLD = 1;

    private static final int NEW = 2;
    private static final long BOOL = 16;

    private final Model model;
    private final Tenancy tenancy;
    private final Homes homes;
    private final Triggers triggers;
    private final boolean explained;

    Rules(Model model, Tenancy tenancy, Homes homes, Triggers triggers, boolean explained) {
        this.model = model;
        this.tenancy = tenancy;
        this.homes = homes;
        this.triggers = triggers;
        this.explained = explained;
    }

    List<Question> questions(long role) {
        var questions = new ArrayList<Question>();
        for (var relation : model.catalog().relationsIn(model.settings().schemas())) {
            relation.rules().stream()
                    .filter(rule -> rule.enabled() && rule.event() != RewriteRule.Event.SELECT)
                    .filter(rule -> model.gates().may(role, relation, command(rule)))
                    .forEach(rule -> questions.addAll(questions(relation, rule, role)));
        }
        return questions;
    }

    static Command command(RewriteRule rule) {
        return switch (rule.event()) {
            case UPDATE -> Command.UPDATE;
            case INSERT -> Command.INSERT;
            case DELETE -> Command.DELETE;
            case SELECT -> Command.SELECT;
        };
    }

    private List<Question> questions(Relation relation, RewriteRule rule, long role) {
        var questions = new ArrayList<Question>();
        for (var action : ExprReader.readQueries(rule.actionTree(), model.names())) {
            if (isUnclear(action)) {
                questions.addAll(unknown(relation, rule, role, "what it does is not followed"));
            }
            action.writes().forEach(write -> questions.addAll(questions(relation, rule, action, write, role)));
        }
        return questions;
    }

    /// Whether an action is unclear: NOTIFY, and actions of several statements.
    private boolean isUnclear(Query action) {
        return action.command() == Query.Command.UTILITY
                || action.command() == Query.Command.UNKNOWN
                || action.writes().anyMatch(write -> write != action)
                || action.queries().findAny().isPresent()
                || action.change().flatMap(Query.Change::conflict).isPresent();
    }

    private List<Question> questions(Relation relation, RewriteRule rule, Query action, Query write, long role) {
        var written = model.written(write);
        if (written.isEmpty() || write != action || written.get().isTable() && !tenancy.isTenantTable(written.get())) {
            return List.of();
        }
        var table = written.get();
        var questions = new ArrayList<Question>();
        if (tenancy.of(role, table).memberships().stream()
                .anyMatch(way -> way.tables().contains(table.oid()))) {
            questions.add(unknown(Claim.MEMBERSHIP_EARNED, relation, rule, role, "it writes " + table.quoted()));
        }
        var tied = isTied(write);
        for (var row : WrittenRow.of(bound(write, relation), table, tenancy)) {
            questions.add(question(Claim.WRITES_STAY_HOME, relation, rule, row, role, () -> {
                var e = new Encoding(model, explained);
                return written(e, relation, rule, tied, row, homes.bound(e, "s", role, table), true);
            }));
            if (homes.canBeUnbound(role, table)) {
                questions.add(question(Claim.UNBOUND_SEES_NOTHING, relation, rule, row, role, () -> {
                    var e = new Encoding(model, explained);
                    var u = homes.unbound(e, role, table, Homes.Absence.MALFORMED);
                    return written(e, relation, rule, tied, row, u, false);
                }));
            }
        }
        return questions;
    }

    /// Whether the action runs for rows of the statement. An action that mentions none runs once, even if the
    /// statement finds no row.
    private static boolean isTied(Query write) {
        return Walk.over(write)
                .anyMatch(place -> place.node() instanceof Expr.Column column
                        && column.level() == place.depth()
                        && (column.source() == NEW || column.source() == OLD));
    }

    /// The write with NEW and OLD as parameters: NEW is whatever the statement gives.
    private static Query bound(Query write, Relation relation) {
        var most = relation.columns().stream().mapToInt(Column::number).max().orElse(0);
        return write.without(List.of(OLD, NEW))
                .replaceOwn(column -> column.number() > 0 && (column.source() == NEW || column.source() == OLD)
                        ? Optional.of(new Expr.Parameter(
                                column.number() + (column.source() == NEW ? 0 : most), column.type()))
                        : Optional.empty());
    }

    private List<Variable> variables(Relation relation) {
        var variables = new ArrayList<Variable>();
        var most = relation.columns().stream().mapToInt(Column::number).max().orElse(0);
        for (var kind : List.of(Variable.Kind.NEW, Variable.Kind.OLD)) {
            for (var number = 1; number <= most; number++) {
                var column = relation.column((long) number);
                var type = column.map(Column::type).orElse(BOOL);
                variables.add(
                        column.isPresent()
                                ? new Variable(column.get().name(), type, kind, number)
                                : new Variable("", type, Variable.Kind.LOCAL, 0));
            }
        }
        return variables;
    }

    private Question.Breach written(
            Encoding e,
            Relation relation,
            RewriteRule rule,
            boolean tied,
            WrittenRow row,
            Session session,
            boolean foreign) {
        var command = command(rule);
        var fresh = command == Command.DELETE ? Optional.<Slot>empty() : Optional.of(e.written(relation));
        var old = command == Command.INSERT
                ? Optional.<Slot>empty()
                : Optional.of(relation.isTable() ? e.there(relation) : e.written(relation));
        if (relation.isTable() && tied) {
            old.ifPresent(there -> e.script()
                    .require(e.passes(there, session, command == Command.DELETE ? Gate.DELETE : Gate.UPDATE_OLD)));
        }
        var owner = session.through(relation.owner());
        var run = new Run(e, owner, variables(relation), command.name(), fresh, old, triggers::settable);
        var rows = new HashMap<>(row.in(e, run));
        if (rows.isEmpty()) {
            e.requireUnmodelled("%s: %s".formatted(rule.quoted(), row.gate()));
            return new Question.Breach(e, Map.of(), List.of(session));
        }
        var own = own(e, relation, rule, session);
        var sessions = foreign ? homes.requireForeignWithin(e, row.subject(rows), session) : List.of(session);
        var shown = new LinkedHashMap<String, Slot>();
        fresh.ifPresent(slot -> shown.put("new", slot));
        old.ifPresent(slot -> shown.put("old", slot));
        own.ifPresent(slot -> shown.put("own", slot));
        shown.put("row", rows.getOrDefault("old", rows.get("new")));
        return new Question.Breach(e, shown, sessions);
    }

    /// The row that the statement itself inserts. NEW is evaluated separately, and may be another row.
    private Optional<Slot> own(Encoding e, Relation relation, RewriteRule rule, Session session) {
        if (!relation.isTable() || command(rule) != Command.INSERT || isReplaced(relation)) {
            return Optional.empty();
        }
        var own = e.written(relation);
        e.script().require(e.passes(own, session, Gate.INSERT));
        return Optional.of(own);
    }

    private static boolean isReplaced(Relation relation) {
        return relation.rules().stream()
                .anyMatch(other -> other.enabled() && other.instead() && other.event() == RewriteRule.Event.INSERT);
    }

    // --- questions -----------------------------------------------------------------------------------------------

    private static String name(Relation relation, RewriteRule rule) {
        return "rule %s on %s".formatted(rule.quoted(), relation.quoted());
    }

    private static Question question(
            Claim claim,
            Relation relation,
            RewriteRule rule,
            WrittenRow row,
            long role,
            Supplier<Question.Breach> encoded) {
        return new Question(
                claim,
                role,
                name(relation, rule),
                Cell.Kind.RULE,
                "%s, %s".formatted(command(rule), row.gate()),
                Leak.Kind.WRITE,
                List.of(encoded),
                Optional.empty());
    }

    private List<Question> unknown(Relation relation, RewriteRule rule, long role, String why) {
        return Stream.of(Claim.WRITES_STAY_HOME, Claim.UNBOUND_SEES_NOTHING)
                .map(claim -> unknown(claim, relation, rule, role, why))
                .toList();
    }

    private Question unknown(Claim claim, Relation relation, RewriteRule rule, long role, String why) {
        var name = name(relation, rule);
        return Question.unknown(
                model, claim, role, name, Cell.Kind.RULE, command(rule).name(), name + ": " + why);
    }
}
