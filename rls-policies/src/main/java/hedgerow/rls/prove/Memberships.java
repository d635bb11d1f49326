package hedgerow.rls.prove;

import static hedgerow.rls.smt.Terms.and;
import static hedgerow.rls.smt.Terms.eq;
import static hedgerow.rls.smt.Terms.not;
import static hedgerow.rls.smt.Terms.or;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.logic.Tenancy;
import hedgerow.rls.logic.Tenancy.Membership;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// Asks whether a session can write a row that gives it access to a tenant of others, or raise its own rank
/// in one.
///
/// If no permitted write turns a stranger to a tenant into anything else, no sequence of writes does.
final class Memberships {

    private final Model model;
    private final Tenancy tenancy;
    private final Homes homes;
    private final Tables tables;
    private final boolean explained;

    Memberships(Model model, Tenancy tenancy, Homes homes, Tables tables, boolean explained) {
        this.model = model;
        this.tenancy = tenancy;
        this.homes = homes;
        this.tables = tables;
        this.explained = explained;
    }

    List<Question> questions(long role, Predicate<Relation> wanted) {
        var questions = new ArrayList<Question>();
        var tables = new HashSet<Relation>();
        for (var way : tenancy.memberships()) {
            way.tables().stream()
                    .distinct()
                    .flatMap(oid -> model.catalog().relation(oid).filter(wanted).stream())
                    .filter(tables::add)
                    .forEach(table -> questions.addAll(questions(table, role)));
        }
        for (var oid : tenancy.openWays()) {
            model.catalog()
                    .relation(oid)
                    .filter(relation -> isWritten(relation, role))
                    .filter(relation -> tenancy.of(role, relation).openWays().contains(oid))
                    .ifPresent(relation -> questions.add(unknown(relation, role)));
        }
        tables.forEach(table -> model.catalog().relations().values().stream()
                .filter(other -> isAround(other, table, role))
                .map(other -> around(other, table, role))
                .forEach(questions::add));
        return questions;
    }

    /// Whether a role writes rows of a table by statements about its parent or its heir.
    private boolean isAround(Relation other, Relation table, long role) {
        return model.heirsOf(other).anyMatch(table::equals) && model.gates().may(role, other, Command.UPDATE)
                || model.heirsOf(table).anyMatch(other::equals) && isWritten(other, role);
    }

    private Question around(Relation other, Relation table, long role) {
        var why = "rows of %s, which lead sessions to tenants, are written through %s, whose policies bind alone then"
                .formatted(table.quoted(), other.quoted());
        return Question.unknown(
                model, Claim.MEMBERSHIP_EARNED, role, other.quoted(), Cell.Kind.TABLE, "INSERT or UPDATE", why);
    }

    /// The questions about the rows of one table, for every way that they complete.
    private List<Question> questions(Relation table, long role) {
        var questions = new ArrayList<Question>();
        for (var way : tenancy.of(role, table).memberships()) {
            for (var i = 0; i < way.tables().size(); i++) {
                if (way.tables().get(i) == table.oid() && !(way.identity() instanceof Input.User)) {
                    questions.addAll(questions(way, i, table, role));
                }
            }
        }
        return questions;
    }

    private boolean isWritten(Relation relation, long role) {
        return model.gates().may(role, relation, Command.INSERT)
                || model.gates().may(role, relation, Command.UPDATE);
    }

    private Question unknown(Relation relation, long role) {
        var kind = relation.isTable() ? Cell.Kind.TABLE : Cell.Kind.VIEW;
        return Question.unknown(
                model, Claim.MEMBERSHIP_EARNED, role, relation.quoted(), kind, "INSERT or UPDATE", whyOpen(relation));
    }

    private static String whyOpen(Relation relation) {
        return "policies look for rows of %s that name the session, and not for whose they are"
                .formatted(relation.quoted());
    }

    /// Why it is unknown to what rows of a table lead that a body writes for a role, where it is.
    Optional<String> unknownWay(Relation table, long role) {
        return Optional.of(table)
                .filter(written -> tenancy.of(role, written).openWays().contains(written.oid()))
                .map(Memberships::whyOpen);
    }

    private List<Question> questions(Membership way, int at, Relation table, long role) {
        var questions = new ArrayList<Question>();
        for (var gate : List.of(Gate.INSERT, Gate.UPDATE_NEW)) {
            if (model.gates().may(role, table, gate.command())) {
                questions.add(
                        question(role, table, gate.command().name(), by -> joins(way, at, table, role, gate, by)));
            }
        }
        var ranked = way.tables().size() == 1 && !way.flags().isEmpty();
        if (ranked && model.gates().may(role, table, Command.UPDATE)) {
            questions.add(question(role, table, "UPDATE of a rank", by -> rises(way, table, role, by)));
        }
        return questions;
    }

    /// By whom a membership is changed that leads to a tenant.
    private enum By {
        /// Somebody who may not change another member's row.
        NO_MANAGER,

        /// Anybody: a stranger to the member may change its row, too, so that this makes nobody a manager.
        ANYBODY
    }

    private static Question question(long role, Relation table, String gate, Function<By, Question.Breach> encoded) {
        return new Question(
                Claim.MEMBERSHIP_EARNED,
                role,
                table.quoted(),
                Cell.Kind.TABLE,
                gate,
                Leak.Kind.WRITE,
                List.of(() -> encoded.apply(By.NO_MANAGER), () -> encoded.apply(By.ANYBODY)),
                Optional.empty());
    }

    /// A stranger writes a row that completes a membership.
    private Question.Breach joins(Membership way, int at, Relation table, long role, Gate gate, By by) {
        var e = new Encoding(model, explained);
        var s = homes.member(e, "s", role, table);
        var rows = new LinkedHashMap<>(tables.written(e, table, s, gate));
        completes(e, way, at, rows, s, by);
        return new Question.Breach(e, rows, List.of(s));
    }

    /// Requires that the new row, together with existing rows, gives the session access to a tenant to
    /// which it is a stranger and of which somebody else is a member.
    void completes(Encoding e, Membership way, int at, Map<String, Slot> rows, Session s) {
        completes(e, way, at, rows, s, By.NO_MANAGER);
    }

    private void completes(Encoding e, Membership way, int at, Map<String, Slot> rows, Session s, By by) {
        var led = new ArrayList<Slot>();
        var ours = tenancy.of(s.role(), rows.get("new").table());
        for (var i = 0; i < way.tables().size(); i++) {
            var table = model.catalog().relation(way.tables().get(i)).orElseThrow();
            led.add(i == at ? rows.get("new") : e.there(table));
        }
        e.script().require(homes.leads(e, way, led, s));
        var key = homes.key(way, led);
        var others = way.tables().stream()
                .map(oid -> e.there(model.catalog().relation(oid).orElseThrow()))
                .toList();
        var victim = others.get(way.places().indexOf(way.identityPlace()));
        rows.put("victim", victim);
        var other = Session.of("o", s.role());
        e.script().require(belongsToAnother(e, way, others, s, other));
        if (ours.isDirect()) {
            areOfOneTenant(e, ours, s, other);
            isNoManager(e, s, victim, by);
        }
        e.script().require(eq(homes.key(way, others).term(), key.term()));
        homes.stranger(e, s, key, way.keyType(), ours.memberships());
    }

    /// Requires that two sessions contain one tenant: whoever is a member by its own row is so within that tenant.
    private static void areOfOneTenant(Encoding e, Tenancy ours, Session s, Session other) {
        ours.tenants().stream()
                .filter(input -> !(input instanceof Input.User))
                .forEach(input -> e.script()
                        .require(eq(
                                e.input(other, input).term(), e.input(s, input).term())));
    }

    private String belongsToAnother(Encoding e, Membership way, List<Slot> rows, Session s, Session other) {
        var holder = rows.get(way.places().indexOf(way.identityPlace()));
        return and(
                not(homes.isIdentity(e, way, holder, s)),
                homes.leads(e, way, rows, other),
                not(homes.key(way, rows).isNull()));
    }

    /// A member changes a column of its own row that conditions compare with a constant.
    private Question.Breach rises(Membership way, Relation table, long role, By by) {
        var e = new Encoding(model, explained);
        var s = homes.member(e, "s", role, table);
        var rows = new LinkedHashMap<>(tables.written(e, table, s, Gate.UPDATE_NEW));
        var old = rows.get("old");
        var fresh = rows.get("new");
        e.script().require(homes.isIdentity(e, way, old, s));
        e.script().require(homes.isIdentity(e, way, fresh, s));
        e.script().require(old.column(way.keyColumn()).same(fresh.column(way.keyColumn())));
        e.script().require(not(old.column(way.keyColumn()).isNull()));
        e.script()
                .require(or(way.flags().stream()
                        .map(flag -> not(old.column(flag).same(fresh.column(flag))))
                        .toList()));
        var victim = e.there(table);
        rows.put("victim", victim);
        e.script().require(not(homes.isIdentity(e, way, victim, s)));
        e.script()
                .require(eq(
                        victim.column(way.keyColumn()).term(),
                        fresh.column(way.keyColumn()).term()));
        e.script().require(not(victim.column(way.keyColumn()).isNull()));
        isNoManager(e, s, victim, by);
        return new Question.Breach(e, rows, List.of(s));
    }

    /// Requires that the session manages no members: it may not change another's row, or strangers may do so, too.
    private void isNoManager(Encoding e, Session s, Slot victim, By by) {
        switch (by) {
            case NO_MANAGER -> e.script().require(not(e.admits(victim, s, Gate.UPDATE_OLD)));
            case ANYBODY -> {
                var stranger = homes.member(e, "w", s.role(), victim.table());
                homes.requireForeign(e, victim, stranger);
                e.script().require(e.admits(victim, stranger, Gate.UPDATE_OLD));
            }
        }
    }
}
