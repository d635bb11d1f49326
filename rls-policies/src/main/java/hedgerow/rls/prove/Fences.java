package hedgerow.rls.prove;

import hedgerow.rls.body.Step;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Search;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Sessions;
import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Decides which rows that bodies read or write policies keep at home by themselves, whatever leads to them: a
/// question without a solution has none either if more is required. Many bodies share such a question, which is
/// much smaller than theirs.
final class Fences {

    private final Model model;
    private final Homes homes;
    private final Duration timeout;
    private final Map<Object, Boolean> known = new HashMap<>();
    private final Map<Step, Boolean> changing = new IdentityHashMap<>();

    Fences(Model model, Homes homes, Duration timeout) {
        this.model = model;
        this.homes = homes;
        this.timeout = timeout;
    }

    /// A row that a body reads or writes.
    ///
    /// @param bound whether the session has an identity; no row belongs to one without
    /// @param role whose session it is
    /// @param runner as whom it calls the first function, or fires the first trigger
    /// @param within the functions that lead to the row, each called by the one before it
    /// @param before the steps of these
    /// @param gate that the row passes
    record Access(
            boolean bound,
            long role,
            long runner,
            List<Function> within,
            List<Step> before,
            Relation table,
            Gate gate) {}

    boolean keep(Access access) {
        if (!access.table.isTable()
                || access.within.stream().anyMatch(Fences::sets)
                || access.before.stream().anyMatch(this::mayChange)) {
            return false;
        }
        var inside = inside(access, new Encoding(model, false), Session.of("s", access.role));
        var key = List.of(access.bound, access.role, inside.role(), inside.user(), access.table.oid(), access.gate);
        return known.computeIfAbsent(key, _ -> isKept(access, inside));
    }

    /// Whether a function changes settings that policies may read, by a SET clause.
    private static boolean sets(Function function) {
        return function.settings().stream().anyMatch(setting -> setting.split("=", 2)[0].contains("."));
    }

    /// Whether a step may change the session.
    private boolean mayChange(Step step) {
        return changing.computeIfAbsent(
                step,
                _ -> Bodies.calls(step, model.policies())
                        .anyMatch(call -> Sessions.isBuiltin(model.names(), call.function(), "set_config")));
    }

    private static Session inside(Access access, Encoding e, Session session) {
        var inside = session.as(access.runner);
        for (var function : access.within) {
            inside = e.within(function, inside);
        }
        return inside;
    }

    private boolean isKept(Access access, Session shape) {
        if (model.gates().isExempt(shape.role(), access.table)) {
            return false;
        }
        var e = new Encoding(model, false);
        var session = access.bound
                ? homes.bound(e, "s", access.role, access.table)
                : homes.unbound(e, access.role, access.table, Homes.Absence.MALFORMED);
        var row = access.gate.written() ? e.written(access.table) : e.there(access.table);
        e.script().require(e.passes(row, inside(access, e, session), access.gate));
        if (access.bound) {
            homes.requireForeignWithin(e, row, session);
        }
        return new Search(e, timeout, false).run() == Search.Found.NOTHING;
    }
}
