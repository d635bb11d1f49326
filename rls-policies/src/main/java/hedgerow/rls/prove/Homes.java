package hedgerow.rls.prove;

import static hedgerow.rls.smt.Terms.and;
import static hedgerow.rls.smt.Terms.eq;
import static hedgerow.rls.smt.Terms.implies;
import static hedgerow.rls.smt.Terms.not;
import static hedgerow.rls.smt.Terms.or;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.expr.Evaluator;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Value;
import hedgerow.rls.expr.Walk;
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
import hedgerow.rls.logic.Tenancy.Membership;
import hedgerow.rls.smt.Sort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The owners of rows and the identities of sessions, as formulas.
final class Homes {

    /// The tag of a session without an identity.
    static final String UNBOUND = "u";

    private static final long TEXT = 25;

    /// The number of settings of an expression that is tried with each of them unset and empty.
    private static final int MOST_SETTINGS = 4;

    /// The number of tables of a way that is followed once more, to rows that are the session's own as well.
    private static final int LONGEST_WAY = 3;

    private final Model model;
    private final Tenancy tenancy;
    private final Defaults defaults;
    private final boolean ofAnybody;

    Homes(Model model, Tenancy tenancy, Defaults defaults) {
        this(model, tenancy, defaults, false);
    }

    private Homes(Model model, Tenancy tenancy, Defaults defaults, boolean ofAnybody) {
        this.model = model;
        this.tenancy = tenancy;
        this.defaults = defaults;
        this.ofAnybody = ofAnybody;
    }

    /// A version for which any row will do where another's is required: questions made with it ask whether anybody
    /// gets through.
    Homes ofAnybody() {
        return new Homes(model, tenancy, defaults, true);
    }

    // --- sessions ------------------------------------------------------------------------------------------------

    /// A session with an identity, who may be a member of the tenants to whom rows of this table belong.
    Session member(Encoding e, String tag, long role, Relation table) {
        var ours = tenancy.of(role, table);
        return bound(e, tag, role, ours, ours.tenants());
    }

    /// A session with the identity by which rows of this table belong to somebody, well-formed for whatever it is
    /// compared with. Nothing is required of its other values: a session with a tenant may be without a person.
    Session bound(Encoding e, String tag, long role, Relation table) {
        var ours = tenancy.of(role, table);
        return bound(e, tag, role, ours, ours.axis(table).map(Set::of).orElse(ours.tenants()));
    }

    private Session bound(Encoding e, String tag, long role, Tenancy tenancy, Set<Input> identities) {
        var session = Session.of(tag, role);
        for (var input : identities) {
            if (input instanceof Input.User) {
                continue;
            }
            var value = e.input(session, input);
            var label = "assumption: %s is set".formatted(input.print(model.names()));
            e.script().require(label, not(value.isNull()));
            if (isText(input)) {
                e.script().require(label, not(eq(value.term(), e.text(""))));
                requireSomebody(e, session, tenancy, input, label);
                if (isPlain(tenancy, input)) {
                    tenancy.types(input).forEach(type -> e.script().require(label, not(e.malformed(value, type))));
                }
            }
        }
        return session;
    }

    /// Requires that some expression derives an identity from the session's values. An expression that
    /// looks for it among rows may find none.
    private void requireSomebody(Encoding e, Session session, Tenancy tenancy, Input input, String label) {
        var made = tenancy.homes(Set.of(input)).stream()
                .filter(home -> plain(home).isEmpty()
                        && Walk.queries(home).flatMap(Query::tables).findAny().isEmpty())
                .map(home -> e.value(home, Place.of(session)))
                .map(value -> and(not(value.raises()), not(value.isNull())))
                .toList();
        if (!made.isEmpty() && !isPlain(tenancy, input)) {
            e.script().require(label, or(made));
        }
    }

    /// Whether it is compared unchanged; a value derived from it may be well-formed where it is not.
    private boolean isPlain(Tenancy tenancy, Input input) {
        return tenancy.homes(Set.of(input)).stream()
                .anyMatch(home -> plain(home).filter(input::equals).isPresent());
    }

    /// The sessions of a role that must be distinguished: where tenants are roles that log in, a session
    /// that has become another tenant's is still at home in its own rows, if it may use the table itself.
    List<UnaryOperator<Session>> logins(long role, Relation table) {
        var ways = new ArrayList<UnaryOperator<Session>>();
        ways.add(UnaryOperator.identity());
        var byRole = tenancy.of(role, table)
                .axis(table)
                .filter(Input.User.class::isInstance)
                .isPresent();
        if (byRole && model.catalog().role(role).filter(Role::login).isPresent()) {
            model.settings().logins().stream()
                    .filter(login -> login != role
                            && model.gates().roles().actsAs(login).contains(role)
                            && Gate.COMMANDS.stream()
                                    .anyMatch(command -> model.gates().may(login, table, command)))
                    .sorted()
                    .forEach(login -> ways.add(session -> session.of(login)));
        }
        return ways;
    }

    private static boolean isText(Input input) {
        return !(input instanceof Input.Call);
    }

    /// A session without the identity by which the table's rows belong to somebody: not set, empty,
    /// malformed, or the value stored for the role.
    Session unbound(Encoding e, long role, Relation table, Absence absence) {
        var session = Session.of(UNBOUND, role);
        var ours = tenancy.of(role, table);
        var axis = ours.axis(table).map(Set::of).orElse(ours.tenants());
        var label = "assumption: the session has no identity";
        for (var home : ours.homes(axis)) {
            var input = plain(home);
            e.script()
                    .require(
                            label,
                            input.isPresent() ? absent(e, session, input.get(), absence) : isNobody(e, session, home));
        }
        if (axis.isEmpty()) {
            model.settings()
                    .variables()
                    .forEach(variable ->
                            e.script().require(label, absent(e, session, new Input.Setting(variable), absence)));
        }
        return session;
    }

    /// The formula that an expression derives no identity from the session's values; or that the session
    /// has no values, where the expression would derive an identity from those too.
    private String isNobody(Encoding e, Session session, Expr home) {
        var value = e.value(home, Place.of(session));
        var inputs = Sessions.inputs(model.names(), home).toList();
        var none = or(value.raises(), value.isNull());
        if (isOfNothing(home, inputs, session)) {
            return none;
        }
        var absent = inputs.stream()
                .map(input -> absent(e, session, input, Absence.UNSET))
                .toList();
        return or(none, and(absent));
    }

    /// Whether the expression is NULL, or fails, whichever of its settings are not set and whichever are
    /// empty.
    private boolean isOfNothing(Expr home, List<Input> inputs, Session session) {
        var names = inputs.stream().flatMap(Homes::text).distinct().toList();
        return inputs.stream().allMatch(input -> text(input).findAny().isPresent())
                && names.stream()
                        .allMatch(name -> tenancy.stored(new Input.Setting(name), session.role())
                                .isEmpty())
                && names.size() <= MOST_SETTINGS
                && IntStream.range(0, 1 << names.size()).allMatch(empty -> isNothing(home, names, empty));
    }

    /// The setting whose text, or a part of it, an input is.
    private static Stream<String> text(Input input) {
        return switch (input) {
            case Input.Setting(var name) -> Stream.of(name);
            case Input.Part part -> Stream.of(part.setting());
            case Input.Claim _, Input.Call _, Input.User _ -> Stream.empty();
        };
    }

    /// Whether an expression yields no identity.
    ///
    /// @param empty a bit for each name: whether it is empty, and not unset
    private boolean isNothing(Expr home, List<String> names, int empty) {
        return switch (new Evaluator(model.names(), new Empty(model, names, empty)).evaluate(home)) {
            case Value.Null _, Value.Failed _ -> true;
            default -> false;
        };
    }

    /// A session in which no setting has a value.
    private record Empty(Model model, List<String> names, int empty) implements Evaluator.World {

        @Override
        public Value column(Expr.Column column) {
            return Value.UNKNOWN;
        }

        @Override
        public Value setting(String name) {
            var place = names.indexOf(name);
            return place < 0 ? Value.UNKNOWN : (empty >> place & 1) == 1 ? Value.of("") : Value.NULL;
        }

        @Override
        public Value subquery(Expr.Subquery subquery, int depth) {
            return subquery.query().isBare()
                    ? new Evaluator(model.names(), this)
                            .evaluate(subquery.query().targets().getFirst().expression())
                    : Value.UNKNOWN;
        }
    }

    /// The ways in which an identity can be missing.
    enum Absence {
        /// The identity is not set, empty, or the value stored for the role.
        UNSET,
        /// The identity has a form that a cast refuses; the result then depends on the order in which
        /// conditions are evaluated.
        MALFORMED
    }

    private String absent(Encoding e, Session session, Input input, Absence absence) {
        if (input instanceof Input.User) {
            return "true";
        }
        var value = e.input(session, input);
        var ways = new ArrayList<>(List.of(value.isNull()));
        if (input instanceof Input.Call(var call)) {
            defaults.of(call)
                    .forEach(known -> ways.add(
                            eq(value.term(), e.value(known, Place.of(session)).term())));
        }
        if (isText(input)) {
            ways.add(eq(value.term(), e.text("")));
            if (absence == Absence.MALFORMED) {
                tenancy.types(input).forEach(type -> ways.add(e.malformed(value, type)));
            }
            tenancy.stored(input, session.role()).forEach(stored -> ways.add(eq(value.term(), e.text(stored))));
        }
        return or(ways);
    }

    /// Whether there is a session without an identity: a role is always present.
    boolean canBeUnbound(long role, Relation table) {
        var axis = tenancy.of(role, table).tenants();
        return axis.isEmpty() || axis.stream().anyMatch(input -> !(input instanceof Input.User));
    }

    /// The input, where it is compared unchanged, except for casts and NULLIF.
    private Optional<Input> plain(Expr home) {
        var own = Sessions.input(model.names(), home);
        if (own.isPresent()) {
            return own;
        }
        return switch (home) {
            case Expr.Cast cast -> plain(cast.operand());
            case Expr.NullIf nullIf -> plain(nullIf.children().getFirst());
            case Expr.Inlined inlined -> plain(inlined.body());
            case Expr.Subquery subquery
            when subquery.query().isBare() ->
                plain(subquery.query().targets().getFirst().expression());
            default -> Optional.empty();
        };
    }

    // --- owners --------------------------------------------------------------------------------------------------

    /// The formula that a row of a table with an owner is the session's.
    String mine(Encoding e, Slot row, Session session) {
        var owner = tenancy.of(session.role(), row.table()).owner(row.table()).orElseThrow();
        return e.isTrue(owner.equality(), Place.of(session.atHome(), row));
    }

    /// The formula that it is not: another's, or nobody's.
    String theirs(Encoding e, Slot row, Session session) {
        if (ofAnybody) {
            return "true";
        }
        var ours = tenancy.of(session.role(), row.table());
        if (ours.owner(row.table()).isPresent()) {
            return not(mine(e, row, session));
        }
        var key = ours.parentKey(row.table()).orElseThrow();
        var parent = e.there(model.catalog().relation(key.foreignRelation()).orElseThrow());
        refers(e, row, parent, key);
        return theirs(e, parent, session);
    }

    /// Demands that a row refers to another.
    static void refers(Encoding e, Slot row, Slot parent, Constraint key) {
        var parts = new ArrayList<String>();
        for (var i = 0; i < key.columns().size(); i++) {
            var column = row.column(key.columns().get(i).intValue());
            var there = parent.column(key.foreignColumns().get(i).intValue());
            parts.add(and(not(column.isNull()), eq(column.term(), there.term())));
        }
        e.script()
                .require(
                        "foreign key %s of %s"
                                .formatted(key.quoted(), row.table().quoted()),
                        and(parts));
    }

    /// Requires that one of these rows has an owner other than an empty text. A setting that was only set locally
    /// is one afterwards, and so is nobody's name.
    ///
    /// @return whether an empty text could be the owner of one
    boolean requireNamedOwner(Encoding e, Collection<Slot> rows, Session session) {
        var owners = rows.stream()
                .flatMap(row -> ownerText(e, row, session).stream())
                .toList();
        if (owners.isEmpty() || owners.size() < rows.size()) {
            return false;
        }
        e.script()
                .require(
                        "assumption: the owner is not an empty text",
                        or(owners.stream()
                                .map(owner -> or(owner.isNull(), not(eq(owner.term(), e.text("")))))
                                .toList()));
        return true;
    }

    /// The text that is a row's owner, by its own column or by that of the row that it belongs to.
    private Optional<Encoded> ownerText(Encoding e, Slot row, Session session) {
        var ours = tenancy.of(session.role(), row.table());
        var owner = ours.owner(row.table());
        if (owner.isPresent()) {
            var number = owner.get().column();
            return row.table()
                    .column((long) number)
                    .filter(column -> e.isText(column.type()))
                    .map(_ -> row.column(number));
        }
        return ours.parentKey(row.table()).flatMap(key -> {
            var parent = e.there(model.catalog().relation(key.foreignRelation()).orElseThrow());
            refers(e, row, parent, key);
            return ownerText(e, parent, session);
        });
    }

    boolean hasOwner(Relation table, long role) {
        return tenancy.of(role, table).axis(table).isPresent();
    }

    /// The formula that a row is another's: by its owner, or, where it has none, because it belongs to a session
    /// with no tenant in common. A row that makes somebody a member is also its tenant's; [Memberships] decides
    /// about one that names the session itself.
    ///
    /// @param other bound, and of no tenant that `session` is of
    private String foreign(Encoding e, Slot row, Session session, Session other, Sight sight) {
        return hasOwner(row.table(), session.role())
                ? theirs(e, row, session)
                : and(isUnnamed(e, row, session), sight.belongs(e, row, other));
    }

    /// The formula that a row does not make the session itself a member.
    private String isUnnamed(Encoding e, Slot row, Session session) {
        return and(membersIn(row, session)
                .map(way -> not(isIdentity(e, way, row, session)))
                .toList());
    }

    private Stream<Membership> membersIn(Slot row, Session session) {
        return tenancy.of(session.role(), row.table()).memberships().stream()
                .filter(way -> way.tables().equals(List.of(row.table().oid())));
    }

    /// Requires that a row is another's.
    ///
    /// @return the sessions that this needs, the given one first
    List<Session> requireForeign(Encoding e, Slot row, Session session) {
        return requireForeign(e, row, Optional.empty(), session);
    }

    /// Requires that a row is another's. An update that leaves a row to its owners gives it to nobody.
    ///
    /// @param before the row that an update makes it of
    List<Session> requireForeign(Encoding e, Slot row, Optional<Slot> before, Session session) {
        if (ofAnybody) {
            return List.of(session);
        }
        if (hasOwner(row.table(), session.role())) {
            e.script().require(theirs(e, row, session));
            return List.of(session);
        }
        var others = new ArrayList<Session>();
        var sight = Sight.of(model, tenancy, row.table(), session.role());
        for (var reader : sight.roles()) {
            var other = bound(e, reader == session.role() ? "t" : "t" + reader, reader, row.table());
            different(e, row.table(), session, other);
            others.add(other);
        }
        e.script()
                .require(or(others.stream()
                        .map(other -> and(
                                foreign(e, row, session, other, sight),
                                not(before.map(old -> sight.belongs(e, old, other))
                                        .orElse("false"))))
                        .toList()));
        var ours = tenancy.of(session.role(), row.table());
        membersIn(row, session)
                .forEach(way -> stranger(e, session, row.column(way.keyColumn()), way.keyType(), ours.memberships()));
        if (!e.isMade(row)) {
            requireElsewhere(e, row, session, ours);
        }
        return Stream.concat(Stream.of(session), others.stream()).toList();
    }

    /// Requires that an existing row is not at home with the session, too: no owner column names the session, and no
    /// membership leads to it. Whoever makes a row may put together what belongs to several.
    private void requireElsewhere(Encoding e, Slot row, Session session, Tenancy ours) {
        ours.anchors().stream()
                .filter(anchor ->
                        anchor.own() && anchor.table() == row.table().oid() && !(anchor.input() instanceof Input.User))
                .filter(anchor ->
                        plain(anchor.home()).filter(anchor.input()::equals).isPresent())
                .forEach(anchor -> e.script().require(not(names(e, row, session, anchor))));
        ours.reaches(row.table()).stream()
                .filter(reach -> reach.way().tables().size() <= LONGEST_WAY)
                .forEach(reach -> stranger(
                        e, session, row.column(reach.column()), reach.way().keyType(), List.of(reach.way())));
        requireUnled(e, row, session);
    }

    /// The formula that a column holds the session's identity itself, and not only one that the policy takes for equal.
    private String names(Encoding e, Slot row, Session session, Tenancy.Anchor anchor) {
        var identity = identity(e, anchor.input(), session.atHome(), anchor.type());
        return and(
                e.isTrue(anchor.equality(), Place.of(session.atHome(), row)),
                eq(row.column(anchor.column()).term(), identity.term()));
    }

    /// Requires that an existing row is none of those that lead the session to a tenant.
    private void requireUnled(Encoding e, Slot row, Session session) {
        for (var way : tenancy.of(session.role(), row.table()).memberships()) {
            for (var i = 0; i < way.tables().size() && way.tables().size() <= LONGEST_WAY && !e.isMade(row); i++) {
                var at = i;
                if (way.tables().get(i) == row.table().oid()) {
                    e.forAll(way.tables(), rows -> {
                        if (rows.get(at).equals(row)) {
                            e.script().require(not(leads(e, way, rows, session)));
                        }
                    });
                }
            }
        }
    }

    /// Requires that a row which a function or a trigger reaches is another's: where the role may not read
    /// its table, its owner is identified by another role that sees it; an existing row that nobody sees is
    /// nobody's.
    List<Session> requireForeignWithin(Encoding e, Slot row, Session session) {
        if (ofAnybody
                || hasOwner(row.table(), session.role())
                || model.gates().may(session.role(), row.table(), Command.SELECT)) {
            return requireForeign(e, row, session);
        }
        var reader = model.settings().subjects().stream()
                .sorted()
                .filter(role -> role != 0 && !model.gates().isExempt(role, row.table()))
                .filter(role -> model.gates().may(role, row.table(), Command.SELECT))
                .findFirst();
        if (reader.isEmpty()) {
            if (e.isMade(row)) {
                e.requireUnmodelled(
                        "whose the rows of %s are".formatted(row.table().quoted()));
            }
            e.script().require(isUnnamed(e, row, session));
            requireUnled(e, row, session);
            return List.of(session);
        }
        var other = bound(e, "t", reader.get(), row.table());
        different(e, row.table(), session, other);
        e.script().require(foreign(e, row, session, other, Sight.of(model, tenancy, row.table(), reader.get())));
        return List.of(session, other);
    }

    // --- memberships ---------------------------------------------------------------------------------------------

    /// Requires that two sessions have no tenant in common, where rows of a table are concerned.
    void different(Encoding e, Relation table, Session x, Session y) {
        if (ofAnybody) {
            return;
        }
        var ours = tenancy.of(x.role(), table);
        for (var input : ours.tenants()) {
            if (!(input instanceof Input.User)) {
                e.script().require("assumption: two sessions of different tenants", differ(e, ours, input, x, y));
            }
        }
        if (!ours.isDirect()) {
            ours.memberships()
                    .forEach(one -> ours.memberships().stream()
                            .filter(other -> one.keyType() == other.keyType())
                            .forEach(other -> apart(e, one, x, other, y)));
        }
    }

    /// The formula that inputs differ, as texts or as the values that they denote.
    private String differ(Encoding e, Tenancy tenancy, Input input, Session x, Session y) {
        var types = isText(input) ? tenancy.parsedTypes(input) : Set.<Long>of();
        if (types.isEmpty()) {
            return not(eq(e.input(x, input).term(), e.input(y, input).term()));
        }
        return and(types.stream()
                .map(type -> not(eq(
                        identity(e, input, x, type).term(),
                        identity(e, input, y, type).term())))
                .toList());
    }

    private void apart(Encoding e, Membership one, Session x, Membership other, Session y) {
        var tables = new ArrayList<>(one.tables());
        tables.addAll(other.tables());
        e.forAll(tables, rows -> {
            var left = rows.subList(0, one.tables().size());
            var right = rows.subList(one.tables().size(), rows.size());
            e.script()
                    .require(
                            "assumption: no tenant in common",
                            implies(
                                    and(leads(e, one, left, x), leads(e, other, right, y)),
                                    not(eq(
                                            key(one, left).term(),
                                            key(other, right).term()))));
        });
    }

    /// The formula that these rows lead from the session to a tenant.
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

    /// The formula that a row of the way's first table holds the session's identity.
    String isIdentity(Encoding e, Membership way, Slot row, Session session) {
        var column = row.column(way.identityColumn());
        var type = row.table()
                .column((long) way.identityColumn())
                .map(Column::type)
                .orElse(TEXT);
        var identity = identity(e, way.identity(), session, type);
        return and(
                not(column.isNull()),
                not(identity.raises()),
                not(identity.isNull()),
                eq(column.term(), identity.term()));
    }

    private Encoded identity(Encoding e, Input input, Session session, long type) {
        var value = e.input(session, input);
        return isText(input) && value.sort() == Sort.VALUE ? e.convert(value, TEXT, type) : value;
    }

    Encoded key(Membership way, List<Slot> rows) {
        return rows.get(way.places().indexOf(way.keyPlace())).column(way.keyColumn());
    }

    /// Requires that nothing leads the session to a tenant.
    void stranger(Encoding e, Session session, Encoded tenant, long type, Collection<Membership> ways) {
        for (var way : ways) {
            if (way.keyType() == type) {
                e.forAll(
                        way.tables(),
                        rows -> e.script()
                                .require(
                                        "assumption: a stranger",
                                        implies(
                                                leads(e, way, rows, session),
                                                not(eq(key(way, rows).term(), tenant.term())))));
            }
        }
    }
}
