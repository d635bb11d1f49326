package hedgerow.rls.review;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.probe.Attempt;
import hedgerow.rls.probe.Outcome;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.RowDiff;
import hedgerow.rls.prove.Verdict;
import hedgerow.rls.report.Diff;
import hedgerow.rls.review.MutationOperator.Mutation;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Schemas of the corpus, each with one mistake, and what the three tools and the attacks of the case say of them.
final class SchemaMutants {

    private static final Pattern ONLY = Pattern.compile(System.getProperty("mutants.only", ""));

    private SchemaMutants() {}

    private static String name(Corpus.Schema schema, Mutation mutation) {
        return "%s %s: %s".formatted(schema, mutation.operator(), mutation.target());
    }

    /// The verdicts about a mutant.
    ///
    /// @param before the verdict about the schema
    /// @param after the verdict about the mutant
    /// @param attacked claims that an attack of the case breaks
    /// @param nothingWeaker whether a comparison of the catalogs finds that nobody reaches more than before
    record Judged(
            Corpus.Schema schema,
            Mutation mutation,
            Corpus.Verdicts before,
            Corpus.Verdicts after,
            Set<String> attacked,
            boolean nothingWeaker) {

        /// Attacks of the probe that get by, and did not before.
        Set<String> leaks() {
            return fresh(leaks(before), leaks(after));
        }

        private static Set<String> leaks(Corpus.Verdicts verdicts) {
            return Agreement.leaks(verdicts).stream()
                    .map(leak ->
                            "%s %s, %s as %s".formatted(leak.claim().id(), leak.object(), leak.gate(), leak.role()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        /// Cells that are refuted, and were not before.
        Set<String> refuted() {
            return fresh(cells(before, Verdict.Refuted.class), cells(after, Verdict.Refuted.class));
        }

        /// Cells that are undecided, and were not before.
        Set<String> unknown() {
            return fresh(cells(before, Verdict.Unknown.class), cells(after, Verdict.Unknown.class));
        }

        /// Everything that is not decided, with the reasons, and was before.
        Set<String> open() {
            var open = new TreeSet<String>();
            for (var cell : after.proofs().cells()) {
                if (cell.verdict() instanceof Verdict.Unknown(var reasons)) {
                    cell.roles().stream()
                            .map(role -> name(cell, role))
                            .filter(unknown()::contains)
                            .forEach(name -> open.add("unknown: %s: %s".formatted(name, String.join("; ", reasons))));
                }
            }
            after.attempts().gaps().stream()
                    .filter(gap -> !before.attempts().gaps().contains(gap))
                    .forEach(gap -> open.add("gap: " + gap));
            for (var claim : Claim.values()) {
                if (after.attempts().summary(claim) != before.attempts().summary(claim)) {
                    after.attempts().cells().stream()
                            .filter(cell -> cell.claim() == claim
                                    && cell.outcome() == after.attempts().summary(claim))
                            .forEach(cell -> open.add("%s: %s %s, %s as %s: %s: %s"
                                    .formatted(
                                            cell.outcome(),
                                            claim.id(),
                                            cell.object(),
                                            cell.gate(),
                                            cell.role(),
                                            cell.attack(),
                                            cell.reason())));
                }
            }
            return open;
        }

        private static Set<String> cells(Corpus.Verdicts verdicts, Class<? extends Verdict> kind) {
            return verdicts.proofs().cells().stream()
                    .filter(cell -> kind.isInstance(cell.verdict()))
                    .flatMap(cell -> cell.roles().stream().map(role -> name(cell, role)))
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        private static String name(Cell cell, String role) {
            return "%s %s, %s as %s".formatted(cell.claim().id(), cell.object(), cell.gate(), role);
        }

        /// Disagreements that the schema itself does not show.
        Agreement agreement() {
            var was = Agreement.of(schema, before);
            var is = Agreement.of(schema, after);
            return new Agreement(
                    fresh(was.proved(), is.proved()),
                    fresh(was.unknown(), is.unknown()),
                    fresh(was.passed(), is.passed()));
        }

        /// Claims that an attack of the case breaks although they are proved, or although the review passes. Whom the
        /// case takes for nobody can be somebody of the mutant, who sees foreign rows: then that is refuted.
        Set<String> attackedUnnoticed() {
            return attacked.stream()
                    .filter(_ -> mutation.operator().outside().isEmpty())
                    .filter(claim -> isProved(claim) || !after.isFlawed() && !after.undecided())
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        private boolean isProved(String id) {
            return Arrays.stream(Claim.values())
                    .anyMatch(claim -> claim.id().equals(id)
                            && after.proofs().summary(claim).equals("proved")
                            && !(claim == Claim.UNBOUND_SEES_NOTHING && isRefuted(Claim.DISJOINT_READS)));
        }

        private boolean isRefuted(Claim claim) {
            return after.proofs().summary(claim).equals("refuted");
        }

        private static Set<String> fresh(Set<String> before, Set<String> after) {
            var fresh = new TreeSet<>(after);
            fresh.removeAll(before);
            return fresh;
        }

        boolean isKilled() {
            return !leaks().isEmpty() || !refuted().isEmpty();
        }

        /// Why a mutant that is not killed breaks no claim that held before; empty if it may.
        Optional<String> equivalence() {
            if (mutation.operator().outside().isPresent()) {
                return mutation.operator().outside();
            }
            if (!attacked.isEmpty()) {
                return Optional.empty();
            }
            if (nothingWeaker) {
                return Optional.of("by its catalog, nobody reaches more than before");
            }
            if (!unknown().isEmpty()
                    || !after.attempts().gaps().equals(before.attempts().gaps())) {
                return Optional.empty();
            }
            if (unchecked(after) <= unchecked(before)) {
                return Optional.of("each claim is proved, and attacked as before");
            }
            return uncontrolled().allMatch(Judged::isDeniedToAll)
                    ? Optional.of("each claim is proved, and where it was attacked the rightful tenant is denied, too")
                    : Optional.empty();
        }

        /// Claims that the probe could not check.
        private static long unchecked(Corpus.Verdicts verdicts) {
            return Arrays.stream(Claim.values())
                    .filter(claim -> verdicts.attempts().summary(claim) == Outcome.COULD_NOT_CHECK)
                    .count();
        }

        /// The attacks that could be checked before. They were carried out again, and nothing came of them.
        private Stream<Attempt> uncontrolled() {
            var checked = before.attempts().cells().stream()
                    .filter(attempt -> attempt.outcome() == Outcome.HELD)
                    .map(Judged::place)
                    .collect(Collectors.toSet());
            return after.attempts().cells().stream()
                    .filter(attempt -> attempt.outcome() == Outcome.COULD_NOT_CHECK)
                    .filter(attempt -> checked.contains(place(attempt)));
        }

        private static List<Object> place(Attempt attempt) {
            return List.of(attempt.claim(), attempt.object(), attempt.gate(), attempt.role(), attempt.attack());
        }

        /// Whether the rightful tenant's statement has no effect, or the server refuses everybody's with an error.
        private static boolean isDeniedToAll(Attempt attempt) {
            return attempt.reason().contains("the rightful tenant")
                    || attempt.reason().matches("(23502|42P01|55000): .*")
                    || attempt.reason().equals("the control was not run");
        }

        @Override
        public String toString() {
            return SchemaMutants.name(schema, mutation);
        }
    }

    /// Chooses mutants of each operator in turn, up to `number` altogether.
    static Map<Corpus.Schema, List<Mutation>> chosen(
            HedgerowDatabase database, List<Corpus.Schema> schemas, int number, long seed) throws SQLException {
        var random = new Random(seed);
        var byOperator = new TreeMap<String, List<Map.Entry<Corpus.Schema, Mutation>>>();
        var operators = MutationOperator.all();
        try (var connection = database.admin()) {
            for (var schema : schemas) {
                try (var _ = Corpus.open(schema, connection)) {
                    MutationOperator.of(connection, operators).stream()
                            .filter(mutation ->
                                    ONLY.matcher(name(schema, mutation)).find())
                            .forEach(mutation -> byOperator
                                    .computeIfAbsent(mutation.operator().name(), _ -> new ArrayList<>())
                                    .add(Map.entry(schema, mutation)));
                }
            }
        }
        byOperator.values().forEach(mutations -> Collections.shuffle(mutations, random));
        var order = new ArrayList<>(byOperator.values());
        Collections.shuffle(order, random);
        var most = order.stream().mapToInt(List::size).max().orElse(0);
        var chosen = new LinkedHashMap<Corpus.Schema, List<Mutation>>();
        for (var round = 0; round < most; round++) {
            for (var mutations : order) {
                if (round < mutations.size() && size(chosen) < number) {
                    var mutant = mutations.get(round);
                    chosen.computeIfAbsent(mutant.getKey(), _ -> new ArrayList<>())
                            .add(mutant.getValue());
                }
            }
        }
        return chosen;
    }

    private static int size(Map<Corpus.Schema, List<Mutation>> chosen) {
        return chosen.values().stream().mapToInt(List::size).sum();
    }

    /// Judges them one by one.
    ///
    /// @param judged gets each
    /// @param stillborn gets those that the server refuses to make
    static void judge(
            HedgerowDatabase database,
            Map<Corpus.Schema, List<Mutation>> mutants,
            Consumer<Judged> judged,
            Consumer<String> stillborn)
            throws SQLException, IOException {
        try (var connection = database.admin()) {
            for (var each : mutants.entrySet()) {
                try (var scratch = Corpus.open(each.getKey(), connection)) {
                    new Bench(each.getKey(), scratch, connection).judge(each.getValue(), judged, stillborn);
                }
            }
        }
    }

    /// One schema, as it is and with a mistake.
    private static final class Bench {

        private final Corpus.Schema schema;
        private final Scratch scratch;
        private final Connection connection;
        private final Corpus.Verdicts before;
        private final Diff.Side side;

        Bench(Corpus.Schema schema, Scratch scratch, Connection connection) throws SQLException {
            this.schema = schema;
            this.scratch = scratch;
            this.connection = connection;
            this.before = verdicts();
            this.side = side();
        }

        void judge(List<Mutation> mutations, Consumer<Judged> judged, Consumer<String> stillborn)
                throws SQLException, IOException {
            for (var mutation : mutations) {
                var mark = scratch.mark();
                if (isMade(mutation, stillborn)) {
                    judged.accept(judged(mutation));
                }
                scratch.backTo(mark);
            }
        }

        private boolean isMade(Mutation mutation, Consumer<String> stillborn) {
            try {
                scratch.load(mutation.sql());
                return true;
            } catch (SQLException e) {
                stillborn.accept(
                        "%s %s: %s: %s".formatted(schema, mutation.operator(), mutation.target(), e.getMessage()));
                return false;
            }
        }

        private Judged judged(Mutation mutation) throws SQLException, IOException {
            try {
                var after = verdicts();
                var sides = new Judged(schema, mutation, before, after, attacked(), false);
                return sides.isKilled()
                        ? sides
                        : new Judged(schema, mutation, before, after, sides.attacked, isNothingWeaker(mutation));
            } catch (SQLException | RuntimeException | Error e) {
                throw new AssertionError("%s %s: %s".formatted(schema, mutation.operator(), mutation.sql()), e);
            }
        }

        private Corpus.Verdicts verdicts() throws SQLException {
            var mark = scratch.mark();
            var verdicts = Corpus.verdicts(schema, scratch, connection);
            scratch.backTo(mark);
            return verdicts;
        }

        /// The settings that it makes are taken back: who reads them again would believe them, whatever has changed.
        private Diff.Side side() throws SQLException {
            var mark = scratch.mark();
            var settings = new SettingsReader(connection, RuleCatalog.load())
                    .read(schema.of().config());
            var side = new Diff.Side(Catalog.read(connection), settings);
            scratch.backTo(mark);
            return side;
        }

        /// Constraints are not compared.
        private boolean isNothingWeaker(Mutation mutation) throws SQLException {
            var after = side();
            var rows = new RowDiff(rows(side), rows(after), Duration.ofSeconds(2));
            return !mutation.sql().contains("constraint")
                    && !Diff.of(side, after, rows).fails();
        }

        private RowDiff.Side rows(Diff.Side of) {
            return new RowDiff.Side(connection, of.catalog(), of.settings(), Optional.empty());
        }

        private Set<String> attacked() throws SQLException, IOException {
            var attacked = new TreeSet<String>();
            for (var script : schema.of().scripts("attack-").entrySet()) {
                if (isSeen(script.getValue())) {
                    attacked.add(script.getKey());
                }
            }
            attacked.removeAll(schema.failing());
            return attacked;
        }

        /// Whoever must log in is left out.
        private boolean isSeen(Path script) throws SQLException, IOException {
            var text = Files.readString(script);
            var mark = scratch.mark();
            try {
                return !CorpusAttack.CONNECT.matcher(text).find() && CorpusAttack.isSeen(connection, text);
            } finally {
                scratch.backTo(mark);
            }
        }
    }
}
