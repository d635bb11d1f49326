package hedgerow.rls.prove;

import static hedgerow.rls.smt.Terms.and;
import static hedgerow.rls.smt.Terms.eq;
import static hedgerow.rls.smt.Terms.implies;
import static hedgerow.rls.smt.Terms.not;
import static hedgerow.rls.smt.Terms.or;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.logic.Encoded;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Place;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.logic.Tenancy;
import hedgerow.rls.logic.Tenancy.Anchor;
import hedgerow.rls.logic.Tenancy.Membership;
import hedgerow.rls.smt.Sort;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// Whose a row and a session are, as formulas.
final class Homes {

    private static final long TEXT = 25;

    private final Model model;
    private final Tenancy tenancy;

    Homes(Model model, Tenancy tenancy) {
        this.model = model;
        this.tenancy = tenancy;
    }

    // --- sessions ------------------------------------------------------------------------------------------------

    /// A session whose identity is there, and well-formed for whatever it is compared with.
    Session bound(Encoding e, String tag, long role) {
        var session = Session.of(tag, role);
        for (var input : tenancy.identities()) {
            if (input instanceof Input.User) {
                continue;
            }
            var value = e.input(session, input);
            var label = "assumption: %s is set".formatted(input.print(model.names()));
            e.script().require(label, not(value.isNull()));
            if (isText(input)) {
                e.script().require(label, not(eq(value.term(), e.text(""))));
                tenancy.types(input).forEach(type -> e.script().require(label, not(e.malformed(value, type))));
            }
        }
        return session;
    }

    private static boolean isText(Input input) {
        return !(input instanceof Input.Call);
    }

    /// A session without the identity by which the table's rows are somebody's: not set, empty, malformed, or what is
    /// stored for the role.
    Session unbound(Encoding e, long role, Relation table) {
        var session = Session.of("u", role);
        var owner = tenancy.owner(table);
        var label = "assumption: the session has no identity";
        if (owner.isPresent() && !isPlain(owner.get().home())) {
            var home = e.value(owner.get().home(), Place.of(session));
            e.script().require(label, or(home.raises(), home.isNull()));
        } else {
            owner.map(anchor -> Set.of(anchor.input()))
                    .orElse(tenancy.tenants())
                    .forEach(input -> e.script().require(label, absent(e, session, input)));
        }
        return session;
    }

    private String absent(Encoding e, Session session, Input input) {
        if (input instanceof Input.User) {
            return "true";
        }
        var value = e.input(session, input);
        var ways = new ArrayList<>(List.of(value.isNull()));
        if (isText(input)) {
            ways.add(eq(value.term(), e.text("")));
            tenancy.types(input).forEach(type -> ways.add(e.malformed(value, type)));
            tenancy.stored(input, session.role()).forEach(stored -> ways.add(eq(value.term(), e.text(stored))));
        }
        return or(ways);
    }

    /// Whether there is a session without an identity: a role it always has.
    boolean canBeUnbound() {
        return tenancy.tenants().stream().anyMatch(input -> !(input instanceof Input.User));
    }

    /// Whether the identity is compared as it is, but for casts and NULLIF.
    private boolean isPlain(Expr home) {
        if (Sessions.input(model.names(), home).isPresent()) {
            return true;
        }
        return switch (home) {
            case Expr.Cast cast -> isPlain(cast.operand());
            case Expr.NullIf nullIf -> isPlain(nullIf.children().getFirst());
            case Expr.Coalesce coalesce -> isPlain(coalesce.arguments().getFirst());
            case Expr.Inlined inlined -> isPlain(inlined.body());
            case Expr.Subquery subquery when subquery.query().isBare() ->
                isPlain(subquery.query().targets().getFirst().expression());
            default -> false;
        };
    }

    // --- owners --------------------------------------------------------------------------------------------------

    /// That a row of a table with an owner is the session's.
    String mine(Encoding e, Slot row, Session session) {
        return e.isTrue(owner(row).equality(), Place.of(session, row));
    }

    /// That it has an owner, who is not the session's.
    String theirs(Encoding e, Slot row, Session session) {
        return and(not(row.column(owner(row).column()).isNull()), not(mine(e, row, session)));
    }

    private Anchor owner(Slot row) {
        return tenancy.owner(row.table()).orElseThrow();
    }

    boolean hasOwner(Relation table) {
        return tenancy.owner(table).isPresent();
    }

    /// That a row is another's: its owner says so, or, where it has none, a session with no tenant in common sees it.
    ///
    /// @param other bound, and of no tenant that `session` is of
    String foreign(Encoding e, Slot row, Session session, Session other) {
        if (hasOwner(row.table())) {
            return theirs(e, row, session);
        }
        return model.gates().may(other.role(), row.table(), Command.SELECT)
                ? e.passes(row, other, Gate.SELECT)
                : "false";
    }

    // --- memberships ---------------------------------------------------------------------------------------------

    /// Demands that two sessions have no tenant in common.
    void different(Encoding e, Session x, Session y) {
        for (var input : tenancy.tenants()) {
            if (!(input instanceof Input.User)) {
                e.script().require(
                        "assumption: two sessions of different tenants",
                        not(eq(e.input(x, input).term(), e.input(y, input).term())));
            }
        }
        if (!tenancy.isDirect()) {
            tenancy.memberships().forEach(one -> tenancy.memberships().stream()
                    .filter(other -> one.keyType() == other.keyType())
                    .forEach(other -> apart(e, one, x, other, y)));
        }
    }

    private void apart(Encoding e, Membership one, Session x, Membership other, Session y) {
        var tables = new ArrayList<>(one.tables());
        tables.addAll(other.tables());
        e.forAll(tables, rows -> {
            var left = rows.subList(0, one.tables().size());
            var right = rows.subList(one.tables().size(), rows.size());
            e.script().require(
                    "assumption: no tenant in common",
                    implies(
                            and(leads(e, one, left, x), leads(e, other, right, y)),
                            not(eq(key(one, left).term(), key(other, right).term()))));
        });
    }

    /// That these rows lead from the session to a tenant.
    String leads(Encoding e, Membership way, List<Slot> rows, Session session) {
        var scope = new TreeMap<Integer, Slot>();
        for (var i = 0; i < rows.size(); i++) {
            scope.put(way.places().get(i), rows.get(i));
        }
        var place = Place.of(session).in(scope);
        var parts = new ArrayList<String>();
        rows.forEach(row -> parts.add(row.present()));
        way.conditions().forEach(condition -> parts.add(e.isTrue(condition, place)));
        parts.add(isIdentity(e, way, scope.get(way.identityPlace()), session));
        parts.add(not(key(way, rows).isNull()));
        return and(parts);
    }

    /// That a row of the way's first table holds the session's identity.
    String isIdentity(Encoding e, Membership way, Slot row, Session session) {
        var column = row.column(way.identityColumn());
        var type = row.table().column((long) way.identityColumn()).map(Column::type).orElse(TEXT);
        return and(not(column.isNull()), eq(column.term(), identity(e, way.identity(), session, type).term()));
    }

    private Encoded identity(Encoding e, Input input, Session session, long type) {
        var value = e.input(session, input);
        return isText(input) && value.sort() == Sort.VALUE ? e.convert(value, TEXT, type) : value;
    }

    Encoded key(Membership way, List<Slot> rows) {
        return rows.get(way.places().indexOf(way.keyPlace())).column(way.keyColumn());
    }

    /// Demands that nothing leads the session to a tenant.
    void stranger(Encoding e, Session session, Encoded tenant, long type, Collection<Membership> ways) {
        for (var way : ways) {
            if (way.keyType() == type) {
                e.forAll(way.tables(), rows -> e.script().require(
                        "assumption: a stranger",
                        implies(leads(e, way, rows, session), not(eq(key(way, rows).term(), tenant.term())))));
            }
        }
    }
}
