package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Holds proofs to the labels of the corpus, which attacks have confirmed. It prints how many are right:
///
///     mvn -q -pl rls-policies -am -Dtest=CorpusProofsTest -Dsurefire.failIfNoSpecifiedTests=false test
///
/// Only some cases: `-Dcorpus=supabase-*,guc-*`.
class CorpusProofsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    /// What is proved although an attack refutes it: each is a fault of the prover, or of what it takes
    /// for an identity.
    private static final Map<String, String> WRONGLY_PROVED = Map.of(
            "tenant-role-in-another/bad disjoint-reads", "a session is at home as its current role, not as its login",
            "tenant-role-in-another/bad writes-stay-home", "a session is at home as its current role, not as its login",
            "tenant-stored-for-a-function/bad disjoint-reads", "all sessions are at home where the accessor says",
            "tenant-stored-for-a-function/bad writes-stay-home", "all sessions are at home where the accessor says");

    /// What is refuted, and seen, although the label says that it holds.
    private static final Map<String, String> WRONGLY_REFUTED = Map.of(
            "api-table-forgotten/good disjoint-reads", "a table that is for everybody, which no configuration says",
            "api-table-forgotten/good unbound-sees-nothing",
                    "a table that is for everybody, which no configuration says",
            "invitation-by-a-stranger/good writes-stay-home", "an invitation is its organization's and its person's",
            "membership-through-a-view/bad writes-stay-home", "what a view writes for a stranger",
            "membership-through-a-view/bad unbound-sees-nothing", "what a view writes for nobody",
            "trigger-joins-a-club/good membership-earned", "an invitation that a trigger asks for leads to no tenant");

    /// Shares of all claims of all schemas that stay undecided, and of all cells.
    private static final double MOST_UNKNOWN_CELLS = 0.05;

    private static final List<String> PROVED = new ArrayList<>();
    private static final List<String> REFUTED = new ArrayList<>();
    private static final List<String> UNSEEN = new ArrayList<>();
    private static final TreeMap<String, Integer> CELLS = new TreeMap<>();
    private static final TreeMap<String, Integer> CLAIMS = new TreeMap<>();

    @BeforeAll
    static void prove() throws SQLException {
        CorpusProofs.all(DATABASE).forEach((schema, proved) -> note(schema.of(), schema.twin(), proved.proofs()));
        System.out.println("cells " + CELLS);
        System.out.println("claims " + CLAIMS);
    }

    private static void note(CorpusCase each, String schema, Proofs proofs) {
        for (var cell : proofs.cells()) {
            CELLS.merge(cell.kind() + " " + cell.verdict().id(), 1, Integer::sum);
            if (cell.verdict() instanceof Verdict.Refuted(var leak) && !leak.seen()) {
                UNSEEN.add("%s/%s %s %s".formatted(each.name(), schema, cell.object(), cell.gate()));
            }
        }
        var failing = schema.equals("bad") ? each.claims().bad() : each.claims().good();
        for (var claim : Claim.values()) {
            var fails = failing.contains(claim.id());
            var said = proofs.summary(claim);
            CLAIMS.merge((fails ? "fails: " : "holds: ") + said, 1, Integer::sum);
            var name = "%s/%s %s".formatted(each.name(), schema, claim.id());
            if (fails && said.equals("proved")) {
                PROVED.add(name);
            }
            if (!fails && said.equals("refuted")) {
                REFUTED.add(name);
            }
        }
    }

    @Test
    void nothing_is_proved_that_an_attack_refutes() {
        assertThat(PROVED).isSubsetOf(WRONGLY_PROVED.keySet());
    }

    @Test
    void nothing_is_refuted_that_holds() {
        assertThat(REFUTED).isSubsetOf(WRONGLY_REFUTED.keySet());
    }

    @Test
    void what_is_refuted_was_seen() {
        assertThat(UNSEEN).isEmpty();
    }

    @Test
    void little_stays_undecided() {
        var unknown = CELLS.entrySet().stream()
                .filter(cells -> cells.getKey().endsWith("unknown"))
                .mapToInt(Map.Entry::getValue)
                .sum();
        var all = CELLS.values().stream().mapToInt(Integer::intValue).sum();
        assertThat((double) unknown / all).isLessThan(MOST_UNKNOWN_CELLS);
    }
}
