package hedgerow.rls.prove;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The verdicts on each claim, role by role, and whether a patch leaves them no worse.
final class Standing {

    /// A cell, for one of its roles.
    record Key(Claim claim, String object, String gate, String role) {}

    private final State state;
    private final Map<Key, Cell> cells = new HashMap<>();
    private final List<String> gaps;

    Standing(State state, Proofs proofs) {
        this.state = state;
        this.gaps = proofs.gaps();
        for (var cell : proofs.cells()) {
            keys(cell).forEach(key -> cells.merge(key, cell, Standing::worse));
        }
    }

    static List<Key> keys(Cell cell) {
        return cell.roles().stream()
                .map(role -> new Key(cell.claim(), cell.object(), cell.gate(), role))
                .toList();
    }

    private static Cell worse(Cell one, Cell other) {
        return Prover.badness(one.verdict()) >= Prover.badness(other.verdict()) ? one : other;
    }

    State state() {
        return state;
    }

    private Optional<Verdict> verdict(Key key) {
        return Optional.ofNullable(cells.get(key)).map(Cell::verdict);
    }

    boolean isRefuted(Key key) {
        return verdict(key).filter(Verdict.Refuted.class::isInstance).isPresent();
    }

    private boolean isProved(Key key) {
        return verdict(key).filter(Verdict.Proved.class::isInstance).isPresent();
    }

    /// Whether it is proved, or nobody has the privilege any longer.
    boolean isSettled(Key key) {
        return isProved(key) || verdict(key).isEmpty() && isGivenUp(key);
    }

    /// Whether the question disappeared for another reason, which does not settle it.
    private boolean isGivenUp(Key key) {
        return isWithoutPrivilege(key)
                || state.function(key.object)
                        .or(() -> state.triggered(key.object))
                        .filter(function -> !function.securityDefiner())
                        .isPresent();
    }

    private boolean isWithoutPrivilege(Key key) {
        var role = state.role(key.role).map(Role::oid).orElseThrow();
        return !isUnderReview(key.role)
                || state.relation(key.object)
                        .filter(relation -> !may(role, relation, Cell.commandOf(key.gate)))
                        .isPresent()
                || state.function(key.object)
                        .filter(function -> !state.model().gates().mayExecute(role, function))
                        .isPresent();
    }

    private boolean may(long role, Relation relation, String command) {
        var gates = state.model().gates();
        return command.equals("TRUNCATE")
                ? gates.mayTruncate(role, relation)
                : gates.may(role, relation, Command.valueOf(command));
    }

    /// Those of the keys that are no longer refuted.
    Set<Key> closed(Collection<Key> keys) {
        return keys.stream().filter(this::isSettled).collect(Collectors.toSet());
    }

    // --- after a patch -------------------------------------------------------------------------------------------

    /// The objection to a patch: a claim that is worse than before, or rows that nobody reaches any longer.
    ///
    /// @param closed the cells that it was meant for
    Optional<String> objection(Standing before, Set<Key> closed) {
        var gone = closed.stream()
                .filter(key -> verdict(key).isEmpty())
                .map(Key::object)
                .collect(Collectors.toSet());
        return Stream.of(
                        gaps.stream().filter(gap -> !before.gaps.contains(gap)),
                        before.cells.keySet().stream()
                                .filter(key -> !closed.contains(key))
                                .filter(key -> isWorse(before, key, gone)),
                        cells.keySet().stream()
                                .filter(key -> before.verdict(key).isEmpty() && isOpen(key)),
                        closed.stream().filter(key -> verdict(key).isEmpty() && !isStillReached(key)))
                .flatMap(found -> found)
                .findFirst()
                .map(Object::toString);
    }

    private boolean isOpen(Key key) {
        return switch (cells.get(key).verdict()) {
            case Verdict.Refuted _, Verdict.Unknown _ -> true;
            case Verdict.Proved _, Verdict.Closed _ -> false;
        };
    }

    private boolean isWorse(Standing before, Key key, Set<String> gone) {
        var now = verdict(key);
        if (now.isEmpty()) {
            return !gone.contains(key.object) && isUnderReview(key.role);
        }
        return switch (before.cells.get(key).verdict()) {
            case Verdict.Proved _ -> !(now.get() instanceof Verdict.Proved);
            case Verdict.Closed _ -> isOpen(key);
            case Verdict.Refuted _ -> now.get() instanceof Verdict.Closed;
            case Verdict.Unknown _ -> now.get() instanceof Verdict.Closed || now.get() instanceof Verdict.Refuted;
        };
    }

    private boolean isUnderReview(String role) {
        return state.role(role)
                .map(Role::oid)
                .filter(state.model().settings().subjects()::contains)
                .isPresent();
    }

    /// Whether rows are still reached after a privilege has gone. A view, a function or a trigger is
    /// dispensable for a role that can do the same itself; a table's rows belong to somebody who is left,
    /// there or through a parent.
    private boolean isStillReached(Key key) {
        if (isTable(key.object)) {
            return Stream.concat(Stream.of(key.object), parents(key.object))
                    .anyMatch(table -> isUsed(table, key.gate.equals("TRUNCATE") ? "SELECT" : key.gate));
        }
        if (key.gate.startsWith("EXECUTE, then") && !isStillUsed(key.object)) {
            return false;
        }
        var tables = state.model().catalog().relations().values().stream()
                .filter(relation -> relation.isTable() && key.gate.endsWith(" " + relation.quoted()))
                .map(Relation::quoted)
                .toList();
        return !tables.isEmpty()
                && tables.stream()
                        .allMatch(
                                table -> isUnderReview(key.role) ? isProved(way(key, table)) : isUsed(table, "SELECT"));
    }

    /// Whether a function by which sessions get an identity is still of use to somebody.
    private boolean isStillUsed(String function) {
        return cells.keySet().stream().anyMatch(key -> key.object.equals(function) && isProved(key));
    }

    private boolean isTable(String object) {
        return state.relation(object).filter(Relation::isTable).isPresent();
    }

    private Stream<String> parents(String table) {
        return state.relation(table).stream()
                .flatMap(relation -> relation.parents().stream())
                .flatMap(oid -> state.model().catalog().relation(oid).stream())
                .map(Relation::quoted);
    }

    /// Whether anybody may use it, and not only on foreign rows. Nobody has a right to TRUNCATE.
    private boolean isUsed(String table, String gate) {
        var command = Cell.commandOf(gate);
        return cells.keySet().stream()
                .anyMatch(key -> key.object.equals(table)
                        && (key.claim == Claim.DISJOINT_READS || key.claim == Claim.WRITES_STAY_HOME)
                        && Cell.commandOf(key.gate).equals(command)
                        && isProved(key));
    }

    /// The key by which the role does itself what was done for it.
    private static Key way(Key key, String table) {
        var command = Stream.of("INSERT", "UPDATE", "DELETE")
                .filter(each -> key.gate.contains(each + " of ") || key.gate.contains(each + " on conflict"))
                .findFirst();
        return command.isEmpty()
                ? new Key(Claim.DISJOINT_READS, table, "SELECT", key.role)
                : new Key(
                        Claim.WRITES_STAY_HOME,
                        table,
                        command.get().equals("UPDATE") ? "UPDATE old" : command.get(),
                        key.role);
    }

    /// The privileges that are gone, a line for each role and object.
    List<String> gone(Standing before) {
        return before.cells.keySet().stream()
                .filter(key -> verdict(key).isEmpty() && isWithoutPrivilege(key))
                .map(key -> !isUnderReview(key.role)
                        ? "nobody becomes " + key.role
                        : "%s: no %s of %s".formatted(key.role, Cell.commandOf(key.gate), key.object))
                .distinct()
                .sorted()
                .toList();
    }
}
