package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Compares the claims in the labels of the corpus with attacks: where a claim is labelled as failing, its
/// attack is seen on the server.
class CorpusClaimsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final Set<String> CLAIMS = Set.of(
            "disjoint-reads", "writes-stay-home", "unbound-sees-nothing", "membership-earned", "references-stay-home");

    private static final Pattern PARTS = Pattern.compile("""
        -- rows
        .+
        -- attack
        (set session authorization|\\\\connect -) .+
        -- seen
        .+;
        """, Pattern.DOTALL);

    static Stream<CorpusCase> cases() {
        return CorpusCase.all().stream().filter(CorpusTest::isWanted).filter(each -> each.runsOn(DATABASE.major()));
    }

    @Test
    void every_label_names_claims() {
        assertThat(cases())
                .allSatisfy(each -> assertThat(CLAIMS)
                        .containsAll(each.claims().bad())
                        .containsAll(each.claims().good()));
    }

    @Test
    void every_failing_claim_has_an_attack_and_every_attack_a_failing_claim() {
        assertThat(cases()).allSatisfy(each -> {
            assertThat(each.scripts("attack-").keySet()).isEqualTo(each.claims().bad());
            assertThat(each.scripts("accepted-").keySet())
                    .isEqualTo(each.claims().good());
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void an_attack_is_seen_on_the_bad_schema(CorpusCase each) throws SQLException, IOException {
        assertThat(CorpusAttack.seen(DATABASE, each, "bad.sql", "attack-")).doesNotContainValue(false);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void an_attack_is_not_seen_on_the_twin(CorpusCase each) throws SQLException, IOException {
        assertThat(CorpusAttack.seen(DATABASE, each, "good.sql", "attack-")).doesNotContainValue(true);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void accepted_leaks_of_the_twin_are_seen(CorpusCase each) throws SQLException, IOException {
        assertThat(CorpusAttack.seen(DATABASE, each, "good.sql", "accepted-")).doesNotContainValue(false);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void an_attack_has_its_three_parts(CorpusCase each) throws IOException {
        for (var prefix : List.of("attack-", "accepted-")) {
            for (var script : each.scripts(prefix).values()) {
                assertThat(Files.readString(script)).as("%s", script).matches(PARTS);
            }
        }
    }
}
