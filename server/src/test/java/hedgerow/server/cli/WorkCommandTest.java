package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.Eventually;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class WorkCommandTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @TempDir
    private Path folder;

    @Test
    void it_works_until_it_is_told_to_stop_and_leaves_no_turn_behind() throws Exception {
        var url = DATABASE.url(Logins.WORKER);
        var work = Cli.start(folder, "work", "--worker-port", "0", "--database", url.libpq());
        try (work) { // closed by SIGTERM
            Eventually.holds("it works", PATIENCE, () -> work.said().contains("\"working\"") || !work.isAlive());
            Eventually.holds(
                    "turns have ended",
                    PATIENCE,
                    () -> of("select 1 from app_private.turn where kind ="
                                    + " 'retain' and lease is null and due_at > now() + interval '1 hour' limit 1")
                            || !work.isAlive());
        }
        assertThat(work.said())
                .contains("\"event\":\"stopped\"")
                .doesNotContain(url.password().orElseThrow(), "SLF4J", "internal error");
        assertThat(of("select 1 from app_private.turn where lease is not null")).isFalse();
    }

    @Test
    void a_login_that_may_take_no_turns_is_refused_in_one_line() throws Exception {
        var work = Cli.run(
                folder,
                "work",
                "--worker-port",
                "0",
                "--database",
                DATABASE.url(Logins.APP).libpq(),
                "--worker-database",
                DATABASE.url(Logins.APP).libpq());
        assertThat(work.exit()).isEqualTo(1);
        assertThat(work.said()).contains("unsafe-to-serve", "worker-database");
    }

    private static boolean of(String sql) {
        try (var admin = DATABASE.admin()) {
            return !FirstColumn.of(admin, sql).isEmpty();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
