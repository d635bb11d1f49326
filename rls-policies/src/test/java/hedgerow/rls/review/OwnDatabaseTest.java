package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Reviews our own database, in both modes, as its reviewer.
class OwnDatabaseTest {

    @RegisterExtension
    static final HedgerowDatabase PLAIN = HedgerowDatabase.migrated().seeded();

    @RegisterExtension
    static final HedgerowDatabase SEALED = HedgerowDatabase.migrated().sealed();

    @RegisterExtension
    static final HedgerowDatabase HMAC = HedgerowDatabase.migrated().sealedByHmac();

    @Test
    void plain_mode_has_no_finding_above_info() throws SQLException {
        check(review(PLAIN));
    }

    @Test
    void sealed_mode_by_hmac_has_no_finding_above_info() throws SQLException {
        check(review(HMAC));
    }

    @Test
    void sealed_mode_has_no_finding_above_info() throws SQLException {
        check(review(SEALED));
    }

    private static void check(Review review) {
        assertThat(review.gaps()).isEmpty();
        assertThat(review.examined()).isNotEmpty();
        assertThat(review.assumptions()).noneMatch(line -> line.contains("does not exist"));
        assertThat(review.findings())
                .filteredOn(finding -> finding.severity() != Severity.INFO)
                .isEmpty();
        assertThat(review.roles())
                .filteredOn(role -> role.name().startsWith("hedgerow_"))
                .allMatch(ReviewedRole::bound);
    }

    @Test
    void without_the_examined_objects_the_review_is_partial() throws SQLException {
        var review = review(PLAIN, Config.NONE);
        assertThat(review.gaps()).hasSizeGreaterThan(20).allMatch(gap -> gap.startsWith("function app"));
        assertThat(review.examined()).isEmpty();
    }

    private static Review review(HedgerowDatabase database) throws SQLException {
        var rules = RuleCatalog.load();
        return review(database, Config.read(Path.of("policies", "hedgerow.yaml"), rules));
    }

    private static Review review(HedgerowDatabase database, Config config) throws SQLException {
        try (var connection = database.reviewer()) {
            return new Reviewer(RuleCatalog.load(), config, page -> true)
                    .review(connection, Origin.live("our own"), Progress.NONE)
                    .review();
        }
    }
}
