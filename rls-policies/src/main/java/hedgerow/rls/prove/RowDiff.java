package hedgerow.rls.prove;

import static hedgerow.rls.smt.Terms.and;
import static hedgerow.rls.smt.Terms.not;
import static hedgerow.rls.smt.Terms.or;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Renumbering;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Place;
import hedgerow.rls.logic.Search;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.logic.Tenancy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/// Decides by meaning which rows a role reaches in one of two databases but not in the other.
///
/// Both are asked about one row and one session. Tables that policies read through sub-selects are those of
/// the earlier database, under its policies: their own changes are reported for those tables.
public final class RowDiff {

    private final Model before;
    private final Model after;
    private final Model both;
    private final Tenancy tenancy;
    private final Side earlier;
    private final Side later;
    private final Renumbering renumbering;
    private final Map<Expr, Expr> known = new HashMap<>();
    private final Duration timeout;

    /// One of the two databases.
    ///
    /// @param connection in a transaction, which may be read-only; bodies of functions are parsed by its
    ///     server
    /// @param stage to a copy, on which rows are tried, and undone; as for [Prover]
    public record Side(Connection connection, Catalog catalog, Settings settings, Optional<Connection> stage) {}

    public RowDiff(Side earlier, Side later, Duration timeout) {
        this.earlier = earlier;
        this.later = later;
        this.timeout = timeout;
        this.before = model(earlier);
        this.after = model(later);
        var twin = new Twin(earlier.catalog, later.catalog);
        var bodies = bodies(earlier);
        this.both = Model.of(twin.both(), earlier.settings, bodies::value);
        this.tenancy = new Tenancy(both);
        this.renumbering = new Renumbering(twin, known);
    }

    private static Model model(Side side) {
        return Model.of(side.catalog, side.settings, bodies(side)::value);
    }

    private static Bodies bodies(Side side) {
        return new Bodies(side.connection, side.catalog, side.settings);
    }

    /// Compares a table.
    ///
    /// @param role name, of a role that is in both
    /// @param table in SQL syntax; it is in both
    public Compared compare(String role, String table, Command command) throws SQLException {
        var differences = new ArrayList<Difference>();
        var undecided = new TreeSet<String>();
        for (var gate : Gate.of(command)) {
            for (var gains : List.of(true, false)) {
                ask(
                        new Asked(role, relation(before, table), relation(after, table), gate, gains),
                        differences,
                        undecided);
            }
        }
        return new Compared(differences, List.copyOf(undecided));
    }

    /// A question.
    ///
    /// @param gains whether a row is sought that only the later database admits
    private record Asked(String role, Relation was, Relation is, Gate gate, boolean gains) {}

    private static Relation relation(Model model, String quoted) {
        return model.catalog().relations().values().stream()
                .filter(relation -> relation.quoted().equals(quoted))
                .findFirst()
                .orElseThrow();
    }

    private static long role(Model model, String name) {
        return model.catalog().roles().values().stream()
                .filter(role -> role.name().equals(name))
                .map(Role::oid)
                .findFirst()
                .orElseThrow();
    }

    /// Prefers a session whose identity is well-formed. On another, the server may stop at a cast before it sees a
    /// difference.
    private void ask(Asked asked, List<Difference> differences, TreeSet<String> undecided) throws SQLException {
        var found = found(asked, false);
        if (found.answer == Search.Found.CANDIDATE) {
            var plain = found(asked, true);
            found = plain.answer == Search.Found.CANDIDATE ? plain : found;
        }
        switch (found.answer) {
            case NOTHING -> {}
            case CANDIDATE -> candidate(asked, found, differences, undecided);
            case UNDECIDED -> undecided.addAll(found.search.reasons());
            case GAVE_UP -> undecided.add("the solver gave up within %d ms".formatted(timeout.toMillis()));
        }
    }

    private record Found(
            Encoding encoding, Map<String, Slot> rows, Session session, Search search, Search.Found answer) {}

    private Found found(Asked asked, boolean wellFormed) {
        var e = new Encoding(both, false);
        var session = Session.of("s", role(before, asked.role));
        var rows = rows(e, asked);
        var row = rows.get(asked.gate.written() ? "new" : "old");
        var place = Place.of(session, row);
        var was = admits(e, before, asked.was, asked, place, expr -> expr);
        var is = admits(e, after, asked.is, asked, place, renumbering::of);
        e.script().require(asked.gains ? and(is, not(was)) : and(was, not(is)));
        passOthers(e, asked, session, rows);
        if (wellFormed) {
            requireWellFormed(e, session);
        }
        var search = new Search(e, timeout, false);
        return new Found(e, rows, session, search, search.run());
    }

    private void requireWellFormed(Encoding e, Session session) {
        for (var input : tenancy.identities()) {
            if (!(input instanceof Input.User)) {
                var value = e.input(session, input);
                tenancy.parsedTypes(input)
                        .forEach(type -> e.script().require(or(value.isNull(), not(e.malformed(value, type)))));
            }
        }
    }

    /// The gate's own row; for an UPDATE both.
    private Map<String, Slot> rows(Encoding e, Asked asked) {
        var table = relation(both, asked.was.quoted());
        var rows = new LinkedHashMap<String, Slot>();
        for (var gate : Gate.of(asked.gate.command())) {
            rows.put(gate.written() ? "new" : "old", gate.written() ? e.written(table) : e.there(table));
        }
        return rows;
    }

    /// Requires that the statement also passes the other gates of its command: it passes all or none.
    private void passOthers(Encoding e, Asked asked, Session session, Map<String, Slot> rows) {
        for (var gate : Gate.of(asked.gate.command())) {
            if (gate != asked.gate) {
                var other = new Asked(asked.role, asked.was, asked.is, gate, asked.gains);
                var place = Place.of(session, rows.get(gate.written() ? "new" : "old"));
                e.script()
                        .require(
                                asked.gains
                                        ? admits(e, after, asked.is, other, place, renumbering::of)
                                        : admits(e, before, asked.was, other, place, expr -> expr));
            }
        }
    }

    private String admits(
            Encoding e, Model model, Relation table, Asked asked, Place place, Function<Expr, Expr> translated) {
        var role = role(model, asked.role);
        if (model.gates().isExempt(role, table)) {
            return "true";
        }
        var asking = model.gates().asking(role, table, asked.gate);
        Function<Policy, String> isTrue = policy -> {
            var expr = translated.apply(
                    model.policies().read(table, asked.gate.tree(policy).orElseThrow()));
            if (model == before) {
                Walk.over(expr).map(Walk.Place::node).forEach(node -> known.putIfAbsent(node, node));
            }
            return e.isTrue(expr, place);
        };
        return and(
                or(asking.permissive().stream().map(isTrue).toList()),
                and(asking.restrictive().stream().map(isTrue).toList()));
    }

    // --- the row -------------------------------------------------------------------------------------------------

    /// Tries a candidate. A row that makes no difference shows that something is not modelled precisely.
    private void candidate(Asked asked, Found found, List<Difference> differences, TreeSet<String> undecided)
            throws SQLException {
        var question = question(asked, found.session);
        var breach = new Question.Breach(found.encoding, found.rows, List.of(found.session));
        var scene = Scene.of(question, breach, found.search);
        var tried = earlier.stage.isPresent() && later.stage.isPresent();
        if (tried) {
            var admitting = asked.gains ? later : earlier;
            var refusing = asked.gains ? earlier : later;
            var unseen = new Replay(admitting.stage.get(), Map.of(), Optional.empty()).play(question, scene);
            var refused = new Replay(refusing.stage.get(), Map.of(), Optional.empty())
                    .play(question, scene)
                    .isPresent();
            if (unseen.isPresent() || !refused) {
                undecided.add("a row was found that makes no difference when it is tried"
                        + unseen.map(": "::concat).orElse(""));
                return;
            }
        }
        var lines = Story.lines(
                both,
                question,
                scene,
                "which only the %s database admits".formatted(asked.gains ? "later" : "earlier"));
        differences.add(new Difference(
                question.gate(), asked.gains, tried, lines, scene.script("only one of the two admits it")));
    }

    private Question question(Asked asked, Session session) {
        return new Question(
                Claim.DISJOINT_READS,
                session.role(),
                asked.was.quoted(),
                Cell.Kind.TABLE,
                Tables.name(asked.gate),
                asked.gate == Gate.SELECT ? Leak.Kind.ROWS : Leak.Kind.WRITE,
                List.of(),
                Optional.empty());
    }
}
