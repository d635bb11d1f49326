package hedgerow.rls.prove;

import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.ExprReader;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Place;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Slot;
import hedgerow.rls.logic.Tenancy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Questions about the rows of tables that flow through views.
///
/// A view reads its tables as its owner, or as its reader if it is an invoker's. Its own conditions count
/// only if it is a security barrier: otherwise a function in the reader's WHERE may see a row before they
/// are evaluated.
final class Views {

    private static final int DEEPEST = 8;

    /// The tag of the session in which a materialized view is refreshed.
    static final String REFRESH = "refresh";

    private final Model model;
    private final Tenancy tenancy;
    private final Homes homes;
    private final Memberships memberships;
    private final boolean explained;

    Views(Model model, Tenancy tenancy, Homes homes, Memberships memberships, boolean explained) {
        this.memberships = memberships;
        this.model = model;
        this.tenancy = tenancy;
        this.homes = homes;
        this.explained = explained;
    }

    /// A table that a view reads.
    ///
    /// @param place in the range table of `query`
    /// @param invoker whether it is read as the session's role; otherwise as `owner`
    /// @param guarded whether the conditions of `query` count
    /// @param stored whether its rows were read when the view was refreshed, by `owner`
    /// @param checked whether a row that is written must meet the conditions of `query`
    private record Source(
            Relation table,
            Query query,
            int place,
            boolean invoker,
            long owner,
            boolean guarded,
            boolean stored,
            boolean checked) {}

    List<Question> questions(Relation view, long role) {
        if (!model.gates().may(role, view, Command.SELECT)) {
            return List.of();
        }
        var sources = new ArrayList<Source>();
        var gaps = new ArrayList<String>();
        collect(view, 0L, false, false, new HashSet<>(), sources, gaps);
        var questions = new ArrayList<Question>();
        gaps.forEach(gap -> Stream.of(Claim.DISJOINT_READS, Claim.UNBOUND_SEES_NOTHING)
                .forEach(claim -> questions.add(unknown(claim, view, role, "SELECT from " + gap, gap))));
        for (var source : sources) {
            if (tenancy.isSomebodys(source.table) && !isDenied(source, role)) {
                questions.add(reads(view, source, role));
                if (homes.canBeUnbound(role, source.table)) {
                    questions.add(unbound(view, source, role));
                }
            }
        }
        return questions;
    }

    // --- writes --------------------------------------------------------------------------------------------------

    /// Questions about writes through a view. The server writes through a view that selects from one table,
    /// as the view's owner or, for an invoker's view, as the role.
    List<Question> writes(Relation view, long role) {
        var sources = new ArrayList<Source>();
        collect(view, 0L, false, false, new HashSet<>(), sources, new ArrayList<>());
        var questions = new ArrayList<Question>();
        var somebodys = sources.stream().anyMatch(source -> tenancy.isSomebodys(source.table));
        for (var gate : List.of(Gate.INSERT, Gate.UPDATE_OLD, Gate.UPDATE_NEW, Gate.DELETE)) {
            if (view.kind() != Relation.Kind.VIEW
                    || !model.gates().may(role, view, gate.command())
                    || isReplaced(view, gate.command())) {
                continue;
            }
            var one = sources.size() == 1 && sources.getFirst().query.tables().count() == 1;
            if (!one && somebodys && isUpdatable(view)) {
                var why = "what is written through %s, which reads more than one table".formatted(view.quoted());
                Stream.of(Claim.WRITES_STAY_HOME, Claim.UNBOUND_SEES_NOTHING, Claim.MEMBERSHIP_EARNED)
                        .filter(claim -> claim != Claim.MEMBERSHIP_EARNED
                                || !tenancy.memberships().isEmpty())
                        .forEach(claim -> questions.add(
                                unknown(claim, view, role, gate.command().name(), why)));
            }
            for (var source : sources) {
                if (one && tenancy.isSomebodys(source.table)) {
                    questions.add(writes(view, source, role, gate));
                    if (gate == Gate.INSERT) {
                        questions.addAll(joins(view, source, role));
                    }
                    if (homes.canBeUnbound(role, source.table) && gate != Gate.UPDATE_NEW) {
                        questions.add(unboundWrites(view, source, role, gate));
                    }
                }
            }
        }
        return questions;
    }

    /// Whether a rule or a trigger replaces this command; others are written through all the same.
    static boolean isReplaced(Relation view, Command command) {
        return view.rules().stream()
                        .anyMatch(rule -> rule.enabled()
                                && rule.instead()
                                && rule.conditionTree().isEmpty()
                                && rule.event().name().equals(command.name()))
                || view.triggers().stream().anyMatch(trigger -> trigger.instead() && trigger.fires(command));
    }

    /// Whether the server writes through it: it selects from one relation.
    private boolean isUpdatable(Relation view) {
        return view.viewTree().stream()
                .flatMap(tree -> ExprReader.readQueries(tree, model.names()).stream())
                .allMatch(query ->
                        query.tables().count() == 1 && query.queries().findAny().isEmpty());
    }

    private Question unknown(Claim claim, Relation view, long role, String gate, String why) {
        return Question.unknown(model, claim, role, view.quoted(), kind(view), gate, why);
    }

    private static Cell.Kind kind(Relation view) {
        return view.kind() == Relation.Kind.MATERIALIZED_VIEW ? Cell.Kind.MATERIALIZED_VIEW : Cell.Kind.VIEW;
    }

    private Question writes(Relation view, Source source, long role, Gate gate) {
        return new Question(
                Claim.WRITES_STAY_HOME,
                role,
                view.quoted(),
                Cell.Kind.VIEW,
                "%s of %s".formatted(gate.command(), source.table.quoted()),
                Leak.Kind.WRITE,
                List.of(() -> {
                    var e = new Encoding(model, explained);
                    var s = homes.bound(e, "s", role, source.table);
                    var rows = written(e, source, s, gate);
                    return new Question.Breach(
                            e, rows, homes.requireForeign(e, rows.get(gate.written() ? "new" : "old"), s));
                }),
                Optional.empty());
    }

    /// A stranger's INSERT through the view, which completes a membership.
    private List<Question> joins(Relation view, Source source, long role) {
        var questions = new ArrayList<Question>();
        for (var way : tenancy.of(role, source.table).memberships()) {
            for (var i = 0; i < way.tables().size(); i++) {
                if (way.tables().get(i) == source.table.oid()) {
                    var at = i;
                    questions.add(new Question(
                            Claim.MEMBERSHIP_EARNED,
                            role,
                            view.quoted(),
                            Cell.Kind.VIEW,
                            "INSERT of " + source.table.quoted(),
                            Leak.Kind.WRITE,
                            List.of(() -> {
                                var e = new Encoding(model, explained);
                                var s = homes.member(e, "s", role, source.table);
                                var rows = new LinkedHashMap<>(written(e, source, s, Gate.INSERT));
                                memberships.completes(e, way, at, rows, s);
                                return new Question.Breach(e, rows, List.of(s));
                            }),
                            Optional.empty()));
                }
            }
        }
        return questions;
    }

    private Question unboundWrites(Relation view, Source source, long role, Gate gate) {
        return new Question(
                Claim.UNBOUND_SEES_NOTHING,
                role,
                view.quoted(),
                Cell.Kind.VIEW,
                "%s of %s".formatted(gate.command(), source.table.quoted()),
                Leak.Kind.WRITE,
                List.of(() -> {
                    var e = new Encoding(model, explained);
                    var u = homes.unbound(e, role, source.table, Homes.Absence.MALFORMED);
                    return new Question.Breach(e, written(e, source, u, gate), List.of(u));
                }),
                Optional.empty());
    }

    /// The rows of a statement on the view, which passes the gates of its table.
    private Map<String, Slot> written(Encoding e, Source source, Session session, Gate gate) {
        var writer = as(source, session);
        if (!model.gates().may(writer.role(), source.table, gate.command())) {
            e.script().require("false");
        }
        var rows = new LinkedHashMap<String, Slot>();
        for (var passed : Gate.of(gate.command())) {
            var row = passed.written()
                    ? e.written(source.table)
                    : shown(e, source, session, session, true, Optional.empty());
            e.script().require(e.passes(row, writer, passed));
            if (passed.written() && source.checked && Encoding.isPlain(source.query)) {
                var place = Place.of(writer).in(new TreeMap<>(Map.of(source.place, row)));
                conditions(source.query).forEach(condition -> e.script().require(e.isTrue(condition, place)));
            }
            rows.put(passed.written() ? "new" : "old", row);
        }
        return rows;
    }

    private boolean isDenied(Source source, long role) {
        return !source.stored && !model.gates().may(source.invoker ? role : source.owner, source.table, Command.SELECT);
    }

    /// Collects the tables that a view reads.
    ///
    /// @param checked whether a view above it requires the conditions of views below of written rows
    private void collect(
            Relation view,
            long owner,
            boolean stored,
            boolean checked,
            Set<Long> open,
            List<Source> found,
            List<String> gaps) {
        if (view.viewTree().isEmpty() || open.size() > DEEPEST || !open.add(view.oid())) {
            gaps.add(view.quoted());
            return;
        }
        var ownRights = !view.isInvokerView();
        var materialized = view.kind() == Relation.Kind.MATERIALIZED_VIEW;
        for (var query : ExprReader.readQueries(view.viewTree().get(), model.names())) {
            collect(
                    model.policies().inline(query),
                    !ownRights,
                    ownRights ? view.owner() : owner,
                    isBarrier(view) || materialized,
                    stored || materialized,
                    new Checks(
                            checked || has(view, "check_option=(local|cascaded)"),
                            checked || has(view, "check_option=cascaded")),
                    open,
                    found,
                    gaps);
        }
        open.remove(view.oid());
    }

    /// Whether a row that is written must meet the conditions of a view, and those of views below it.
    private record Checks(boolean own, boolean below) {}

    private void collect(
            Query query,
            boolean invoker,
            long owner,
            boolean guarded,
            boolean stored,
            Checks checks,
            Set<Long> open,
            List<Source> found,
            List<String> gaps) {
        for (var i = 0; i < query.sources().size(); i++) {
            if (query.sources().get(i) instanceof Query.Source.Table(var oid, var ignored)) {
                var relation = model.catalog().relation(oid);
                if (relation.filter(Relation::isTable).isPresent()) {
                    found.add(new Source(relation.get(), query, i + 1, invoker, owner, guarded, stored, checks.own));
                } else if (relation.isPresent()) {
                    collect(relation.get(), owner, stored, checks.below, open, found, gaps);
                }
            }
        }
        if (stored) {
            called(query).map(Function::quoted).forEach(gaps::add);
        }
        query.queries().forEach(nested -> collect(nested, invoker, owner, false, stored, checks, open, found, gaps));
        query.expressions()
                .flatMap(Walk::queries)
                .forEach(nested -> collect(nested, invoker, owner, false, stored, checks, open, found, gaps));
    }

    /// The functions whose body is not in the query: they ran as the owner of a materialized view.
    private Stream<Function> called(Query query) {
        return Walk.over(query)
                .flatMap(place -> place.node() instanceof Expr.Call call ? Stream.of(call.function()) : Stream.empty())
                .flatMap(oid -> model.catalog().function(oid).stream())
                .filter(function -> !function.schema().equals("pg_catalog")
                        && function.extension().isEmpty())
                .distinct();
    }

    private static boolean isBarrier(Relation view) {
        return has(view, "security_barrier=(true|on|yes|1)");
    }

    private static boolean has(Relation view, String option) {
        return view.options().stream().anyMatch(each -> each.matches(option));
    }

    // --- questions -----------------------------------------------------------------------------------------------

    private Question reads(Relation view, Source source, long role) {
        return question(Claim.DISJOINT_READS, view, source, role, guarded -> {
            var e = new Encoding(model, explained);
            var s = homes.bound(e, "s", role, source.table);
            var refresh = Session.of(REFRESH, source.owner);
            var row = shown(e, source, s, refresh, guarded, Optional.empty());
            var sessions = new ArrayList<>(List.of(s));
            if (homes.hasOwner(source.table, role)) {
                e.script().require(homes.theirs(e, row, s));
            } else {
                var other = homes.bound(e, "t", role, source.table);
                homes.different(e, source.table, s, other);
                shown(e, source, other, refresh, guarded, Optional.of(row));
                sessions.add(other);
            }
            return seen(e, source, row, sessions, refresh, guarded);
        });
    }

    private Question unbound(Relation view, Source source, long role) {
        return question(Claim.UNBOUND_SEES_NOTHING, view, source, role, guarded -> {
            var e = new Encoding(model, explained);
            var u = homes.unbound(e, role, source.table, Homes.Absence.MALFORMED);
            var refresh = Session.of(REFRESH, source.owner);
            var row = shown(e, source, u, refresh, guarded, Optional.empty());
            return seen(e, source, row, List.of(u), refresh, guarded);
        });
    }

    private static Question.Breach seen(
            Encoding e, Source source, Slot row, List<Session> readers, Session refresh, boolean guarded) {
        var sessions = new ArrayList<>(readers);
        if (source.stored) {
            sessions.add(refresh);
        }
        return new Question.Breach(e, Map.of("row", row), sessions, Optional.empty(), !guarded && !source.stored);
    }

    private static Question question(
            Claim claim,
            Relation view,
            Source source,
            long role,
            java.util.function.Function<Boolean, Question.Breach> encoded) {
        var ways = Stream.of(true, false)
                .filter(guarded -> guarded || !source.guarded)
                .<Supplier<Question.Breach>>map(guarded -> () -> encoded.apply(guarded))
                .toList();
        return new Question(
                claim,
                role,
                view.quoted(),
                kind(view),
                "SELECT from " + source.table.quoted(),
                Leak.Kind.ROWS,
                ways,
                Optional.empty());
    }

    private static Session as(Source source, Session session) {
        return source.invoker ? session : session.through(source.owner);
    }

    /// A row of the table that the view shows to the session.
    ///
    /// @param refresh the session that filled a materialized view: its owner's, with any settings
    /// @param guarded whether the view's own conditions count
    /// @param same the row, if it is given
    private Slot shown(
            Encoding e, Source source, Session session, Session refresh, boolean guarded, Optional<Slot> same) {
        var reader = source.stored ? refresh : as(source, session);
        var whole = guarded
                && Encoding.isPlain(source.query)
                && e.tables(source.query).values().stream().allMatch(Relation::isTable);
        var scope = new TreeMap<Integer, Slot>();
        e.tables(source.query).forEach((place, table) -> {
            if (whole || place == source.place) {
                scope.put(place, place == source.place && same.isPresent() ? same.get() : e.there(table));
            }
        });
        var row = scope.get(source.place);
        scope.values().forEach(each -> e.script().require(e.passes(each, reader, Gate.SELECT)));
        if (whole) {
            var place = Place.of(reader).in(scope);
            conditions(source.query).forEach(condition -> e.script().require(e.isTrue(condition, place)));
        }
        return row;
    }

    private static Stream<Expr> conditions(Query query) {
        return Stream.concat(query.where().stream(), query.on().stream());
    }
}
