package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.probe.Attempts;
import hedgerow.rls.probe.Outcome;
import hedgerow.rls.prove.Claim;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Compares the attacks of the probe with the labels of the corpus.
///
/// Only some cases: `-Dcorpus=supabase-*,guc-*`.
class CorpusProbeTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    /// Claims that fail, and that no attack breaks, with the missing ability.
    private static final Map<String, String> KNOWN_MISSES = Map.ofEntries(
            Map.entry("accessor-falls-back/bad unbound-sees-nothing", "a tenant that a function names"),
            Map.entry("assigned-within-a-clinic/bad membership-earned", "another person of the same tenant"),
            Map.entry("trigger-fills-in-anothers/bad disjoint-reads", "a row that is read once it was written"),
            Map.entry("api-function-enters-by-a-call/bad disjoint-reads", "a function that names another one"),
            Map.entry("api-function-enters-by-a-call/bad writes-stay-home", "a function that names another one"),
            Map.entry("api-function-enters-by-a-call/bad unbound-sees-nothing", "a function that names another one"),
            Map.entry("hasura-admin-claim/bad unbound-sees-nothing", "a claim that the probe does not set"),
            Map.entry("materialized-loop/bad disjoint-reads", "a state that no seeded row is in"),
            Map.entry("materialized-loop/bad unbound-sees-nothing", "a state that no seeded row is in"),
            Map.entry("members-in-an-array/bad disjoint-reads", "an identity in an array"),
            Map.entry(
                    "table-filled-by-a-function/bad disjoint-reads",
                    "a function that is not called with the tenant's name"),
            Map.entry(
                    "table-filled-by-a-function/bad writes-stay-home",
                    "a function that is not called with the tenant's name"),
            Map.entry(
                    "table-filled-by-a-function/bad unbound-sees-nothing",
                    "a function that is not called with the tenant's name"),
            Map.entry("trip-on-a-boat-of-another-club/bad writes-stay-home", "a cascade between members"),
            Map.entry("trip-on-a-boat-of-another-club/bad references-stay-home", "a reference between members"),
            Map.entry("audit-trigger/bad writes-stay-home", "a state that no seeded row is in"),
            Map.entry("cascade-to-rows-of-another-role/bad writes-stay-home", "a state that no seeded row is in"),
            Map.entry("claims-by-default/bad unbound-sees-nothing", "a state that no seeded row is in"),
            Map.entry("deferrable-key/bad disjoint-reads", "a state that no seeded row is in"),
            Map.entry("definer-comma-join/bad disjoint-reads", "a sum that the rows of both tenants do not change"),
            Map.entry("definer-comma-join/bad unbound-sees-nothing", "a state that no seeded row is in"),
            Map.entry("definer-dynamic-sql/bad writes-stay-home", "SQL that calls a function of the attacker"),
            Map.entry("foreign-table-read-directly/bad disjoint-reads", "a state that no seeded row is in"),
            Map.entry("foreign-table-read-directly/bad unbound-sees-nothing", "a state that no seeded row is in"),
            Map.entry("list-searched-as-text/bad disjoint-reads", "an identity that is compared by no equality"),
            Map.entry("list-searched-as-text/bad writes-stay-home", "an identity that is compared by no equality"),
            Map.entry("list-searched-by-like/bad disjoint-reads", "an identity that is compared by no equality"),
            Map.entry("list-searched-by-like/bad writes-stay-home", "an identity that is compared by no equality"),
            Map.entry("materialized-function/bad disjoint-reads", "a state that no seeded row is in"),
            Map.entry("materialized-function/bad unbound-sees-nothing", "a state that no seeded row is in"),
            Map.entry("member-reactivates-itself/bad membership-earned", "a member that is not active"),
            Map.entry("membership-through-a-view/bad unbound-sees-nothing", "what a view writes for nobody"),
            Map.entry("membership-through-a-view/bad writes-stay-home", "what a view writes for a stranger"),
            Map.entry("near-miss-shared-by-owner/good disjoint-reads", "rows that their owner shares"),
            Map.entry("near-miss-shared-by-owner/good references-stay-home", "rows that their owner shares"),
            Map.entry("near-miss-shared-by-owner/good unbound-sees-nothing", "rows that their owner shares"),
            Map.entry("nobody-of-a-tenant/bad disjoint-reads", "a state that no seeded row is in"),
            Map.entry("not-null-not-valid/bad unbound-sees-nothing", "a state that no seeded row is in"),
            Map.entry("partial-key/bad disjoint-reads", "a state that no seeded row is in"),
            Map.entry("plpgsql-quoted-by-hand/bad writes-stay-home", "SQL that calls a function of the attacker"),
            Map.entry("prefix-of-the-tenant/bad disjoint-reads", "a state that no seeded row is in"),
            Map.entry("prefix-of-the-tenant/bad writes-stay-home", "a state that no seeded row is in"),
            Map.entry("row-not-mentioned/bad disjoint-reads", "an identity that is compared with no column"),
            Map.entry("row-not-mentioned/bad writes-stay-home", "an identity that is compared with no column"),
            Map.entry("rule-runs-as-owner/bad writes-stay-home", "an expression that a rule evaluates twice"),
            Map.entry("storage-captured-name/bad disjoint-reads", "a tenant that is part of a path"),
            Map.entry("storage-captured-name/bad membership-earned", "a tenant that is part of a path"),
            Map.entry("supabase-anon-signup-leak/bad writes-stay-home", "a row without an owner"),
            Map.entry("supabase-anon-signup-leak/good unbound-sees-nothing", "a row without an owner"),
            Map.entry("supabase-invitations/good disjoint-reads", "a row that is found by its secret"),
            Map.entry("supabase-invitations/good unbound-sees-nothing", "a row that is found by its secret"),
            Map.entry("supabase-shadowed-helper/bad disjoint-reads", "a state that no seeded row is in"),
            Map.entry("supabase-shadowed-helper/bad writes-stay-home", "a state that no seeded row is in"),
            Map.entry("supabase-storage-prefix/bad disjoint-reads", "a tenant that is part of a path"),
            Map.entry("supabase-storage-prefix/bad unbound-sees-nothing", "a tenant that is part of a path"),
            Map.entry("supabase-storage-prefix/bad writes-stay-home", "a tenant that is part of a path"),
            Map.entry("tenant-role-by-membership/bad disjoint-reads", "a tenant whose roles are asked for by name"),
            Map.entry("tenant-role-by-membership/bad writes-stay-home", "a tenant whose roles are asked for by name"),
            Map.entry("two-collations/bad disjoint-reads", "a state that no seeded row is in"),
            Map.entry("two-collations/bad unbound-sees-nothing", "a state that no seeded row is in"),
            Map.entry("written-by-who-reads-nothing/bad references-stay-home", "a state that no seeded row is in"));

    /// Claims that hold by their label, and that an attack breaks.
    private static final Map<String, String> KNOWN_ALARMS = Map.of();

    private static final List<String> MISSED = new ArrayList<>();
    private static final List<String> ALARMS = new ArrayList<>();
    private static final List<String> DETAILS = new ArrayList<>();
    private static final TreeMap<String, Integer> CLAIMS = new TreeMap<>();

    @BeforeAll
    static void probe() throws SQLException {
        Corpus.all(DATABASE).forEach((schema, verdicts) -> note(schema, verdicts.attempts()));
        System.out.println("claims " + CLAIMS);
        DETAILS.forEach(System.out::println);
    }

    private static void note(Corpus.Schema schema, Attempts attempts) {
        if (Boolean.getBoolean("hedgerow.show")) {
            attempts.cells().forEach(System.out::println);
            attempts.gaps().forEach(System.out::println);
        }
        for (var claim : Claim.values()) {
            var fails = schema.failing().contains(claim.id());
            var outcome = attempts.summary(claim);
            CLAIMS.merge((fails ? "fails: " : "holds: ") + outcome.id(), 1, Integer::sum);
            var name = "%s %s".formatted(schema, claim.id());
            var why = attempts.cells().stream()
                    .filter(cell -> cell.claim() == claim && cell.outcome() == outcome)
                    .findFirst()
                    .map(cell -> ": %s %s: %s".formatted(cell.object(), cell.attack(), cell.reason()))
                    .orElse("");
            if (fails && outcome != Outcome.LEAKED) {
                MISSED.add(name);
                DETAILS.add("missed %s %s%s%s".formatted(name, outcome.id(), why, attempts.gaps()));
            } else if (!fails && outcome == Outcome.LEAKED) {
                ALARMS.add(name);
                DETAILS.add("false alarm " + name + why);
            } else if (outcome == Outcome.COULD_NOT_CHECK) {
                DETAILS.add("could not check %s%s%s".formatted(name, why, attempts.gaps()));
            }
        }
    }

    @Test
    void every_failing_claim_is_seen_to_leak() {
        assertThat(MISSED).isSubsetOf(KNOWN_MISSES.keySet());
    }

    @Test
    void no_claim_that_holds_is_reported_as_a_leak() {
        assertThat(ALARMS).isSubsetOf(KNOWN_ALARMS.keySet());
    }
}
