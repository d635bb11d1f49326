package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.sql.DatabaseProblem.Code;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ConnectorTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<String> told = new ArrayList<>();

    @Test
    void a_database_that_sleeps_is_waited_for_visibly() throws Exception {
        try (var door = Doorman.asleep(DATABASE.adminUrl(), 2);
                var connection = Connector.await(door.url(), PATIENCE, told::add)) {
            assertThat(connection.isValid(5)).isTrue();
            assertThat(told).hasSize(2).allMatch(line -> line.startsWith("waiting for 127.0.0.1"));
        }
    }

    @Test
    void patience_has_an_end() throws Exception {
        try (var door = Doorman.asleep(DATABASE.adminUrl(), Integer.MAX_VALUE)) {
            refused(Code.DATABASE_UNREACHABLE, () -> Connector.await(door.url(), Duration.ofSeconds(2), told::add));
            assertThat(told).isNotEmpty();
        }
    }

    @Test
    void a_failure_that_waiting_cannot_mend_is_thrown_at_once() {
        var begun = Instant.now();
        var url = DATABASE.adminUrl();
        refused(Code.DATABASE_UNREACHABLE, () -> await(DatabaseUrl.parse("postgresql://me:s3cret@127.0.0.1:1/shop")));
        refused(Code.DATABASE_UNREACHABLE, () -> await(DatabaseUrl.parse("postgresql://me:s3cret@nowhere.invalid/x")));
        refused(Code.DATABASE_UNREACHABLE, () -> await(url.withUser("nobody_at_all", Optional.of("s3cret"))));
        refused(Code.DATABASE_UNREACHABLE, () -> await(url.withDatabase("no_such_database")));
        assertThat(told).isEmpty();
        assertThat(Duration.between(begun, Instant.now())).isLessThan(PATIENCE);
    }

    @Test
    void a_server_before_15_is_refused() throws Exception {
        var ours = "server_version\0" + DATABASE.major();
        try (var door = Doorman.translating(DATABASE.adminUrl(), said -> said.replace(ours, "server_version\00014"))) {
            refused(Code.SERVER_UNSUPPORTED, () -> await(door.url()));
        }
    }

    private void await(DatabaseUrl url) throws Exception {
        Connector.await(url, PATIENCE, told::add).close();
    }

    private static void refused(Code code, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(DatabaseProblem.class, problem -> {
            assertThat(problem.code()).as(problem.toString()).isEqualTo(code);
            assertThat(problem.toString()).contains("hint: ").doesNotContain("s3cret");
        });
    }
}
