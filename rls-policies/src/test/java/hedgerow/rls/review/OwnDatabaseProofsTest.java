package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.HedgerowDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Proves the claims of the payments system's own database, in plain mode. Claims that are refuted by
/// design are accepted by name: functions that act before anybody has an identity, for whoever knows a
/// secret or is the actor that signs in.
class OwnDatabaseProofsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    /// Functions with an undecided claim: a leak of theirs requires rows or arguments that were not found,
    /// or they make calls that are not followed.
    private static final Set<String> UNDECIDED = Set.of(
            "accept_invitation",
            "create_nonce",
            "create_organization",
            "organizations_of",
            "register_identity_user",
            "register_wallet_user",
            "trim_audit_log",
            "use_api_key",
            "verify_audit_log");

    private static final Pattern SEARCHES = Pattern.compile("decided \\d+ cells by (\\d+) questions");

    private static Proofs proofs;
    private static int searches;

    @BeforeAll
    static void prove() throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            var found = Prover.prove(
                    connection,
                    Catalog.read(connection),
                    settings,
                    ProveOptions.DEFAULTS,
                    Optional.of(connection),
                    OwnDatabaseProofsTest::note);
            var config = Config.read(Path.of("policies", "hedgerow.yaml"), RuleCatalog.load());
            proofs = AcceptedProofs.apply(config, found, ProveOptions.DEFAULTS, LocalDate.now());
        }
    }

    private static void note(String progress) {
        var said = SEARCHES.matcher(progress);
        if (said.matches()) {
            searches = Integer.parseInt(said.group(1));
        }
    }

    /// A claim about 45 audited tables is one question where policies keep it whatever the trigger does.
    @Test
    void similar_questions_are_asked_once() {
        assertThat(searches).isBetween(1, 2_700);
    }

    @Test
    void every_claim_about_a_table_is_proved() {
        assertThat(proofs.cells())
                .filteredOn(cell -> cell.kind() == Cell.Kind.TABLE)
                .hasSizeGreaterThan(200)
                .allMatch(cell -> cell.verdict() instanceof Verdict.Proved);
    }

    @Test
    void every_claim_about_a_trigger_is_proved() {
        assertThat(proofs.cells())
                .filteredOn(cell -> cell.kind() == Cell.Kind.TRIGGER)
                .hasSizeGreaterThan(200)
                .allMatch(cell -> cell.verdict() instanceof Verdict.Proved);
    }

    @Test
    void only_named_functions_stay_undecided() {
        assertThat(proofs.cells())
                .filteredOn(cell -> cell.verdict() instanceof Verdict.Unknown)
                .allMatch(cell -> cell.kind() == Cell.Kind.FUNCTION)
                .extracting(cell ->
                        cell.object().substring("app.".length(), cell.object().indexOf('(')))
                .allMatch(UNDECIDED::contains);
    }

    @Test
    void no_question_fails() {
        assertThat(proofs.cells())
                .filteredOn(cell -> cell.verdict() instanceof Verdict.Unknown(var reasons)
                        && reasons.stream().anyMatch(reason -> reason.contains("internal error")))
                .isEmpty();
    }

    @Test
    void every_claim_is_asked_of_tables() {
        assertThat(proofs.cells())
                .extracting(Cell::claim)
                .contains(
                        Claim.DISJOINT_READS,
                        Claim.WRITES_STAY_HOME,
                        Claim.UNBOUND_SEES_NOTHING,
                        Claim.REFERENCES_STAY_HOME);
    }

    @Test
    void every_leak_was_seen_and_is_accepted_by_name() {
        assertThat(proofs.cells())
                .filteredOn(cell -> cell.verdict() instanceof Verdict.Refuted)
                .isNotEmpty()
                .allMatch(cell -> cell.kind() == Cell.Kind.FUNCTION
                        && cell.accepted().isPresent()
                        && cell.verdict() instanceof Verdict.Refuted(var leak)
                        && leak.seen());
    }

    @Test
    void nothing_is_accepted_that_is_not_found() {
        assertThat(proofs.assumptions()).noneMatch(line -> line.contains("is no longer found"));
    }
}
