package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import hedgerow.rls.probe.Outcome;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Compares the cases that docs/leaks.md names for `prove` and `probe` with the results of both: the schema
/// with the flaw is refuted, or seen to leak, and its twin is not. The rules' own schemas show what
/// `review` covers. This writes the columns:
///
///     mvn -q -pl rls-policies -am -Dtest=LeakCoverageTest -Dsurefire.failIfNoSpecifiedTests=false \
///         -Dhedgerow.write=true test
class LeakCoverageTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    /// A case on which all three tools can be compared.
    private record Pair(CorpusCase of, Corpus.Verdicts bad, Corpus.Verdicts good) {}

    private static List<Pair> pairs;
    private static List<LeakTable.Row> rows;

    @BeforeAll
    static void look() throws SQLException, IOException {
        assumeTrue(System.getProperty("corpus") == null, "the whole corpus");
        assumeTrue(DATABASE.major() == 18, "the version that the page is of");
        var corpus = Corpus.all(DATABASE);
        var byCase = corpus.keySet().stream().collect(Collectors.groupingBy(Corpus.Schema::of));
        pairs = byCase.entrySet().stream()
                .map(each -> new Pair(
                        each.getKey(),
                        corpus.get(new Corpus.Schema(each.getKey(), "bad")),
                        corpus.get(new Corpus.Schema(each.getKey(), "good"))))
                .sorted(Comparator.comparing((Pair pair) -> pair.of.leaks().size())
                        .thenComparing(pair -> pair.of.name()))
                .toList();
        if (Boolean.getBoolean("hedgerow.write")) {
            LeakTable.rewrite(row -> row.withCases(
                    chosen(row.leak(), row.proved(), LeakCoverageTest::isRefuted),
                    chosen(row.leak(), row.probed(), LeakCoverageTest::isSeen)));
        }
        rows = LeakTable.rows();
    }

    /// The case that is named already, if it still shows the leak.
    private static Optional<String> chosen(String leak, String link, BiPredicate<Pair, String> shows) {
        var showing = pairs.stream()
                .filter(pair -> shows.test(pair, leak))
                .map(pair -> pair.of.name())
                .toList();
        return LeakTable.named(link)
                .filter(showing::contains)
                .or(() -> showing.stream().findFirst());
    }

    /// Whether the leak is refuted under its own name.
    private static boolean isRefuted(Pair pair, String leak) {
        return pair.of.leaks().contains(leak) && names(pair.bad.proofs(), leak) && !names(pair.good.proofs(), leak);
    }

    private static boolean names(Proofs proofs, String leak) {
        return proofs.cells().stream()
                .anyMatch(cell -> cell.verdict() instanceof Verdict.Refuted(var seen)
                        && seen.seen()
                        && seen.ids().contains(leak));
    }

    /// Whether the leak is seen. Attacks do not name leaks; the label states that it is this one.
    private static boolean isSeen(Pair pair, String leak) {
        return pair.of.leaks().contains(leak)
                && Arrays.stream(Claim.values())
                        .anyMatch(claim -> pair.bad.attempts().summary(claim) == Outcome.LEAKED
                                && pair.good.attempts().summary(claim) != Outcome.LEAKED);
    }

    @Test
    void a_case_that_is_named_for_prove_is_refuted_and_its_twin_is_not() {
        assertThat(wrong(LeakTable.Row::proved, LeakCoverageTest::isRefuted)).isEmpty();
    }

    @Test
    void a_case_that_is_named_for_probe_leaks_and_its_twin_does_not() {
        assertThat(wrong(LeakTable.Row::probed, LeakCoverageTest::isSeen)).isEmpty();
    }

    @Test
    void whatever_a_case_shows_is_named() {
        assertThat(unnamed(LeakTable.Row::proved, LeakCoverageTest::isRefuted)).isEmpty();
        assertThat(unnamed(LeakTable.Row::probed, LeakCoverageTest::isSeen)).isEmpty();
    }

    private static List<String> wrong(Function<LeakTable.Row, String> column, BiPredicate<Pair, String> shows) {
        var showing = showing(shows);
        return rows.stream()
                .filter(row -> !column.apply(row).isBlank())
                .filter(row -> LeakTable.named(column.apply(row))
                        .filter(showing.getOrDefault(row.leak(), List.of())::contains)
                        .isEmpty())
                .map(LeakTable.Row::toString)
                .toList();
    }

    private static List<String> unnamed(Function<LeakTable.Row, String> column, BiPredicate<Pair, String> shows) {
        var showing = showing(shows);
        return rows.stream()
                .filter(row -> column.apply(row).isBlank() && showing.containsKey(row.leak()))
                .map(LeakTable.Row::toString)
                .toList();
    }

    /// The names of cases, by leak.
    private static Map<String, List<String>> showing(BiPredicate<Pair, String> shows) {
        var leaks = new ArrayList<String[]>();
        for (var pair : pairs) {
            pair.of.leaks().stream()
                    .filter(leak -> shows.test(pair, leak))
                    .forEach(leak -> leaks.add(new String[] {leak, pair.of.name()}));
        }
        return leaks.stream()
                .collect(Collectors.groupingBy(
                        each -> each[0], Collectors.mapping(each -> each[1], Collectors.toList())));
    }
}
