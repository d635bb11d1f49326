package hedgerow.rls.prove;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Which rows of tables flow through views.
///
/// A view reads its tables as its owner, or as its reader if it is an invoker's. Its own conditions count only if it is
/// a security barrier: else a function in the reader's WHERE may see a row before they do.
final class Views {

    private static final int DEEPEST = 8;

    private final Model model;
    private final Tenancy tenancy;
    private final Homes homes;
    private final boolean explained;

    Views(Model model, Tenancy tenancy, Homes homes, boolean explained) {
        this.model = model;
        this.tenancy = tenancy;
        this.homes = homes;
        this.explained = explained;
    }

    /// A table that a view reads.
    ///
    /// @param place in the range table of `query`
    /// @param invoker whether it is read as the session's role; else as `owner`
    /// @param guarded whether the conditions of `query` count
    /// @param stored whether its rows were read when the view was refreshed, under no session's policies
    private record Source(
            Relation table, Query query, int place, boolean invoker, long owner, boolean guarded, boolean stored) {}

    List<Question> questions(Relation view, long role) {
        if (!model.gates().may(role, view, Command.SELECT)) {
            return List.of();
        }
        var sources = new ArrayList<Source>();
        var gaps = new ArrayList<String>();
        collect(view, true, 0L, false, new HashSet<>(), sources, gaps);
        var questions = new ArrayList<Question>();
        for (var source : sources) {
            if (tenancy.isTenantTable(source.table) && !isDenied(source, role)) {
                questions.add(reads(view, source, role));
                if (homes.canBeUnbound()) {
                    questions.add(unbound(view, source, role));
                }
            }
        }
        return questions;
    }

    private boolean isDenied(Source source, long role) {
        return !source.stored
                && !model.gates().may(source.invoker ? role : source.owner, source.table, Command.SELECT);
    }

    private void collect(
            Relation view, boolean invoker, long owner, boolean stored, Set<Long> open, List<Source> found, List<String> gaps) {
        if (view.viewTree().isEmpty() || open.size() > DEEPEST || !open.add(view.oid())) {
            return;
        }
        var ownRights = !view.isInvokerView();
        var materialized = view.kind() == Relation.Kind.MATERIALIZED_VIEW;
        for (var query : ExprReader.readQueries(view.viewTree().get(), model.names())) {
            collect(
                    query,
                    !ownRights && invoker,
                    ownRights ? view.owner() : owner,
                    isBarrier(view) || materialized,
                    stored || materialized,
                    open,
                    found,
                    gaps);
        }
        open.remove(view.oid());
    }

    private void collect(
            Query query,
            boolean invoker,
            long owner,
            boolean guarded,
            boolean stored,
            Set<Long> open,
            List<Source> found,
            List<String> gaps) {
        for (var i = 0; i < query.sources().size(); i++) {
            if (query.sources().get(i) instanceof Query.Source.Table(var oid, var ignored)) {
                var relation = model.catalog().relation(oid);
                if (relation.filter(Relation::isTable).isPresent()) {
                    found.add(new Source(relation.get(), query, i + 1, invoker, owner, guarded, stored));
                } else if (relation.isPresent()) {
                    collect(relation.get(), invoker, owner, stored, open, found, gaps);
                }
            }
        }
        query.queries().forEach(nested -> collect(nested, invoker, owner, false, stored, open, found, gaps));
        query.expressions()
                .flatMap(Walk::queries)
                .forEach(nested -> collect(nested, invoker, owner, false, stored, open, found, gaps));
    }

    private static boolean isBarrier(Relation view) {
        return view.options().stream().anyMatch(option -> option.matches("security_barrier=(true|on|yes|1)"));
    }

    // --- questions -----------------------------------------------------------------------------------------------

    private Question reads(Relation view, Source source, long role) {
        return question(Claim.DISJOINT_READS, view, source, role, guarded -> {
            var e = new Encoding(model, explained);
            var s = homes.bound(e, "s", role);
            var row = shown(e, source, s, guarded);
            var sessions = new ArrayList<>(List.of(s));
            if (homes.hasOwner(source.table)) {
                e.script().require(homes.theirs(e, row, s));
            } else {
                var other = homes.bound(e, "t", role);
                homes.different(e, s, other);
                e.script().require(source.stored ? "true" : e.passes(row, as(source, other), Gate.SELECT));
                sessions.add(other);
            }
            return new Question.Encoded(e, Map.of("row", row), sessions);
        });
    }

    private Question unbound(Relation view, Source source, long role) {
        return question(Claim.UNBOUND_SEES_NOTHING, view, source, role, guarded -> {
            var e = new Encoding(model, explained);
            var u = homes.unbound(e, role, source.table, Homes.Absence.MALFORMED);
            return new Question.Encoded(e, Map.of("row", shown(e, source, u, guarded)), List.of(u));
        });
    }

    private static Question question(
            Claim claim,
            Relation view,
            Source source,
            long role,
            Function<Boolean, Question.Encoded> encoded) {
        var ways = Stream.of(true, false)
                .filter(guarded -> guarded || !source.guarded)
                .<Supplier<Question.Encoded>>map(guarded -> () -> encoded.apply(guarded))
                .toList();
        var kind = view.kind() == Relation.Kind.MATERIALIZED_VIEW ? Cell.Kind.MATERIALIZED_VIEW : Cell.Kind.VIEW;
        return new Question(
                claim,
                role,
                view.quoted(),
                kind,
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
    /// @param guarded whether the view's own conditions count
    private Slot shown(Encoding e, Source source, Session session, boolean guarded) {
        var reader = as(source, session);
        var whole = guarded
                && Encoding.isPlain(source.query)
                && e.tables(source.query).values().stream().allMatch(Relation::isTable);
        var scope = new TreeMap<Integer, Slot>();
        e.tables(source.query).forEach((place, table) -> {
            if (whole || place == source.place) {
                scope.put(place, e.there(table));
            }
        });
        var row = scope.get(source.place);
        if (!source.stored) {
            scope.values().forEach(each -> e.script().require(e.passes(each, reader, Gate.SELECT)));
        }
        if (whole) {
            var place = Place.of(source.stored ? Session.of("refresh", source.owner) : reader).in(scope);
            conditions(source.query).forEach(condition -> e.script().require(e.isTrue(condition, place)));
        }
        return row;
    }

    private static Stream<Expr> conditions(Query query) {
        return Stream.concat(query.where().stream(), query.on().stream());
    }
}
