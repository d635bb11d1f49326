package hedgerow.rls.prove;

import static hedgerow.rls.smt.Terms.and;
import static hedgerow.rls.smt.Terms.or;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Place;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.logic.Tenancy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;

/// The owners of rows without an owner column: those who see a row because of who they are.
///
/// A policy's condition that is the same for all sessions, such as `true` or `is_public`, and one that is the same
/// for all rows, such as that the session is an administrator's, show nothing of whose a row is. If all who see
/// the rows do so by such conditions, the rows belong to those who may change them; and if that shows nothing
/// either, to everybody who sees them.
///
/// @param roles as which somebody owns rows of the table
/// @param gates at which owners pass
/// @param revealing whether only the conditions count that reveal owners
record Sight(Model model, List<Long> roles, List<Gate> gates, boolean revealing) {

    private static final List<Gate> CHANGES = List.of(Gate.UPDATE_OLD, Gate.DELETE);

    /// The owners of rows of a table, among sessions that are identified as those of a role are.
    static Sight of(Model model, Tenancy tenancy, Relation table, long role) {
        return Stream.of(List.of(Gate.SELECT), CHANGES)
                .map(gates -> new Sight(model, roles(model, tenancy, table, role, gates, true), gates, true))
                .filter(sight -> !sight.roles.isEmpty())
                .findFirst()
                .orElseGet(() -> seen(model, tenancy, table, role));
    }

    private static Sight seen(Model model, Tenancy tenancy, Relation table, long role) {
        var gates = List.of(Gate.SELECT);
        var roles = roles(model, tenancy, table, role, gates, false);
        return new Sight(model, roles.isEmpty() ? List.of(role) : roles, gates, false);
    }

    /// The given role, and one of each kind with other policies; not those that see everything.
    private static List<Long> roles(
            Model model, Tenancy tenancy, Relation table, long role, List<Gate> gates, boolean revealing) {
        var kinds = new LinkedHashMap<Object, Long>();
        var ours = tenancy.of(role, table);
        Stream.concat(
                        Stream.of(role),
                        model.settings().subjects().stream()
                                .filter(other -> other != 0 && !model.gates().isSuperuser(other))
                                .sorted())
                .filter(other -> other == role || !model.gates().isExempt(other, table))
                .filter(other -> tenancy.of(other, table) == ours)
                .filter(other -> gates.stream()
                        .anyMatch(gate -> model.gates().may(other, table, gate.command())
                                && (!revealing || reveals(model, table, other, gate))))
                .forEach(other -> kinds.putIfAbsent(
                        gates.stream()
                                .filter(gate -> model.gates().may(other, table, gate.command()))
                                .map(gate -> List.of(gate, model.gates().asking(other, table, gate)))
                                .toList(),
                        other));
        return List.copyOf(kinds.values());
    }

    private static boolean reveals(Model model, Relation table, long role, Gate gate) {
        return !model.gates().isExempt(role, table)
                && revealing(model, table, role, gate).findAny().isPresent();
    }

    /// The conditions of permissive policies that reveal whose a row is.
    private static Stream<Expr> revealing(Model model, Relation table, long role, Gate gate) {
        return model.gates().asking(role, table, gate).permissive().stream()
                .flatMap(policy -> sides(model, table, policy, gate))
                .filter(side -> reveals(model, side));
    }

    /// The sides of the policy's OR.
    private static Stream<Expr> sides(Model model, Relation table, Policy policy, Gate gate) {
        var expr = model.policies().read(table, gate.tree(policy).orElseThrow());
        return NormalForm.disjuncts(expr)
                .map(sides -> sides.stream().map(parts -> parts.size() == 1 ? parts.getFirst() : new Expr.And(parts)))
                .orElseGet(() -> Stream.of(expr));
    }

    /// Whether it depends on the row, and on more than the row.
    private static boolean reveals(Model model, Expr side) {
        return Sessions.readsRow(side)
                && (Sessions.readsSession(model.names(), side)
                        || Walk.queries(side).findAny().isPresent()
                        || Walk.over(side).anyMatch(place -> isForeignCall(model, place.node())));
    }

    private static boolean isForeignCall(Model model, Expr node) {
        return node instanceof Expr.Call call
                && model.catalog()
                        .function(call.function())
                        .filter(function -> function.schema().equals("pg_catalog"))
                        .isEmpty();
    }

    /// The formula that a row belongs to a session.
    String belongs(Encoding e, Slot row, Session session) {
        return or(gates.stream()
                .filter(gate -> model.gates().may(session.role(), row.table(), gate.command()))
                .map(gate -> and(e.passes(row, session, gate), reveals(e, row, session, gate)))
                .toList());
    }

    private String reveals(Encoding e, Slot row, Session session, Gate gate) {
        return revealing
                ? or(revealing(model, row.table(), session.role(), gate)
                        .map(side -> e.isTrue(side, Place.of(session, row)))
                        .toList())
                : "true";
    }
}
