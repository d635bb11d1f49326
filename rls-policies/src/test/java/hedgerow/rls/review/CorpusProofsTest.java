package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.load.LoadedDatabase;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Holds proofs to the labels of the corpus, which attacks have confirmed.
class CorpusProofsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final List<String> unseenOnes = new ArrayList<>();

    @Test
    void claims_are_refuted_where_an_attack_was_seen_and_nowhere_else() throws SQLException {
        var wrong = new ArrayList<String>();
        var kinds = new TreeMap<String, Integer>();
        try (var connection = DATABASE.admin()) {
            for (var each : CorpusCase.all()) {
                if (CorpusTest.isWanted(each) && each.runsOn(DATABASE.major())) {
                    for (var bad : List.of(true, false)) {
                        var script = bad ? "bad.sql" : "good.sql";
                        Proofs proofs;
                        if (each.preset().isPresent()) {
                            try (var loaded = LoadedDatabase.load(
                                    List.of(each.file(script)), EmbeddedPostgres.USUAL, each.preset(), _ -> {})) {
                                var reviewed = new Reviewer(
                                                RuleCatalog.load(), each.config(), _ -> false)
                                        .review(loaded.connection(), loaded.origin(), Progress.NONE);
                                loaded.connection().setAutoCommit(false);
                                proofs = Prover.prove(
                                        loaded.connection(),
                                        reviewed.catalog(),
                                        reviewed.settings(),
                                        ProveOptions.DEFAULTS,
                                        Optional.of(loaded.connection()),
                                        _ -> {});
                            }
                        } else {
                            try (var scratch = new Scratch(connection)) {
                                scratch.load(CorpusScore.USUAL_GRANTS);
                                scratch.load(bad ? each.bad() : each.good());
                                var settings =
                                        new SettingsReader(connection, RuleCatalog.load()).read(each.config());
                                proofs = Prover.prove(
                                        connection,
                                        Catalog.read(connection),
                                        settings,
                                        ProveOptions.DEFAULTS,
                                        Optional.of(connection),
                                        _ -> {});
                            }
                        }
                        compare(each, script, proofs, bad ? each.claims().bad() : each.claims().good(), wrong, kinds);
                    }
                }
            }
        }
        wrong.forEach(System.out::println);
        System.out.println(kinds);
        unseenOnes.forEach(one -> System.out.println("UNSEEN " + one));
        assertThat(wrong).isEmpty();
    }

    private static void compare(
            CorpusCase each,
            String script,
            Proofs proofs,
            Set<String> failing,
            List<String> wrong,
            TreeMap<String, Integer> kinds) {
        for (var cell : proofs.cells()) {
            var unseen = cell.verdict() instanceof Verdict.Refuted(var leak) && !leak.seen();
            kinds.merge(cell.kind() + " " + cell.verdict().id() + (unseen ? ", not seen" : ""), 1, Integer::sum);
            if (unseen) {
                unseenOnes.add("%s/%s %s %s %s".formatted(each.name(), script, line(cell), cell.claim(), ((Verdict.Refuted) cell.verdict()).leak().unseen() + ((Verdict.Refuted) cell.verdict()).leak().story()));
            }
        }
        for (var claim : Claim.values()) {
            var expected = failing.contains(claim.id()) ? "refuted" : "proved";
            var said = proofs.summary(claim);
            kinds.merge(expected + " -> " + said, 1, Integer::sum);
            if (!said.equals(expected)) {
                wrong.add("%s/%s %s: %s, expected %s %s"
                        .formatted(each.name(), script, claim.id(), said, expected, proofs.cells().stream()
                                .filter(cell -> cell.claim() == claim
                                        && (expected.equals("refuted") || !(cell.verdict() instanceof Verdict.Proved)))
                                .map(CorpusProofsTest::line)
                                .limit(4)
                                .collect(Collectors.joining("; "))));
            }
        }
    }

    private static String line(Cell cell) {
        return "%s %s %s: %s"
                .formatted(
                        cell.roles(),
                        cell.object(),
                        cell.gate(),
                        cell.verdict() instanceof Verdict.Unknown(var reasons)
                                ? "unknown " + reasons
                                : cell.verdict().id());
    }
}
