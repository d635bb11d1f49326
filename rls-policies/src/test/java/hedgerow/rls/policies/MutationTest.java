package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Breaks the fence deliberately, one mistake at a time: the isolation tests must notice every one.
@Tag("mutation")
class MutationTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @TestFactory
    Stream<DynamicTest> every_mutant_is_killed() {
        return Mutant.all().stream().map(mutant -> DynamicTest.dynamicTest(mutant.toString(), () -> kill(mutant)));
    }

    @Test
    void there_are_enough_mutants() {
        assertThat(Mutant.all()).hasSizeGreaterThanOrEqualTo(30).doesNotHaveDuplicates();
    }

    private static void kill(Mutant mutant) throws SQLException {
        try (var copy = DATABASE.copy();
                var admin = copy.admin()) {
            try {
                execute(admin, mutant.sql());
                List<String> built = Structure.violations(admin);
                List<String> noticed = built.isEmpty() ? attack(copy, admin) : built;
                System.out.printf(
                        "%-8s %-60s %s%n",
                        noticed.isEmpty() ? "SURVIVED" : "killed",
                        mutant,
                        noticed.stream().findFirst().orElse(""));
                assertThat(noticed).as(mutant.toString()).isNotEmpty();
            } finally {
                execute(admin, mutant.undo());
            }
        }
    }

    private static List<String> attack(HedgerowDatabase copy, Connection admin) throws SQLException {
        try (var app = copy.app();
                var worker = copy.worker()) {
            return Isolation.firstViolation(admin, app, worker);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
