package hedgerow.rls.prove;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.ServerParser;
import hedgerow.rls.logic.Settings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Finds SQL that closes leaks, on a scratch copy of the database.
///
/// A patch is applied in a transaction, the catalogs are read again, and every claim is decided again. It
/// is a fix if the claims that it is meant for are proved, somebody still gets through, and no other claim
/// is worse than before. Fixes stay applied during the search for the next ones, so that the last decision
/// covers all of them together. At the end everything is rolled back.
///
/// Patches run as the superuser of the scratch copy, so that none of them runs code of the database: they
/// name its functions without calling them, and constraints are added over built-in types alone. Where the
/// server would run such code while it parses, no patch is tried.
public final class Fixer {

    private static final String SESSION = "set local lock_timeout = '10s'; set local statement_timeout = '1min'";
    /// The number of rounds: a view can be mended once its table is.
    private static final int MOST_ROUNDS = 2;
    private static final int MOST_COMPARED = 12;

    /// Reads the settings of a review anew, in the caller's transaction.
    @FunctionalInterface
    public interface Reading {
        Settings of(Connection connection) throws SQLException;
    }

    private final Connection scratch;
    private final Reading reading;
    private final Duration timeout;
    private final long end;
    private final Consumer<String> progress;
    private final List<Fix> fixes = new ArrayList<>();
    private final Set<Standing.Key> closed = new HashSet<>();
    private final Set<String> outOfTime = new HashSet<>();
    private Standing standing;

    private Fixer(Connection scratch, Reading reading, Duration timeout, Duration limit, Consumer<String> progress) {
        this.scratch = scratch;
        this.reading = reading;
        this.timeout = timeout;
        this.end = System.nanoTime() + limit.toNanos();
        this.progress = progress;
    }

    /// Finds fixes.
    ///
    /// @param scratch a superuser's session on a copy on which no leak was tried, in a transaction, whose
    ///     state is unchanged afterwards
    /// @param found verdicts of the database; cells that are refuted and not accepted are to be closed
    /// @param lacking the objects that the copy does not have as the database does, with the reason, as for
    ///     [Prover]
    /// @param timeout of one answer of the solver
    /// @param limit of time for all of it; cells beyond it are left
    /// @param progress gets a line for each patch that is tried
    public static Fixes find(
            Connection scratch,
            Reading reading,
            Proofs found,
            Map<String, String> lacking,
            Duration timeout,
            Duration limit,
            Consumer<String> progress)
            throws SQLException {
        var open = found.cells().stream().filter(Cell::isOpen).toList();
        if (open.isEmpty()) {
            return new Fixes(List.of(), List.of(), 0);
        }
        var start = scratch.setSavepoint();
        try {
            return new Fixer(scratch, reading, timeout, limit, progress).run(open, lacking);
        } finally {
            if (!scratch.isClosed()) {
                scratch.rollback(start);
            }
        }
    }

    private Fixes run(List<Cell> open, Map<String, String> lacking) throws SQLException {
        execute(SESSION);
        var hindrance = ServerParser.hindrance(scratch);
        if (hindrance.isPresent()) {
            return new Fixes(List.of(), left(open, _ -> Optional.of("not tried: " + hindrance.get())), open.size());
        }
        progress.accept("proving the copy");
        standing = standing(snapshot(), Set.of());
        var usable = open.stream().filter(cell -> lack(cell, lacking).isEmpty()).toList();
        for (var round = 0; round < MOST_ROUNDS && fixAll(usable); round++) {}
        return new Fixes(
                List.copyOf(fixes),
                left(
                        open.stream().filter(cell -> !isClosed(cell)).toList(),
                        cell -> lack(cell, lacking).map("not tried: the copy lacks %s"::formatted)),
                open.size());
    }

    /// Tries to fix all cells, and returns whether anything was fixed.
    private boolean fixAll(List<Cell> cells) throws SQLException {
        var before = fixes.size();
        var groups = new LinkedHashMap<String, List<Cell>>();
        cells.stream()
                .filter(cell -> !isClosed(cell))
                .forEach(cell -> groups.computeIfAbsent(leak(cell).cause(), _ -> new ArrayList<>())
                        .add(cell));
        var done = 0;
        for (var group : groups.entrySet()) {
            progress.accept("%s (%d of %d)".formatted(group.getKey(), ++done, groups.size()));
            var left = group.getValue().stream().filter(cell -> !isClosed(cell)).toList();
            if (!left.isEmpty()) {
                fix(group.getKey(), left, cells);
            }
        }
        return fixes.size() > before;
    }

    private static Leak leak(Cell cell) {
        return ((Verdict.Refuted) cell.verdict()).leak();
    }

    /// Whether a fix has closed it.
    private boolean isClosed(Cell cell) {
        return Standing.keys(cell).stream().allMatch(closed::contains);
    }

    private static Optional<String> lack(Cell cell, Map<String, String> lacking) {
        return lacking.entrySet().stream()
                .filter(each -> cell.object().equals(each.getKey())
                        || cell.object().endsWith(" on " + each.getKey())
                        || cell.gate().endsWith(" " + each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private List<Fixes.Left> left(List<Cell> cells, Function<Cell, Optional<String>> reason) {
        return cells.stream()
                .map(cell -> new Fixes.Left(
                        cell,
                        reason.apply(cell)
                                .orElse(
                                        outOfTime.contains(leak(cell).cause())
                                                ? "none found before time ran out"
                                                : "none found")))
                .toList();
    }

    // --- one cause -----------------------------------------------------------------------------------------------

    /// A patch that holds, and the verdicts after it.
    private record Tried(Candidate candidate, Set<Standing.Key> closes, Standing after, List<String> taken) {}

    /// Takes the first patch that closes all cells of a cause, otherwise the one that closes most.
    private void fix(String cause, List<Cell> cells, List<Cell> all) throws SQLException {
        var keys = cells.stream()
                .flatMap(cell -> Standing.keys(cell).stream())
                .filter(standing::isRefuted)
                .collect(Collectors.toSet());
        if (keys.isEmpty()) {
            return;
        }
        var best = Optional.<Tried>empty();
        for (var candidate : new Candidates(standing.state(), cause, cells).list()) {
            if (System.nanoTime() > end) {
                outOfTime.add(cause);
                break;
            }
            var most = best.map(tried -> tried.closes.size()).orElse(0);
            var tried = tried(candidate, keys, most);
            best = tried.isPresent() ? tried : best;
            if (best.filter(it -> it.closes.size() == keys.size()).isPresent()) {
                break;
            }
        }
        if (best.isPresent()) {
            take(cause, all, best.get());
        }
    }

    private void take(String cause, List<Cell> all, Tried tried) throws SQLException {
        for (var statement : tried.candidate.statements()) {
            execute(statement);
        }
        var fresh = all.stream()
                .flatMap(cell -> Standing.keys(cell).stream())
                .filter(key -> standing.isRefuted(key) && tried.after.isSettled(key) && closed.add(key))
                .collect(Collectors.toSet());
        standing = tried.after;
        fixes.add(new Fix(
                cause,
                tried.candidate.change(),
                tried.candidate.statements(),
                all.stream().flatMap(cell -> part(cell, fresh).stream()).toList(),
                tried.taken));
    }

    /// The cell for those of its roles for which it is closed.
    private static Optional<Cell> part(Cell cell, Set<Standing.Key> closed) {
        var roles = Standing.keys(cell).stream()
                .filter(closed::contains)
                .map(Standing.Key::role)
                .toList();
        return roles.isEmpty() ? Optional.empty() : Optional.of(cell.of(roles));
    }

    /// Tries a patch, which is rolled back again.
    private Optional<Tried> tried(Candidate candidate, Set<Standing.Key> keys, int most) throws SQLException {
        var before = scratch.setSavepoint();
        try {
            for (var statement : candidate.statements()) {
                execute(statement);
            }
            var now = snapshot();
            var closed = standing(now, keys).closed(keys);
            if (closed.size() <= most) {
                return Optional.empty();
            }
            var after = standing(now, Set.of());
            return after.closed(keys).containsAll(closed)
                            && after.objection(standing, closed).isEmpty()
                    ? taken(candidate, after, closed).map(taken -> new Tried(candidate, closed, after, taken))
                    : Optional.empty();
        } catch (SQLException e) {
            if (scratch.isClosed()) {
                throw e;
            }
            return Optional.empty();
        } finally {
            if (!scratch.isClosed()) {
                scratch.rollback(before);
            }
        }
    }

    /// The standing of the claims and objects of these keys alone.
    private Standing standing(Snapshot now, Set<Standing.Key> keys) throws SQLException {
        return standing(
                now,
                keys.stream().map(Standing.Key::claim).collect(Collectors.toSet()),
                keys.stream().map(Standing.Key::object).collect(Collectors.toSet()));
    }

    /// The present state of the database.
    private record Snapshot(Settings settings, Catalog catalog) {}

    private Snapshot snapshot() throws SQLException {
        var settings = reading.of(scratch);
        return new Snapshot(settings, Catalog.read(scratch));
    }

    private Standing standing(Snapshot now, Set<Claim> claims, Set<String> objects) throws SQLException {
        var options = new ProveOptions(claims, Set.of(), objects, timeout, false, Optional.empty());
        var proofs = Prover.strictly(scratch, now.catalog, now.settings, options, _ -> {});
        return new Standing(new State(scratch, now.catalog, now.settings), proofs);
    }

    private void execute(String sql) throws SQLException {
        try (var statement = scratch.createStatement()) {
            statement.execute(sql);
        }
    }

    // --- what goes -----------------------------------------------------------------------------------------------

    /// The access that a patch takes away, a line for each role and command; empty if the patch opens rows
    /// that were closed.
    private Optional<List<String>> taken(Candidate candidate, Standing after, Set<Standing.Key> closed)
            throws SQLException {
        var lines = new LinkedHashSet<>(after.gone(standing));
        var diff = new RowDiff(side(standing), side(after), timeout);
        for (var access : closed.stream()
                .flatMap(key -> access(key, after).stream())
                .distinct()
                .limit(MOST_COMPARED)
                .toList()) {
            var differences =
                    diff.compare(access.role, access.table, access.command).differences();
            if (candidate.changesPolicies() && differences.stream().anyMatch(Difference::after)) {
                return Optional.empty();
            }
            if (differences.stream().anyMatch(difference -> !difference.after())) {
                lines.add("%s: %s of %s reaches fewer rows".formatted(access.role, access.command, access.table));
            }
        }
        return Optional.of(List.copyOf(lines));
    }

    private RowDiff.Side side(Standing of) {
        var model = of.state().model();
        return new RowDiff.Side(scratch, model.catalog(), model.settings(), Optional.empty());
    }

    private record Access(String role, String table, Command command) {}

    /// The access to a table; other ways to rows are compared only by their claims.
    private static Optional<Access> access(Standing.Key key, Standing after) {
        return Arrays.stream(Command.values())
                .filter(command ->
                        command != Command.ALL && Cell.commandOf(key.gate()).equals(command.name()))
                .filter(_ -> after.state()
                        .relation(key.object())
                        .filter(Relation::isTable)
                        .isPresent())
                .map(command -> new Access(key.role(), key.object(), command))
                .findFirst();
    }
}
