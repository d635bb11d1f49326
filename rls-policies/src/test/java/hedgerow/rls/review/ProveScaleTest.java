package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.HedgerowDatabase;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The work grows moderately with tables, roles and depth. With `-Dscale` it is measured in time and
/// memory; otherwise in questions.
class ProveScaleTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LIMIT_OF_MEMBERSHIPS = Duration.ofSeconds(60);
    private static final long MEMORY = 1L << 30;
    private static final Pattern DECIDED = Pattern.compile("decided \\d+ cells by (\\d+) questions");

    /// The cost of a proof.
    ///
    /// @param spent by this thread, on a machine that others use too
    private record Taken(Proofs proofs, int questions, Duration spent, long memory) {}

    @Test
    void twice_the_tables_of_the_same_kinds_need_no_more_questions() throws SQLException {
        var some = prove(new LargeSchema(20, 4, 5, 1, 1));
        var twice = prove(new LargeSchema(40, 4, 5, 1, 1));
        assertThat(twice.proofs.cells()).hasSizeGreaterThan(some.proofs.cells().size() * 3 / 2);
        assertThat(twice.questions).isEqualTo(some.questions);
        assertThat(some.proofs.cells())
                .as("none of them leaks")
                .noneMatch(cell -> cell.verdict() instanceof Verdict.Refuted);
    }

    /// The policies of each table read a table of their own, so that each is asked by itself.
    @Test
    void twice_the_tables_that_read_others_need_at_most_twice_the_questions() throws SQLException {
        var some = prove(new LargeSchema(20, 4, 5, 2, 1));
        var twice = prove(new LargeSchema(40, 4, 5, 2, 1));
        assertThat(twice.questions).isLessThanOrEqualTo(2 * some.questions);
    }

    @Test
    void an_answer_that_is_taken_over_is_the_answer_itself() throws SQLException {
        var alike = prove(new LargeSchema(10, 3, 2, 2, 1)).proofs.cells();
        var alone = prove(new LargeSchema(10, 3, 2, 2, 1), true).proofs.cells();
        assertThat(alike.stream().map(ProveScaleTest::line))
                .containsExactlyElementsOf(
                        alone.stream().map(ProveScaleTest::line).toList());
    }

    private static String line(Cell cell) {
        return "%s %s %s %s %s"
                .formatted(
                        cell.claim(),
                        cell.object(),
                        cell.gate(),
                        cell.roles(),
                        cell.verdict().id());
    }

    @Test
    @EnabledIfSystemProperty(named = "scale", matches = ".*")
    void a_large_database_is_proved_in_time_and_memory() throws SQLException {
        for (var tables : new int[] {125, 250, 500}) {
            measure(new LargeSchema(tables, 100, 20, 1, 1), LIMIT);
        }
        for (var roles : new int[] {25, 50}) {
            measure(new LargeSchema(500, roles, 20, 1, 1), LIMIT);
        }
        measure(new LargeSchema(500, 100, 20, 2, 1), LIMIT);
        measure(new LargeSchema(500, 100, 20, 1, 50), LIMIT_OF_MEMBERSHIPS);
    }

    private static void measure(LargeSchema schema, Duration limit) throws SQLException {
        var taken = prove(schema);
        System.out.printf(
                "%s: %d policies, %d cells, %d questions, %d ms of CPU, %d MB, %s%n",
                schema,
                schema.tables() * 4 + schema.memberships(),
                taken.proofs.cells().size(),
                taken.questions,
                taken.spent.toMillis(),
                taken.memory >> 20,
                taken.proofs.cells().stream()
                        .collect(Collectors.groupingBy(
                                cell -> cell.verdict().id(), TreeMap::new, Collectors.counting())));
        assertThat(taken.spent).isLessThan(limit);
        assertThat(taken.memory).isLessThan(MEMORY);
    }

    private static Taken prove(LargeSchema schema) throws SQLException {
        return prove(schema, false);
    }

    /// Proves a schema.
    ///
    /// @param explain answers each question by itself
    private static Taken prove(LargeSchema schema, boolean explain) throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            schema.make(connection);
            ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
            var thread = ManagementFactory.getThreadMXBean();
            var begun = thread.getCurrentThreadCpuTime();
            var questions = new int[1];
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            var usual = ProveOptions.DEFAULTS;
            var options = new ProveOptions(
                    usual.claims(), usual.roles(), usual.objects(), usual.timeout(), explain, Optional.empty());
            var proofs =
                    Prover.prove(connection, Catalog.read(connection), settings, options, Optional.empty(), line -> {
                        var decided = DECIDED.matcher(line);
                        if (decided.matches()) {
                            questions[0] = Integer.parseInt(decided.group(1));
                        }
                    });
            var spent = Duration.ofNanos(thread.getCurrentThreadCpuTime() - begun);
            connection.rollback();
            return new Taken(proofs, questions[0], spent, peak());
        }
    }

    private static long peak() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
    }
}
