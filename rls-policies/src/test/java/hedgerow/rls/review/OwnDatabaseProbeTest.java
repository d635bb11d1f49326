package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.probe.Attempts;
import hedgerow.rls.probe.Outcome;
import hedgerow.rls.probe.Probe;
import hedgerow.rls.probe.ProbeOptions;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Attacks some tables of the payments system's own database, in plain mode, as an application does.
class OwnDatabaseProbeTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final Set<String> ATTACKED = Set.of("app.customer", "app.wallet", "app.agent", "app.asset");

    private static Attempts attempts;

    @BeforeAll
    static void attack() throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            var options =
                    new ProbeOptions(Set.of(), Set.of("hedgerow_app"), Set.of(), ATTACKED, Duration.ofSeconds(5), 0, 0);
            attempts = Probe.run(connection, Catalog.read(connection), settings, options, _ -> {});
        }
        if (Boolean.getBoolean("hedgerow.show")) {
            attempts.cells().stream()
                    .filter(cell -> cell.outcome() != Outcome.HELD)
                    .forEach(System.out::println);
            attempts.gaps().forEach(System.out::println);
        }
    }

    @Test
    void nothing_leaks() {
        assertThat(attempts.cells()).noneMatch(cell -> cell.outcome() == Outcome.LEAKED);
    }

    @Test
    void reads_and_writes_are_attacked_with_a_control() {
        assertThat(attempts.cells())
                .filteredOn(cell -> cell.outcome() == Outcome.HELD)
                .extracting(cell -> cell.object() + " " + cell.gate())
                .contains("app.customer SELECT", "app.customer UPDATE", "app.agent SELECT", "app.wallet UPDATE");
    }
}
