package hedgerow.rls.prove;

import static hedgerow.rls.smt.Terms.and;
import static hedgerow.rls.smt.Terms.eq;
import static hedgerow.rls.smt.Terms.not;
import static hedgerow.rls.smt.Terms.or;

import hedgerow.rls.body.Body;
import hedgerow.rls.body.Step;
import hedgerow.rls.body.Way;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
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
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Functions by which a session of an API becomes another's: they set the identity that policies trust,
/// which a client of an API cannot set by itself.
///
/// An identity is earned if a row holds it beside something that identifies the session, or beside the
/// digest of a secret that the session gives. Every other value that a function sets must be the session's
/// previous one.
final class Entrances {

    private static final long TEXT = 25;
    private static final Set<String> DIGESTS =
            Set.of("sha224", "sha256", "sha384", "sha512", "digest", "hmac", "crypt");

    private final Model model;
    private final Tenancy tenancy;
    private final Homes homes;
    private final Triggers triggers;
    private final boolean explained;

    Entrances(Model model, Tenancy tenancy, Homes homes, Triggers triggers, boolean explained) {
        this.model = model;
        this.tenancy = tenancy;
        this.homes = homes;
        this.triggers = triggers;
        this.explained = explained;
    }

    /// A call of set_config, and the way to it.
    private record Entrance(Function function, Body body, List<Step> before, Step step, Expr.Call call, long role) {

        private Input.Setting identity() {
            return new Input.Setting(Sessions.text(call.arguments().getFirst()).orElseThrow());
        }
    }

    /// The questions about a function.
    ///
    /// @param function by which clients, who run as the role, set their identity
    List<Question> questions(Function function, Body body, long role) {
        var entrances = entrances(function, body, role);
        if (entrances.isEmpty()) {
            return Stream.of(Claim.DISJOINT_READS, Claim.WRITES_STAY_HOME, Claim.UNBOUND_SEES_NOTHING)
                    .map(claim -> unknown(claim, function, role))
                    .toList();
        }
        return entrances.stream().flatMap(this::questions).toList();
    }

    private Stream<Question> questions(Entrance entrance) {
        var reads = Stream.of(Claim.DISJOINT_READS, Claim.UNBOUND_SEES_NOTHING);
        return Stream.concat(
                reads.flatMap(claim -> asked(entrance, claim, Gate.SELECT)),
                Stream.of(Gate.DELETE, Gate.UPDATE_OLD)
                        .flatMap(gate -> asked(entrance, Claim.WRITES_STAY_HOME, gate))
                        .limit(1));
    }

    private Stream<Question> asked(Entrance entrance, Claim claim, Gate gate) {
        return opened(entrance, gate)
                .filter(table -> claim != Claim.UNBOUND_SEES_NOTHING || homes.canBeUnbound(entrance.role, table))
                .map(table -> question(entrance, claim, gate, table))
                .stream();
    }

    private Question unknown(Claim claim, Function function, long role) {
        var why = function.quoted() + ": a function that it calls sets the identity of the session";
        return Question.unknown(model, claim, role, function.quoted(), Cell.Kind.FUNCTION, "EXECUTE", why);
    }

    private List<Entrance> entrances(Function function, Body body, long role) {
        var entrances = new ArrayList<Entrance>();
        for (Way way : body.ways()) {
            for (var i = 0; i < way.steps().size(); i++) {
                var step = way.steps().get(i);
                var before = way.steps().subList(0, i);
                Bodies.calls(step, model.policies())
                        .filter(this::setsIdentity)
                        .forEach(call -> entrances.add(new Entrance(function, body, before, step, call, role)));
            }
        }
        return entrances;
    }

    boolean setsIdentity(Expr.Call call) {
        return Sessions.isBuiltin(model.names(), call.function(), "set_config")
                && Sessions.text(call.arguments().getFirst())
                        .filter(this::isIdentity)
                        .isPresent();
    }

    private boolean isIdentity(String setting) {
        return tenancy.identities().stream().anyMatch(input -> switch (input) {
            case Input.Setting(var name) -> name.equals(setting);
            case Input.Member member -> member.setting().equals(setting);
            case Input.Call _, Input.User _ -> false;
        });
    }

    /// A table to which the identity gives access.
    private Optional<Relation> opened(Entrance entrance, Gate gate) {
        return tenancy.tables().stream()
                .filter(table -> model.gates().may(entrance.role, table, gate.command()))
                .filter(table -> tenancy.of(entrance.role, table)
                        .owner(table)
                        .filter(owner -> owner.input().equals(entrance.identity()))
                        .isPresent())
                .findFirst();
    }

    private Question question(Entrance entrance, Claim claim, Gate gate, Relation table) {
        Supplier<Question.Breach> encoded = () -> entered(entrance, claim, gate, table);
        return new Question(
                claim,
                entrance.role,
                entrance.function.quoted(),
                Cell.Kind.FUNCTION,
                "EXECUTE, then %s of %s".formatted(gate.command(), table.quoted()),
                Leak.Kind.IDENTITY,
                List.of(encoded),
                Optional.empty());
    }

    /// A session that calls the function, and then reaches a row of another; or any row, if it has no identity.
    private Question.Breach entered(Entrance entrance, Claim claim, Gate gate, Relation table) {
        var e = new Encoding(model, explained);
        var isNobody = claim == Claim.UNBOUND_SEES_NOTHING;
        var s = isNobody
                ? homes.unbound(e, entrance.role, table, Homes.Absence.MALFORMED)
                : homes.bound(e, "s", entrance.role, table);
        var run = new Run(
                e,
                e.within(entrance.function, s),
                entrance.body.variables(),
                "",
                Optional.empty(),
                Optional.empty(),
                triggers::settable);
        run.steps(entrance.before);
        run.sets(entrance.step, entrance.call);
        var entered = s.with(run.session().tag(), run.session().inputs());
        var identity = e.input(entered, entrance.identity());
        var row = e.there(table);
        e.script().require(e.passes(row, entered, gate));
        if (!isNobody) {
            e.script().require(homes.theirs(e, row, s));
        }
        earned(entrance, table).forEach(way -> stranger(e, way, identity, e.within(entrance.function, s)));
        return new Question.Breach(
                e,
                Map.of("row", row),
                List.of(s),
                Optional.of(new Question.Call(entrance.function, run.arguments(), () -> {})));
    }

    // --- what is earned ------------------------------------------------------------------------------------------

    /// A condition that a row of a table meets for those whose identity is its `key`.
    private record Earned(Relation table, int source, Expr condition, Column key) {}

    private List<Earned> earned(Entrance entrance, Relation opened) {
        var found = new LinkedHashSet<Earned>();
        entrance.body.ways().stream()
                .flatMap(way -> way.steps().stream())
                .flatMap(step -> queries(step))
                .map(query -> model.policies().inline(query).flattened())
                .filter(Encoding::isPlain)
                .forEach(query -> earned(entrance, opened, query, found));
        return List.copyOf(found);
    }

    private static Stream<Query> queries(Step step) {
        return Stream.concat(
                Bodies.query(step).stream()
                        .flatMap(query -> Stream.concat(
                                Stream.of(query), query.expressions().flatMap(Walk::queries))),
                Bodies.expressions(step).stream().flatMap(Walk::queries));
    }

    private void earned(Entrance entrance, Relation opened, Query query, Set<Earned> found) {
        var tables = new Encoding(model, false).tables(query);
        Stream.concat(query.where().stream(), query.on().stream())
                .flatMap(condition -> NormalForm.conjuncts(condition).stream())
                .forEach(condition -> Comparison.of(model.names(), condition).filter(Comparison::isEquality).stream()
                        .flatMap(Comparison::sides)
                        .filter(side -> isSigned(side.right(), entrance) || isDigest(side.right()))
                        .flatMap(side -> side.leftColumn().stream())
                        .filter(column -> column.level() == 0 && tables.containsKey(column.source()))
                        .forEach(column -> {
                            var table = tables.get(column.source());
                            keys(table, opened, entrance.role)
                                    .filter(key -> key.number() != column.number() && !isWritten(table, entrance.role))
                                    .forEach(key -> found.add(new Earned(table, column.source(), condition, key)));
                        }));
    }

    /// The columns that hold tenants, like those of the opened table.
    private Stream<Column> keys(Relation table, Relation opened, long role) {
        var owner = tenancy.of(role, opened).owner(opened).flatMap(anchor -> opened.column((long) anchor.column()));
        return table.columns().stream()
                .filter(column ->
                        owner.filter(known -> known.type() == column.type()).isPresent())
                .filter(column -> model.settings().tenantColumns().contains(column.name())
                        || owner.filter(known -> known.name().equals(column.name()))
                                .isPresent());
    }

    /// Whether the role may write a row of the table, and so make one that names itself.
    private boolean isWritten(Relation table, long role) {
        return model.gates().may(role, table, Command.INSERT) || model.gates().may(role, table, Command.UPDATE);
    }

    /// Whether it identifies the session, by something that the function does not set.
    private boolean isSigned(Expr expr, Entrance entrance) {
        var inputs = Sessions.inputs(model.names(), expr).toList();
        return !inputs.isEmpty()
                && inputs.stream().noneMatch(input -> input.equals(entrance.identity()))
                && Walk.over(expr)
                        .noneMatch(
                                place -> place.node() instanceof Expr.Column || place.node() instanceof Expr.Parameter);
    }

    private boolean isDigest(Expr expr) {
        return Walk.over(expr).noneMatch(place -> place.node() instanceof Expr.Column)
                && Walk.over(expr)
                        .anyMatch(place -> place.node() instanceof Expr.Call call
                                && model.names()
                                        .routine(call.function())
                                        .filter(routine -> DIGESTS.contains(routine.name()))
                                        .isPresent());
    }

    /// The formula that key and identity are the same, as values or as the text that the key is printed as.
    private static String isSame(Encoding e, Encoded key, Encoded identity, long type) {
        return or(
                eq(key.term(), e.convert(identity, TEXT, type).term()),
                eq(e.convert(key, type, TEXT).term(), identity.term()));
    }

    /// Requires that no row makes the identity the session's own.
    private static void stranger(Encoding e, Earned way, Encoded identity, Session s) {
        e.forAll(List.of(way.table.oid()), rows -> {
            Slot row = rows.getFirst();
            var key = row.column(way.key.number());
            e.script()
                    .require(
                            "assumption: not earned",
                            not(and(
                                    row.present(),
                                    e.isTrue(way.condition, Place.of(s).in(Map.of(way.source, row))),
                                    not(key.isNull()),
                                    isSame(e, key, identity, way.key.type()))));
        });
    }
}
