package hedgerow.rls.logic;

import hedgerow.rls.smt.Script;
import hedgerow.rls.smt.Smt2File;
import hedgerow.rls.smt.Solver;
import hedgerow.rls.smt.SolverAnswer;
import hedgerow.rls.smt.Terms;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Looks for a state and sessions that satisfy an [Encoding].
///
/// A rule about existing rows is stated only for the rows of a model that violates it. Fewer statements are
/// weaker, so an unsatisfiable script stays so; and a model that violates no rule satisfies all of them.
public final class Search {

    /// The result of a search.
    public enum Found {
        /// No state and session satisfy it.
        NOTHING,
        /// A state and sessions satisfy it, whatever the values of unmodelled parts.
        CANDIDATE,
        /// A state and sessions may satisfy it, depending on unmodelled parts.
        UNDECIDED,
        /// The solver ran out of time, or gave up.
        GAVE_UP
    }

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Encoding encoding;
    private final Duration timeout;
    private final Script script;
    private final Solver solver;
    private final Set<Object> keyed = new HashSet<>();
    private final List<Script.Held> pending = new ArrayList<>();
    private final Set<String> pinned = new HashSet<>();
    private List<String> reasons = List.of();
    private boolean pinning;
    private int asked;
    private int stated = -1;
    private long start;

    /// A search.
    ///
    /// @param timeout of one answer of the solver, and of the processor time of all of them
    public Search(Encoding encoding, Duration timeout, boolean explained) {
        this.encoding = encoding;
        this.timeout = timeout;
        this.script = encoding.script();
        this.solver = new Solver(script, timeout, explained);
        encoding.model().searches().incrementAndGet();
    }

    public Found run() {
        start = THREADS.getCurrentThreadCpuTime();
        var first = solve();
        if (first != SolverAnswer.SATISFIABLE) {
            return first == SolverAnswer.UNSATISFIABLE ? Found.NOTHING : Found.GAVE_UP;
        }
        var flags = List.copyOf(script.unmodelled().keySet());
        var truths = solver.truths(flags);
        reasons = flags.stream()
                .filter(truths::get)
                .map(script.unmodelled()::get)
                .distinct()
                .toList();
        pinning = true;
        asked = script.length();
        pin();
        return switch (solve()) {
            case SATISFIABLE -> Found.CANDIDATE;
            case UNSATISFIABLE -> Found.UNDECIDED;
            case UNKNOWN -> Found.GAVE_UP;
        };
    }

    /// After [Found#CANDIDATE], or [#findAny()]: also requires the checks of its rows, so that they can be
    /// inserted.
    ///
    /// @return whether there are such rows
    public boolean complete() {
        encoding.slots().values().stream().flatMap(List::stream).forEach(encoding::ask);
        encoding.written().forEach(encoding::ask);
        start = THREADS.getCurrentThreadCpuTime();
        if (solve() != SolverAnswer.SATISFIABLE) {
            return false;
        }
        encoding.matchTexts();
        return solve() == SolverAnswer.SATISFIABLE;
    }

    /// Requires a state that also meets further demands.
    public boolean demand(Runnable more) {
        more.run();
        return complete();
    }

    /// Looks for a state and sessions that satisfy it for some values of the unmodelled parts.
    public boolean findAny() {
        start = THREADS.getCurrentThreadCpuTime();
        return solve() == SolverAnswer.SATISFIABLE;
    }

    /// The unmodelled parts that matter, after [Found#UNDECIDED].
    public List<String> reasons() {
        return reasons;
    }

    /// The assumptions of the proof, after [Found#NOTHING].
    public List<String> core() {
        return solver.core();
    }

    /// The question with its answer; for an undecided one, the question in which unmodelled parts may have
    /// any value.
    public Smt2File file(List<String> title, Found found) {
        return switch (found) {
            case NOTHING -> new Smt2File(title, SolverAnswer.UNSATISFIABLE, script.toString());
            case CANDIDATE -> new Smt2File(title, SolverAnswer.SATISFIABLE, script.toString());
            case UNDECIDED -> new Smt2File(title, SolverAnswer.SATISFIABLE, script.text(asked));
            case GAVE_UP -> new Smt2File(title, SolverAnswer.UNKNOWN, script.toString());
        };
    }

    /// The solver with the values of the model, after [Found#CANDIDATE] or [#findAny()].
    public Solver solver() {
        return solver;
    }

    /// Fixes unmodelled parts to NULL from here on.
    ///
    /// @return whether there was anything new
    private boolean pin() {
        var fresh = script.unmodelled().keySet().stream().filter(pinned::add).toList();
        fresh.forEach(flag -> script.require(Terms.not(flag)));
        return !fresh.isEmpty();
    }

    private SolverAnswer solve() {
        while (!isOver()) {
            // A fact may introduce a constant, about which there are facts.
            while (encoding.theory().extent() != stated) {
                stated = encoding.theory().extent();
                encoding.theory().state();
            }
            var answer = solver.check();
            if (answer != SolverAnswer.SATISFIABLE || !grow()) {
                return answer;
            }
        }
        return SolverAnswer.UNKNOWN;
    }

    /// Whether the processor time is spent; a script that grows with every answer takes long even if each answer
    /// is quick, and the rows of a join of many tables grow with the power of their number.
    private boolean isOver() {
        return THREADS.getCurrentThreadCpuTime() - start >= timeout.toNanos();
    }

    /// States the rules that the model violates.
    ///
    /// @return whether there were any
    private boolean grow() {
        var must = witnesses();
        pending.addAll(instances());
        if (isOver()) {
            return true;
        }
        var truths = solver.truths(pending.stream().map(Script.Held::term).toList());
        var broken = pending.stream().filter(held -> !truths.get(held.term())).toList();
        pending.removeAll(new HashSet<>(broken));
        var isPinned = pinning && pin();
        Stream.concat(must.stream(), broken.stream()).forEach(held -> script.require(held.label(), held.term()));
        return isPinned
                || !must.isEmpty()
                || !broken.isEmpty()
                || encoding.theory().extent() != stated;
    }

    private List<Script.Held> witnesses() {
        var waiting = List.copyOf(encoding.witnesses());
        var guards = solver.truths(waiting.stream().map(Encoding.Witness::guard).toList());
        var due =
                waiting.stream().filter(witness -> guards.get(witness.guard())).toList();
        encoding.witnesses().removeAll(due);
        return script.hold(() -> due.forEach(witness -> witness.body().run()));
    }

    private List<Script.Held> instances() {
        var slots = encoding.slots().values().stream().flatMap(List::stream).toList();
        var present = solver.truths(slots.stream().map(Slot::present).toList());
        var there = new LinkedHashSet<>(
                slots.stream().filter(slot -> present.get(slot.present())).toList());
        var rules = List.copyOf(encoding.rules());
        var guards = solver.truths(rules.stream().map(Encoding.Always::guard).toList());
        return script.hold(() -> {
            rules.stream().filter(rule -> guards.get(rule.guard())).forEach(rule -> instances(rule, there));
            there.forEach(slot -> keysAndChecks(slot, there));
            encoding.written().forEach(this::checks);
        });
    }

    private void instances(Encoding.Always rule, Set<Slot> there) {
        var tuples = Stream.of(List.<Slot>of());
        for (var table : rule.tables()) {
            var rows = encoding.slots().getOrDefault(table, List.of()).stream()
                    .filter(there::contains)
                    .toList();
            tuples = tuples.flatMap(tuple -> rows.stream()
                    .map(row -> Stream.concat(tuple.stream(), Stream.of(row)).toList()));
        }
        tuples.takeWhile(_ -> !isOver()).filter(rule.done()::add).forEach(rule.body());
    }

    /// States the checks of a slot. Columns that are used later are new to checks, and to keys.
    private void checks(Slot slot) {
        if (keyed.add(List.of(System.identityHashCode(slot), slot.columns().size()))) {
            encoding.check(slot);
        }
    }

    private void keysAndChecks(Slot slot, Set<Slot> there) {
        checks(slot);
        for (var other : encoding.slots().get(slot.table().oid())) {
            if (other == slot) {
                break;
            }
            var columns = slot.columns().size() + other.columns().size();
            if (there.contains(other)
                    && keyed.add(List.of(System.identityHashCode(slot), System.identityHashCode(other), columns))) {
                encoding.unique(other, slot);
            }
        }
    }
}
