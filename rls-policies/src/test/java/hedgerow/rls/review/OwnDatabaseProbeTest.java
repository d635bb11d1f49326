package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.probe.Attempts;
import hedgerow.rls.probe.Outcome;
import hedgerow.rls.probe.Probe;
import hedgerow.rls.probe.ProbeOptions;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Attacks the payments system's own database, in plain mode.
class OwnDatabaseProbeTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static Attempts attempts;

    @BeforeAll
    static void attack() throws SQLException {
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            var settings = new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE);
            attempts = Probe.run(connection, Catalog.read(connection), settings, ProbeOptions.DEFAULTS, _ -> {});
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
    void most_tables_are_attacked_with_a_control() {
        var checked = attempts.cells().stream()
                .filter(cell -> cell.outcome() == Outcome.HELD)
                .map(cell -> cell.object())
                .distinct()
                .count();
        System.out.println("checked objects: " + checked + ", cells: " + attempts.cells().size());
        assertThat(checked).isGreaterThan(20);
    }
}
