package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Tenants call the API concurrently while its database is disturbed and restarted, and broken servers show
/// that a fault would be noticed.
///
///     mvn test -pl server -am -Dtest=RequestFuzzTest -Dsurefire.failIfNoSpecifiedTests=false
///         -Dhedgerow.fuzz.requests=100000
@Tag("isolation")
class RequestFuzzTest {

    private static final int REQUESTS = Integer.getInteger("hedgerow.fuzz.requests", 2_000);
    private static final int UNTIL_A_BUG_SHOWS = 2_000;
    private static final long SEED = Long.getLong("hedgerow.fuzz.seed", System.nanoTime());

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer(Map.of("pool-size", "3", "pool-timeout", "30s")).throughWire();

    /// Makes acknowledged commits survive a crash.
    @BeforeAll
    static void waitForTheDisk() throws SQLException {
        try (var admin = SERVER.database.admin();
                var statement = admin.createStatement()) {
            statement.execute("do 'begin execute format($f$alter database %I set synchronous_commit = on$f$,"
                    + " current_database()); end'");
        }
        SERVER.wire().cut();
    }

    @Test
    void nothing_crosses_and_each_request_happens_once() throws Exception {
        var fuzz = new RequestFuzz(SERVER, REQUESTS, RequestFuzz.Bug.NONE, SEED);
        assertThat(fuzz.call()).as(fuzz::summary).isEmpty();
        assertThat(fuzz.restarts() > 0).isEqualTo(SERVER.database.restart().isPresent());
        System.err.println("request fuzz: " + fuzz.summary());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void a_bug_of_a_server_shows(RequestFuzz.Bug bug) throws Exception {
        assertThat(new RequestFuzz(SERVER, UNTIL_A_BUG_SHOWS, bug, SEED).call()).isNotEmpty();
    }
}
