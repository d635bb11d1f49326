package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Leak;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.rls.prove.Verdict;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Proves the claims of the payments system's own database, in plain mode. Its functions are not held to it: most of
/// them act before anybody has an identity, for whoever knows a secret.
class OwnDatabaseProofsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    /// They take arguments of their trigger, ask which table fired it, or pass a whole row on.
    private static final Set<String> UNREAD = Set.of(
            "execution on app.payment_order",
            "wake on app.invitation",
            "wake on app.outbox_event",
            "wake on app.webhook_delivery");

    private static Proofs proofs;

    @BeforeAll
    static void prove() throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            proofs = Prover.prove(
                    connection,
                    Catalog.read(connection),
                    settings,
                    ProveOptions.DEFAULTS,
                    Optional.of(connection),
                    _ -> {});
        }
    }

    @Test
    void every_claim_about_a_table_is_proved() {
        assertThat(proofs.cells())
                .filteredOn(cell -> cell.kind() == Cell.Kind.TABLE)
                .hasSizeGreaterThan(300)
                .allMatch(cell -> cell.verdict() instanceof Verdict.Proved);
    }

    @Test
    void every_claim_about_a_trigger_is_proved() {
        assertThat(proofs.cells())
                .filteredOn(cell -> cell.kind() == Cell.Kind.TRIGGER && !UNREAD.contains(cell.object()))
                .hasSizeGreaterThan(200)
                .allMatch(cell -> cell.verdict() instanceof Verdict.Proved);
    }

    @Test
    void triggers_whose_bodies_are_not_read_stay_undecided() {
        assertThat(proofs.cells())
                .filteredOn(cell -> cell.kind() == Cell.Kind.TRIGGER && cell.verdict() instanceof Verdict.Unknown)
                .extracting(Cell::object)
                .containsOnly(UNREAD.toArray(String[]::new));
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

    /// A key, an invitation and a session are found by their digests. Turns span tenants on purpose: whoever has the
    /// lease of a turn ends it, bound to none.
    @Test
    void no_leak_is_seen_without_a_secret() {
        assertThat(proofs.cells())
                .filteredOn(cell -> cell.isOpen() && !cell.object().startsWith("app.end_turn("))
                .allMatch(cell -> cell.kind() == Cell.Kind.FUNCTION
                        && cell.verdict() instanceof Verdict.Refuted(var leak)
                        && leak.kind() == Leak.Kind.CAPABILITY);
    }
}
