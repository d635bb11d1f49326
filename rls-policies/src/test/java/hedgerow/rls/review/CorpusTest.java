package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Runs the review on schemas whose flaws are known. It prints precision and recall:
///
///     mvn -q -pl rls-policies -am -Dtest=CorpusTest -Dsurefire.failIfNoSpecifiedTests=false test
///
/// Only some cases: `-Dcorpus=supabase-*,guc-*`.
class CorpusTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final int FEWEST = 60;

    private static final List<CorpusCase> CASES = CorpusCase.all();

    private static CorpusScore score;

    @BeforeAll
    static void review() throws SQLException {
        score = CorpusScore.of(Corpus.all(DATABASE));
        score.print(System.out);
    }

    static boolean isWanted(CorpusCase each) {
        return Stream.of(System.getProperty("corpus", "*").split(","))
                .anyMatch(glob -> each.name().matches(glob.replace("*", ".*")));
    }

    @Test
    void there_are_enough_cases_and_each_names_its_flaws() {
        assertThat(CASES)
                .hasSizeGreaterThanOrEqualTo(FEWEST)
                .noneMatch(each -> each.flaws().isEmpty() && each.missed().isEmpty());
    }

    @Test
    void every_flaw_is_found() {
        assertThat(score.missed()).isEmpty();
    }

    @Test
    void labelled_faults_of_the_review_still_occur() {
        assertThat(score.outdated()).isEmpty();
    }

    @Test
    void nothing_else_is_reported_as_error_or_warning() {
        assertThat(score.wrong()).isEmpty();
    }
}
