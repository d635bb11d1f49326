package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.load.LoadedDatabase;
import hedgerow.rls.probe.Attempt;
import hedgerow.rls.probe.Outcome;
import hedgerow.rls.probe.Probe;
import hedgerow.rls.probe.ProbeOptions;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Fix;
import hedgerow.rls.prove.Fixer;
import hedgerow.rls.prove.Fixes;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The fixes of the bad schemas of the corpus pass three tests of a database in which they ran: the prover,
/// which plays leaks there, the attacks of the corpus, and those of the probe.
///
/// A build tests some cases. All of them take some minutes, and print what was found:
///
///     mvn -q -pl rls-policies -am -Dtest=CorpusFixesTest -Dcorpus=* -Dsurefire.failIfNoSpecifiedTests=false test
class CorpusFixesTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final RuleCatalog RULES = RuleCatalog.load();

    /// The smallest share of the refuted and not accepted cells that are closed: in a build, and of
    /// whichever cases are named.
    private static final double LEAST_CLOSED = System.getProperty("corpus") == null ? 0.9 : 0.6;

    private static final Set<String> SAMPLE = Set.of(
            "blind-delete",
            "cascade-across-tenants",
            "definer-aggregate",
            "guc-table-forgotten",
            "immutable-accessor",
            "instead-of-trigger-as-definer",
            "materialized-dashboard",
            "supabase-self-promotion",
            "tenant-stored-for-the-database",
            "truncate-granted",
            "unset-or",
            "view-of-superuser");

    /// Cases in which nothing is fixed: there is no way to the rows but the one that leaks, or nothing in
    /// the schema knows the tenant.
    private static final Set<String> WITHOUT = Set.of("instead-of-trigger-as-definer");

    private static final Map<String, Found> FOUND = new TreeMap<>();

    private record Found(CorpusCase of, Fixes fixes) {

        /// The fixes, in whatever database they run.
        String sql() {
            return fixes.fixes().stream()
                    .map(Fix::statements)
                    .flatMap(List::stream)
                    .map(Found::inThisDatabase)
                    .collect(Collectors.joining(";\n"));
        }

        private static String inThisDatabase(String statement) {
            var words = statement.split(" ", 4);
            return statement.startsWith("alter database ")
                    ? "do $$ begin execute format('alter database %%I %s', current_database()); end $$"
                            .formatted(words[3])
                    : statement;
        }

        List<Cell> closed() {
            return fixes.fixes().stream().flatMap(fix -> fix.closes().stream()).toList();
        }

        Set<String> open() {
            return fixes.left().stream().map(left -> left.cell().claim().id()).collect(Collectors.toSet());
        }
    }

    @BeforeAll
    static void find() throws SQLException {
        for (var each : CorpusCase.all()) {
            if (isWanted(each)
                    && each.runsOn(DATABASE.major())
                    && !each.claims().bad().isEmpty()) {
                FOUND.put(each.name(), new Found(each, in(each, "", connection -> fixes(each, connection))));
            }
        }
        FOUND.forEach(CorpusFixesTest::print);
    }

    private static boolean isWanted(CorpusCase each) {
        return System.getProperty("corpus") == null ? SAMPLE.contains(each.name()) : CorpusTest.isWanted(each);
    }

    private static void print(String name, Found found) {
        var all = found.fixes.refuted();
        System.out.printf(
                "%s: %d of %d closed%n", name, all - found.fixes.left().size(), all);
        found.fixes
                .fixes()
                .forEach(fix -> System.out.printf(
                        "  %s: %s%n    %s%n    %s%n",
                        fix.cause(), fix.change(), String.join(";\n    ", fix.statements()), fix.taken()));
        found.fixes
                .left()
                .forEach(left -> System.out.printf(
                        "  left: %s %s %s %s%n",
                        left.cell().claim().id(),
                        left.cell().object(),
                        left.cell().gate(),
                        left.why()));
    }

    // --- databases -----------------------------------------------------------------------------------------------

    @FunctionalInterface
    private interface Work<T> {
        T of(Connection connection) throws SQLException;
    }

    /// Runs work in a transaction on the bad schema, after some further statements.
    private static <T> T in(CorpusCase each, String more, Work<T> work) throws SQLException {
        if (each.preset().isEmpty()) {
            try (var connection = DATABASE.admin();
                    var scratch = new Scratch(connection)) {
                scratch.load(Corpus.USUAL_GRANTS);
                scratch.load(each.bad());
                scratch.load(more);
                return work.of(connection);
            }
        }
        var files = List.of(each.file("bad.sql"));
        try (var loaded = LoadedDatabase.load(files, EmbeddedPostgres.USUAL, each.preset(), List.of(), _ -> {});
                var statement = loaded.connection().createStatement()) {
            loaded.connection().setAutoCommit(false);
            statement.execute(more);
            return work.of(loaded.connection());
        }
    }

    private static List<Cell> proved(CorpusCase each, Connection connection) throws SQLException {
        var settings = new SettingsReader(connection, RULES).read(each.config());
        var catalog = Catalog.read(connection);
        var proofs =
                Prover.prove(connection, catalog, settings, ProveOptions.DEFAULTS, Optional.of(connection), _ -> {});
        return AcceptedProofs.apply(each.config(), proofs, ProveOptions.DEFAULTS, LocalDate.now())
                .cells();
    }

    private static Fixes fixes(CorpusCase each, Connection connection) throws SQLException {
        return Fixer.find(
                connection,
                again -> new SettingsReader(again, RULES).read(each.config()),
                new Proofs(proved(each, connection), List.of(), List.of(), List.of()),
                Map.of(),
                Duration.ofSeconds(2),
                Duration.ofMinutes(5),
                _ -> {});
    }

    // --- what is found -------------------------------------------------------------------------------------------

    @Test
    void most_refuted_cells_are_closed() {
        var all =
                FOUND.values().stream().mapToInt(found -> found.fixes.refuted()).sum();
        var left = FOUND.values().stream()
                .mapToInt(found -> found.fixes.left().size())
                .sum();
        System.out.printf("closed %d of %d%n", all - left, all);
        assertThat(all - left).isGreaterThanOrEqualTo((int) (LEAST_CLOSED * all));
    }

    @Test
    void nothing_is_fixed_by_denying_everybody() {
        FOUND.values().stream()
                .filter(found -> WITHOUT.contains(found.of.name()))
                .forEach(found -> {
                    assertThat(found.fixes.fixes()).as(found.of.name()).isEmpty();
                    assertThat(found.fixes.left()).extracting(Fixes.Left::why).containsOnly("none found");
                });
    }

    @Test
    void the_prover_holds_on_a_fresh_database_that_a_closed_cell_is_proved() throws SQLException {
        for (var found : FOUND.values()) {
            var cells = in(found.of, found.sql(), connection -> proved(found.of, connection));
            for (var closed : found.closed()) {
                assertThat(cells.stream().filter(cell -> isSame(cell, closed)))
                        .as("%s: %s", found.of.name(), closed)
                        .allMatch(cell -> cell.verdict() instanceof Verdict.Proved);
            }
        }
    }

    private static boolean isSame(Cell cell, Cell other) {
        return cell.claim() == other.claim()
                && cell.object().equals(other.object())
                && cell.gate().equals(other.gate())
                && cell.roles().stream().anyMatch(other.roles()::contains);
    }

    @Test
    void an_attack_of_the_corpus_no_longer_succeeds() throws SQLException, IOException {
        for (var found : FOUND.values()) {
            var seen = new TreeMap<>(CorpusAttack.seenAfter(DATABASE, found.of, "bad.sql", found.sql()));
            seen.keySet().removeAll(found.open());
            assertThat(seen).as(found.of.name()).doesNotContainValue(true);
        }
    }

    /// An attack that could not be checked on the bad schema proves nothing here either.
    @Test
    void the_probe_gets_no_foreign_row_and_somebody_gets_his_own() throws SQLException {
        var ways = new ArrayList<String>();
        for (var found : FOUND.values()) {
            var attempts = in(found.of, found.sql(), connection -> attempts(found.of, connection));
            for (var closed : found.closed()) {
                var same = attempts.stream()
                        .filter(attempt -> isAbout(attempt, closed))
                        .toList();
                assertThat(same)
                        .as("%s: %s", found.of.name(), closed)
                        .noneMatch(attempt -> attempt.outcome() == Outcome.LEAKED);
                if (same.stream().anyMatch(attempt -> attempt.outcome() == Outcome.HELD)) {
                    ways.add(found.of.name());
                }
            }
        }
        System.out.printf("the probe has a control for %d closed cells%n", ways.size());
        assertThat(ways).isNotEmpty();
    }

    private static List<Attempt> attempts(CorpusCase each, Connection connection) throws SQLException {
        var settings = new SettingsReader(connection, RULES).read(each.config());
        return Probe.run(connection, Catalog.read(connection), settings, ProbeOptions.DEFAULTS, _ -> {})
                .cells();
    }

    private static boolean isAbout(Attempt attempt, Cell cell) {
        return attempt.claim() == cell.claim()
                && attempt.object().equals(cell.object())
                && attempt.gate().equals(cell.command())
                && cell.roles().contains(attempt.role());
    }
}
