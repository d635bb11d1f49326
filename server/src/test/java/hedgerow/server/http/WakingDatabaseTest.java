package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.Logins;
import hedgerow.sql.Sleeper;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A database that is suspended when nobody needs it, and takes three seconds to wake under load.
class WakingDatabaseTest {

    private static final Duration WAKE_UP = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /// The idle time after which the pool checks whether a connection is alive.
    private static final Duration IDLE = Duration.ofMillis(600);

    private static final int CALLERS = 16;
    private static final String CUSTOMERS = "/v1/customers?limit=1";

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    @ParameterizedTest
    @EnumSource
    void no_request_fails_within_the_patience_of_the_pool(Sleeper.Manner manner) throws Exception {
        try (var sleeper = new Sleeper(SERVER.database.url(Logins.APP), manner, WAKE_UP);
                var service = SERVER.start(Map.of(
                        "database",
                        sleeper.url().libpq(),
                        "pool-size",
                        "4",
                        "pool-timeout",
                        PATIENCE.toSeconds() + "s"));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var acme = SERVER.as("acme", "Owner").at(service.port());
            acme.get(CUSTOMERS).is(200);
            sleeper.fallAsleep();
            Thread.sleep(IDLE);
            var begun = Instant.now();
            var answers = IntStream.range(0, CALLERS)
                    .mapToObj(_ -> threads.submit(() -> acme.get(CUSTOMERS).is(200)))
                    .toList();
            for (var answer : answers) {
                answer.get();
            }
            assertThat(Duration.between(begun, Instant.now())).isBetween(WAKE_UP.minus(IDLE), PATIENCE);
            assertThat(sleeper.waited()).isPositive();
        }
    }
}
