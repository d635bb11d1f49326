package hedgerow.rls.probe;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.logic.LoginChecks;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.prove.Attacker;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Verdict;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Attacks the cells that the prover leaves open, on the stage on which it tries leaks.
public final class Undecided implements Attacker {

    /// The most objects that are attacked over the same rows.
    private static final int AT_ONCE = 16;

    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int LONGEST_LINE = 500;
    private static final Pattern SETTING = Pattern.compile("set local (?!session authorization|role )");

    private final Connection stage;
    private final Catalog catalog;
    private final Settings settings;
    private final Duration longest;
    private final Consumer<String> progress;

    /// Attacks on a stage, for at most about a minute.
    ///
    /// @param stage as for [Probe#run(Connection, Catalog, Settings, ProbeOptions, Consumer)]
    /// @param catalog of the stage
    public Undecided(Connection stage, Catalog catalog, Settings settings, Consumer<String> progress) {
        this(stage, catalog, settings, LONGEST, progress);
    }

    /// Attacks on a stage for some time: no statement begins after it.
    public Undecided(
            Connection stage, Catalog catalog, Settings settings, Duration longest, Consumer<String> progress) {
        this.stage = stage;
        this.catalog = catalog;
        this.settings = settings;
        this.longest = longest;
        this.progress = progress;
    }

    @Override
    public void attack(List<Cell> open, List<Cell> all, Consumer<Sighting> seen) throws SQLException {
        refuseLoginChecks();
        var begun = System.nanoTime();
        BooleanSupplier over = () -> System.nanoTime() - begun > longest.toNanos();
        var objects = List.copyOf(open.stream().map(Undecided::object).collect(Collectors.toCollection(TreeSet::new)));
        for (var first = 0; first < objects.size() && !over.getAsBoolean(); first += AT_ONCE) {
            var some = objects.subList(first, Math.min(objects.size(), first + AT_ONCE));
            var cells =
                    open.stream().filter(cell -> some.contains(object(cell))).toList();
            var attempts = Probe.run(stage, catalog, settings, options(cells), over, progress);
            cells.forEach(cell -> leak(cell, all, attempts)
                    .ifPresent(leak -> seen.accept(new Sighting(
                            cell,
                            leaks(cell, leak),
                            story(leak),
                            attempts.held().script(leak)))));
            if (stage.isClosed()) {
                throw new SQLException("the database's own code ended the session that attacks", "08006");
            }
        }
    }

    /// Attackers come by SET ROLE, unless the stage is a superuser's: code that asks who logged in would let the stage
    /// through, and not the attacker.
    private void refuseLoginChecks() throws SQLException {
        var asking = LoginChecks.in(catalog);
        if (asking.isPresent() && !Probe.isSuperuser(stage)) {
            throw new SQLException("%s asks who logged in, which is the loader here; the probe attacks as real logins"
                    .formatted(asking.get().quoted()));
        }
    }

    private static ProbeOptions options(List<Cell> cells) {
        return new ProbeOptions(
                cells.stream().map(Cell::claim).collect(Collectors.toSet()),
                ProbeOptions.DEFAULTS.logins(),
                cells.stream().flatMap(cell -> cell.roles().stream()).collect(Collectors.toSet()),
                cells.stream().map(Undecided::object).collect(Collectors.toSet()),
                ProbeOptions.DEFAULTS.timeout(),
                ProbeOptions.DEFAULTS.seed(),
                ProbeOptions.DEFAULTS.fuzz());
    }

    /// The object that is attacked: for a trigger or a rule, its table.
    private static String object(Cell cell) {
        return isOnTable(cell)
                ? cell.object().substring(cell.object().lastIndexOf(" on ") + " on ".length())
                : cell.object();
    }

    private static boolean isOnTable(Cell cell) {
        return cell.kind() == Cell.Kind.TRIGGER || cell.kind() == Cell.Kind.RULE;
    }

    /// The leak through a cell.
    private Optional<Attempt> leak(Cell cell, List<Cell> all, Attempts attempts) {
        if (isOnTable(cell) && !isTableHeld(cell, all)) {
            return Optional.empty();
        }
        return attempts.cells().stream()
                .filter(attempt -> attempt.outcome() == Outcome.LEAKED
                        && attempt.claim() == cell.claim()
                        && cell.roles().contains(attempt.role())
                        && attempt.object().equals(object(cell))
                        && isThrough(cell, attempt)
                        && isKnown(cell, attempt))
                .findFirst();
    }

    /// Whether the attacker is known to be of a tenant, if the claim is about tenants. Where policies ask for an
    /// identity in a way that nobody can read, a session without any setting is nobody's.
    private boolean isKnown(Cell cell, Attempt attempt) {
        return cell.claim() == Claim.UNBOUND_SEES_NOTHING
                || SETTING.matcher(attempt.statement()).find()
                || isOfNobody(cell);
    }

    /// Whether no policy asks who the session is: that of the table itself, or, of a function, any.
    private boolean isOfNobody(Cell cell) {
        return catalog.relations().values().stream()
                .filter(relation ->
                        cell.kind() == Cell.Kind.FUNCTION || relation.quoted().equals(object(cell)))
                .allMatch(relation -> relation.policies().isEmpty());
    }

    /// Whether the policies of a trigger's table are not what leaks.
    private static boolean isTableHeld(Cell cell, List<Cell> all) {
        return all.stream()
                .filter(each -> each.claim() == cell.claim()
                        && each.object().equals(object(cell))
                        && each.roles().stream().anyMatch(cell.roles()::contains))
                .allMatch(each -> each.verdict() instanceof Verdict.Proved || each.verdict() instanceof Verdict.Closed);
    }

    /// Whether the statement itself leaks, and not another one before it.
    private static boolean isThrough(Cell cell, Attempt attempt) {
        if (cell.claim() != Claim.MEMBERSHIP_EARNED
                && (attempt.attack().startsWith("write, then")
                        || attempt.attack().contains("after a call"))) {
            return false;
        }
        return switch (cell.kind()) {
            case TABLE, FOREIGN_TABLE, VIEW, MATERIALIZED_VIEW -> cell.command().equals(attempt.gate());
            case FUNCTION, TRIGGER, RULE -> true;
        };
    }

    private static List<String> leaks(Cell cell, Attempt leak) {
        return leak.attack().startsWith(Shadows.ATTACK)
                ? List.of(cell.kind() == Cell.Kind.FUNCTION ? "C07" : "B25", "D06")
                : List.of();
    }

    private static List<String> story(Attempt leak) {
        return Stream.concat(
                        Stream.of("there are rows of two tenants that differ in nothing but their owner"),
                        Stream.concat(
                                Stream.of(leak.statement().split("; (?=set local |select set_config)")),
                                Stream.of(leak.reason())))
                .map(line -> line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + " ..." : line)
                .limit(12)
                .toList();
    }
}
