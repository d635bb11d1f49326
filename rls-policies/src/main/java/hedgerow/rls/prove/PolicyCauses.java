package hedgerow.rls.prove;

import static hedgerow.rls.smt.Terms.not;

import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Value;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Place;
import hedgerow.rls.logic.Search;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.logic.Tenancy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Finds the policy that wrongly admits a row, and its mistake.
final class PolicyCauses {

    /// The prefix of settings that a gateway fills with verified values.
    private static final String SIGNED = "request.";

    private static final Set<String> PATTERNS = Set.of("~~", "~~*", "~", "~*", "^@");
    private static final Set<String> SEARCHES =
            Set.of("strpos", "position", "starts_with", "like", "regexp_like", "left", "substr", "substring");

    private final Model model;
    private final Tenancy tenancy;
    private final Duration timeout;

    PolicyCauses(Model model, Tenancy tenancy, Duration timeout) {
        this.model = model;
        this.tenancy = tenancy;
        this.timeout = timeout;
    }

    /// The policy at fault.
    ///
    /// @param role that the table is read or written as
    /// @return the policy at fault; empty if no policy applies
    Optional<String> asked(Relation table, long role, int way, Question question, Set<String> leaks) {
        if (model.gates().isExempt(role, table)) {
            return Optional.empty();
        }
        var gate = Causes.gate(question);
        var permissive = model.gates().asking(role, table, gate).permissive();
        var guilty = permissive.stream()
                .filter(policy ->
                        permissive.size() == 1 || isEnough(policy, permissive, table, role, gate, way, question))
                .findFirst()
                .or(() -> permissive.stream().findFirst());
        if (guilty.isEmpty()) {
            return Optional.empty();
        }
        if (permissive.size() > 1) {
            leaks.add("B08");
        }
        ofFloor(table, role, gate, leaks);
        ofGate(table, role, gate, question, leaks);
        ofPolicy(guilty.get(), table, role, gate, question, leaks);
        if (leaks.isEmpty()) {
            leaks.add(question.claim() == Claim.UNBOUND_SEES_NOTHING ? "B04" : gate == Gate.SELECT ? "B42" : "B38");
        }
        return Optional.of("policy %s on %s".formatted(guilty.get().quoted(), table.quoted()));
    }

    /// Whether the claim is broken if only this one of all permissive policies is TRUE.
    private boolean isEnough(
            Policy policy, List<Policy> permissive, Relation table, long role, Gate gate, int way, Question question) {
        var encoded = question.encoded().get(way).get();
        var row = row(encoded, table, gate);
        if (row.isEmpty()) {
            return true;
        }
        var e = encoded.encoding();
        var session = encoded.sessions().getFirst().through(role);
        for (var each : permissive) {
            var truth = isTrue(e, table, each, gate, Place.of(session, row.get()));
            e.script().require(each.equals(policy) ? truth : not(truth));
        }
        return isPossible(e);
    }

    private static Optional<Slot> row(Question.Breach encoded, Relation table, Gate gate) {
        var rows = encoded.rows();
        return Optional.ofNullable(gate.written() ? rows.get("new") : rows.getOrDefault("row", rows.get("old")))
                .filter(slot -> slot.table().oid() == table.oid());
    }

    private String isTrue(Encoding e, Relation table, Policy policy, Gate gate, Place place) {
        return e.isTrue(expression(table, policy, gate), place);
    }

    private Expr expression(Relation table, Policy policy, Gate gate) {
        return model.policies().read(table, gate.tree(policy).orElseThrow());
    }

    private boolean isPossible(Encoding e) {
        return new Search(e, timeout, false).run() != Search.Found.NOTHING;
    }

    // --- around the policy ---------------------------------------------------------------------------------------

    /// Adds the leaks of a restrictive policy that does not bind the role, or is not for the command.
    private void ofFloor(Relation table, long role, Gate gate, Set<String> leaks) {
        var groups =
                model.gates().roles().canBecome(role).stream().map(Role::oid).toList();
        for (var policy : table.policies()) {
            if (!model.gates().roles().reaches(policy.roles(), role)
                    && policy.roles().stream().anyMatch(groups::contains)) {
                leaks.add("A09");
            }
            if (!policy.permissive() && !holdsUp(policy, table, role, gate)) {
                leaks.add("B10");
            }
        }
    }

    private boolean holdsUp(Policy policy, Relation table, long role, Gate gate) {
        return gate.asks(policy)
                && model.gates().roles().reaches(policy.roles(), role)
                && gate.tree(policy)
                        .filter(tree -> isAlwaysTrue(model.policies().read(table, tree), table, role))
                        .isEmpty();
    }

    private void ofGate(Relation table, long role, Gate gate, Question question, Set<String> leaks) {
        if (table.schema().equals("storage")) {
            leaks.add("C23");
        }
        if (question.claim() == Claim.MEMBERSHIP_EARNED && isRead(table)) {
            leaks.add("B23");
        }
        if (question.claim() == Claim.UNBOUND_SEES_NOTHING
                && tenancy.identities().stream()
                        .anyMatch(input -> !tenancy.stored(input, role).isEmpty())) {
            leaks.add("B33");
        }
        if (gate.written()) {
            leaks.add("B34");
        }
        if (gate == Gate.UPDATE_NEW && question.claim() == Claim.WRITES_STAY_HOME) {
            leaks.add("B35");
        }
        if ((gate == Gate.UPDATE_OLD || gate == Gate.DELETE) && isUnseen(table, gate, question)) {
            leaks.add("B36");
        }
    }

    /// Whether the changed row may be one that the session does not see.
    private boolean isUnseen(Relation table, Gate gate, Question question) {
        var encoded = question.encoded().getFirst().get();
        var session = encoded.sessions().getFirst();
        var row = row(encoded, table, gate);
        if (row.isEmpty() || !model.gates().may(session.role(), table, Command.SELECT)) {
            return row.isPresent();
        }
        encoded.encoding().script().require(not(encoded.encoding().passes(row.get(), session, Gate.SELECT)));
        return isPossible(encoded.encoding());
    }

    // --- the policy ----------------------------------------------------------------------------------------------

    private void ofPolicy(Policy policy, Relation table, long role, Gate gate, Question question, Set<String> leaks) {
        var expr = expression(table, policy, gate);
        if (NormalForm.bare(expr) instanceof Expr.Constant constant
                && constant.value().equals(Value.TRUE)) {
            leaks.add("B01");
            return;
        }
        if (isAlwaysTrue(expr, table, role)) {
            leaks.add("B02");
        } else if (!Sessions.readsRow(expr)) {
            leaks.add("B11");
        }
        var unbound = question.claim() == Claim.UNBOUND_SEES_NOTHING;
        Walk.over(expr).forEach(place -> {
            ofComparison(place, table, leaks);
            if (unbound) {
                ofAbsence(place.node(), leaks);
            }
        });
        if (Walk.over(model.policies().raw(table, gate.tree(policy).orElseThrow()))
                .anyMatch(place -> place.node() instanceof Expr.Call call && isKept(call))) {
            leaks.add("B27");
        }
        if (isCaptured(expr)) {
            leaks.add(isCaptured(model.policies().raw(table, gate.tree(policy).orElseThrow())) ? "B12" : "B13");
        }
        if (NormalForm.disjuncts(expr).filter(ways -> ways.size() > 1).stream()
                .flatMap(List::stream)
                .anyMatch(all -> all.stream().noneMatch(one -> Sessions.readsSession(model.names(), one)))) {
            leaks.add("B42");
        }
        ofQueries(expr, table, role, leaks);
    }

    /// Whether a plan may keep the result that the call had in another session.
    private boolean isKept(Expr.Call call) {
        return model.catalog()
                .function(call.function())
                .filter(function -> function.volatility() == Function.Volatility.IMMUTABLE
                        && model.policies().looksAround(function.oid()))
                .isPresent();
    }

    private boolean isAlwaysTrue(Expr expr, Relation table, long role) {
        var e = new Encoding(model, false);
        var truth = e.isTrue(expr, Place.of(Session.of("any", role), e.there(table)));
        e.script().require(not(truth));
        return !isPossible(e);
    }

    private void ofComparison(Walk.Place place, Relation table, Set<String> leaks) {
        var node = place.node();
        if (node instanceof Expr.NullTest test
                && test.isNull()
                && Comparison.column(test.operand())
                        .filter(column -> column.level() == place.depth())
                        .isPresent()) {
            leaks.add("B06");
        }
        if (node instanceof Expr.Call call && isSearch(call) && Sessions.readsSession(model.names(), call)) {
            leaks.add("B20");
        }
        Comparison.of(model.names(), node).ifPresent(comparison -> {
            if (PATTERNS.contains(comparison.symbol()) && Sessions.readsSession(model.names(), node)) {
                leaks.add("B20");
            }
            comparison.sides().forEach(side -> ofSide(place, side, table, leaks));
            if (Sessions.mutable(model.names(), comparison).findAny().isPresent()) {
                leaks.add("B18");
            }
        });
    }

    private boolean isSearch(Expr.Call call) {
        return model.names()
                .routine(call.function())
                .filter(routine -> routine.builtin() && SEARCHES.contains(routine.name()))
                .isPresent();
    }

    private void ofSide(Walk.Place place, Comparison side, Relation table, Set<String> leaks) {
        var constant = NormalForm.bare(side.right()) instanceof Expr.Constant;
        var owner = tenancy.owner(table).map(Tenancy.Anchor::column);
        if (constant
                && side.leftColumn()
                        .filter(column -> column.level() == place.depth()
                                && owner.filter(number -> number == column.number())
                                        .isPresent())
                        .isPresent()) {
            leaks.add("B19");
        }
        if (constant
                && Sessions.text(side.right()).filter(String::isEmpty).isEmpty()
                && Sessions.inputs(model.names(), side.left()).anyMatch(this::isSwitch)) {
            leaks.add("B30");
        }
        if (model.catalog()
                .type(side.left().type())
                .filter(type -> type.name().equals("citext"))
                .isPresent()) {
            leaks.add("B21");
        }
    }

    /// Whether any session may set the input, and it is not an identity.
    private boolean isSwitch(Input input) {
        return input instanceof Input.Setting(var name)
                && !name.startsWith(SIGNED)
                && !tenancy.identities().contains(input);
    }

    /// Adds the leaks by which a missing identity is admitted.
    private void ofAbsence(Expr node, Set<String> leaks) {
        var names = model.names();
        switch (node) {
            case Expr.Coalesce coalesce when Sessions.readsSession(names, coalesce) -> leaks.add("B03");
            case Expr.Distinct distinct when Sessions.readsSession(names, distinct) -> leaks.add("B05");
            case Expr.NullTest test when Sessions.readsSession(names, test.operand()) -> leaks.add("B04");
            case Expr.Case choice when Sessions.readsSession(names, choice) -> leaks.add("B04");
            default ->
                Comparison.of(names, node).stream()
                        .flatMap(Comparison::sides)
                        .filter(side -> Sessions.text(side.right())
                                .filter(String::isEmpty)
                                .isPresent())
                        .filter(side -> Sessions.readsSession(names, side.left()))
                        .forEach(_ -> leaks.add("B04"));
        }
    }

    /// Whether a column is compared with itself.
    private boolean isCaptured(Expr expr) {
        return Walk.over(expr)
                .filter(place -> place.depth() > 0)
                .flatMap(place -> Comparison.of(model.names(), place.node()).stream())
                .anyMatch(comparison -> comparison.isEquality()
                        && comparison.leftColumn().isPresent()
                        && comparison.leftColumn().equals(Comparison.column(comparison.right())));
    }

    private void ofQueries(Expr expr, Relation table, long role, Set<String> leaks) {
        var negated = Walk.over(expr)
                .anyMatch(place -> place.node() instanceof Expr.Not(var operand)
                        && NormalForm.bare(operand) instanceof Expr.Subquery);
        if (negated) {
            leaks.add("B14");
        }
        var writable = Walk.queries(expr)
                .flatMap(Query::tables)
                .flatMap(source -> model.catalog().relation(source.oid()).stream())
                .filter(read -> read.oid() != table.oid() && read.isTable())
                .anyMatch(read -> !read.rowSecurity() || mayAdd(role, read));
        if (writable) {
            leaks.add("B23");
        }
    }

    private boolean mayAdd(long role, Relation table) {
        return Stream.of(Command.INSERT, Command.UPDATE)
                .anyMatch(command -> model.gates().may(role, table, command));
    }

    /// Whether policies of other tables read this table.
    boolean isRead(Relation table) {
        return model.catalog().relationsIn(model.settings().schemas()).stream()
                .filter(other -> other.oid() != table.oid())
                .flatMap(other -> other.policies().stream()
                        .flatMap(policy -> model.policies().clauses(other, policy)))
                .flatMap(Walk::queries)
                .flatMap(Query::tables)
                .anyMatch(source -> source.oid() == table.oid());
    }
}
