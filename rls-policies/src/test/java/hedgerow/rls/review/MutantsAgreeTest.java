package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.review.SchemaMutants.Judged;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Breaks clean schemas of the corpus, one mistake at a time, and holds `review`, `prove` and `probe` to one
/// another: what leaks is neither proved nor passed, and whatever breaks a claim is noticed. A build looks at
/// some mutants; hundreds:
///
///     mvn -q -pl rls-policies -am -Dtest=MutantsAgreeTest -Dmutants=500 -Dsurefire.failIfNoSpecifiedTests=false test
///
/// `-Dmutants.seed` chooses others, `-Dcorpus` the cases, and `-Dmutants.only` those whose names match an expression.
class MutantsAgreeTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    /// An operator whose mutants no proof decides: what a text does that a caller gives is unknown until it runs.
    private static final String UNDECIDABLE = "function-added-that-runs-a-text";

    private static final int NUMBER = Integer.getInteger("mutants", 40);
    private static final long SEED = Long.getLong("mutants.seed", 1);

    /// The schemas of a build.
    private static final Set<String> SAMPLE = Set.of(
            "update-moves-rows",
            "policy-to-a-role-that-one-may-become",
            "members-in-an-array",
            "cascade-across-tenants",
            "foreign-key-not-enforced",
            "truncate-through-a-group",
            "two-collations",
            "check-not-inherited");

    private static final int FEWEST_OPERATORS = 40;
    private static final double LEAST_KILLED = 0.99;
    private static final double LEAST_REFUTED = 0.9;

    /// By operator and schema.
    private static final Map<String, String> PROVED_AND_LEAKS = Map.of(
            "condition-is-not-false, supabase-user-metadata/good",
            "prove refutes it of a session without a tenant; the probe counts it as reads, too",
            "function-check-dropped, definer-sets-the-tenant/good",
            "prove refutes the function that binds the session to any tenant; the probe counts what it then writes,"
                    + " too",
            "parent-added, invitation-by-a-stranger/good membership-earned api.above_document",
            "prove refutes the write through the parent; the probe counts the row that it then reads as joined, too",
            "parent-added, supabase-recursion/good membership-earned",
            "prove refutes the write through the parent; the probe counts the row that it then reads as joined, too");

    /// By schema and claim.
    private static final Map<String, String> PASSED_AND_LEAKS = Map.of(
            "person-in-camel-case/good references-stay-home", "review: a reference between rows of people is a note");

    private static final String REFERS_TO_NOTHING =
            "the key includes the tenant: what it does not check refers to nothing, and not to another tenant's row";
    private static final String NO_KEY = "without the key no catalog shows that the column refers to anything";

    private static final String READ_ONCE_WRITTEN =
            "what a trigger looks up for a row: the prover says unknown, and the probe reads no row that it has"
                    + " written";
    private static final String GIVEN =
            "equivalent: policies check the row that a BEFORE trigger leaves, and the rows of the case's own attack"
                    + " become the attacker's";

    /// By schema and operator.
    private static final Map<String, String> SURVIVORS = Map.ofEntries(
            Map.entry("members-in-an-array/good", "an identity in an array is neither modelled nor attacked"),
            Map.entry(
                    "table-given-to-the-login",
                    "an owner can switch the policies off: the prover says unknown, and the probe changes no schema"),
            Map.entry(
                    "role-administers-another",
                    "it can make itself a member: the prover says unknown, and the probe, which does so, finds nothing"
                            + " open"),
            Map.entry(
                    "view-chain/good role-joins-without-set",
                    "it may alter the views that the role owns, as an owner may: neither tool changes the schema"),
            Map.entry(
                    "storage-captured-name/good unique-deferrable",
                    "a tenant that is part of a path: the prover says unknown, and the probe makes no such row"),
            Map.entry(
                    " row-security-off-stored: ",
                    "equivalent: what policies bind fails with 42501 in a session with row_security off"),
            Map.entry("reference-across-tenants/good reference-dropped", NO_KEY),
            Map.entry("reference-across-tenants/good reference-not-enforced", REFERS_TO_NOTHING),
            Map.entry("trip-on-a-boat-of-another-club/good reference-dropped", NO_KEY),
            Map.entry("cascade-across-tenants/good reference-not-enforced", REFERS_TO_NOTHING),
            Map.entry("trip-on-a-boat-of-another-club/good reference-not-enforced", REFERS_TO_NOTHING),
            Map.entry(
                    "supabase-header-tenant/good trigger-added-that-moves: api.membership",
                    "equivalent: nobody may write the table"),
            Map.entry("trigger-fills-in-anothers/good function-condition-true", READ_ONCE_WRITTEN),
            Map.entry("trigger-fills-in-anothers/good function-forgets-an-and", READ_ONCE_WRITTEN),
            Map.entry("definer-aggregate/good trigger-added-that-moves", GIVEN),
            Map.entry("definer-tells-one-bit/good trigger-added-that-moves", GIVEN),
            Map.entry(
                    "trigger-writes-the-tenant/good trigger-added-that-moves",
                    "equivalent: the trigger `pin` fires afterwards, and gives the row to the session's tenant again"),
            Map.entry(
                    "trigger-updates-by-id/good function-runs-as-caller",
                    "equivalent: the caller may not update the table, so that its statement fails"),
            Map.entry(
                    "worker-with-bypassrls/good role-bypassrls",
                    "it is the bad twin of the case: refuted, and a note of the review"),
            Map.entry(
                    "hasura-session/good function-has-a-default-tenant",
                    "equivalent: the default is no JSON, so that sessions without claims fail"));

    private static final List<Judged> JUDGED = new ArrayList<>();
    private static final List<String> STILLBORN = new ArrayList<>();

    @BeforeAll
    static void judge() throws SQLException, IOException {
        var clean = new ArrayList<>(Corpus.schemas(DATABASE.major()).stream()
                .filter(schema -> !schema.isBad() && schema.of().preset().isEmpty())
                .toList());
        Collections.shuffle(clean, new Random(SEED));
        var some = System.getProperty("mutants") == null
                ? clean.stream()
                        .filter(schema -> SAMPLE.contains(schema.of().name()))
                        .toList()
                : clean.subList(0, Math.min(clean.size(), NUMBER / 5));
        var mutants = SchemaMutants.chosen(DATABASE, some, NUMBER, SEED);
        SchemaMutants.judge(DATABASE, mutants, MutantsAgreeTest::note, STILLBORN::add);
        STILLBORN.forEach(mutant -> System.out.println("stillborn " + mutant));
        System.out.printf(
                "%d mutants: %d killed, %d equivalent, %d survive; %d leak, of which %d are refuted; %d stillborn%n",
                JUDGED.size(),
                JUDGED.stream().filter(Judged::isKilled).count(),
                JUDGED.stream()
                        .filter(each -> !each.isKilled() && each.equivalence().isPresent())
                        .count(),
                survivors().size(),
                leaking().count(),
                leaking().filter(each -> !each.refuted().isEmpty()).count(),
                STILLBORN.size());
    }

    private static void note(Judged each) {
        JUDGED.add(each);
        System.out.printf(
                "%-8s %s%s%n",
                each.isKilled() ? "killed" : each.equivalence().isPresent() ? "same" : "SURVIVES",
                each,
                each.isKilled() ? "" : each.equivalence().map(": "::concat).orElse(""));
        print("proved, and leaks", each, Agreement::proved);
        print("unknown, and leaks", each, Agreement::unknown);
        print("passed, and leaks", each, Agreement::passed);
        each.attackedUnnoticed().forEach(claim -> System.out.println("    attacked unnoticed: " + claim));
        if (!each.isKilled() && each.equivalence().isEmpty()) {
            each.open().forEach(reason -> System.out.println("    " + reason));
        }
    }

    private static void print(String what, Judged each, Function<Agreement, Collection<String>> cells) {
        cells.apply(each.agreement())
                .forEach(cell -> System.out.printf(
                        "    %s: %s <- %s%n", what, cell, each.mutation().sql()));
    }

    private static Stream<Judged> leaking() {
        return JUDGED.stream().filter(each -> !each.leaks().isEmpty());
    }

    private static List<Judged> survivors() {
        return JUDGED.stream()
                .filter(each -> !each.isKilled() && each.equivalence().isEmpty())
                .filter(MutantsAgreeTest::isUnexplained)
                .toList();
    }

    private static boolean isUnexplained(Judged each) {
        return SURVIVORS.keySet().stream().noneMatch(each.toString()::contains);
    }

    private static List<String> disagreements(Function<Agreement, Collection<String>> cells) {
        return JUDGED.stream()
                .flatMap(each -> cells.apply(each.agreement()).stream()
                        .map(cell ->
                                "%s, %s".formatted(each.mutation().operator().name(), cell)))
                .toList();
    }

    @Test
    void there_are_many_operators() {
        assertThat(MutationOperator.all()).hasSizeGreaterThanOrEqualTo(FEWEST_OPERATORS);
        assertThat(JUDGED.stream().map(each -> each.mutation().operator()).distinct())
                .hasSizeGreaterThan(NUMBER / 2 < FEWEST_OPERATORS ? NUMBER / 2 : FEWEST_OPERATORS);
    }

    @Test
    void a_mutant_that_leaks_is_not_proved() {
        assertThat(disagreements(Agreement::proved).stream()
                        .filter(cell -> PROVED_AND_LEAKS.keySet().stream().noneMatch(cell::startsWith)))
                .isEmpty();
    }

    @Test
    void a_mutant_that_leaks_is_not_passed() {
        assertThat(disagreements(Agreement::passed).stream()
                        .filter(cell -> PASSED_AND_LEAKS.keySet().stream().noneMatch(cell::contains)))
                .isEmpty();
    }

    @Test
    void most_mutants_that_leak_are_refuted() {
        var decidable = leaking()
                .filter(each -> !each.mutation().operator().name().equals(UNDECIDABLE))
                .toList();
        var refuted =
                decidable.stream().filter(each -> !each.refuted().isEmpty()).count();
        assertThat((double) refuted / decidable.size()).isGreaterThanOrEqualTo(LEAST_REFUTED);
    }

    @Test
    void an_attack_of_the_corpus_on_a_mutant_is_noticed() {
        assertThat(JUDGED.stream()
                        .filter(each -> !each.attackedUnnoticed().isEmpty())
                        .filter(MutantsAgreeTest::isUnexplained))
                .isEmpty();
    }

    @Test
    void whatever_is_not_equivalent_is_killed() {
        var killed = JUDGED.stream().filter(Judged::isKilled).count();
        assertThat((double) killed / (killed + survivors().size()))
                .as(survivors().toString())
                .isGreaterThanOrEqualTo(LEAST_KILLED);
    }
}
