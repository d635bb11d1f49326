package hedgerow.rls.bind;

import static hedgerow.rls.bind.Notes.ELM;
import static hedgerow.rls.bind.Notes.OAK;
import static hedgerow.rls.bind.Notes.strings;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import hedgerow.sql.Logins;
import hedgerow.sql.Sleeper;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A database that was suspended, and takes three seconds to wake under load.
class WakingTest {

    private static final Duration WAKE_UP = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /// The idle time after which a pool checks whether a connection is alive.
    private static final Duration IDLE = Duration.ofMillis(600);

    private static final int CALLERS = 8;
    private static final int REQUESTS = 20;

    @RegisterExtension
    static final Notes NOTES = new Notes();

    @ParameterizedTest
    @EnumSource(Sleeper.Manner.class)
    void no_request_fails_while_it_wakes(Sleeper.Manner manner) throws Exception {
        try (var sleeper = new Sleeper(NOTES.database().url(Logins.APP), manner, WAKE_UP);
                var pool = pool(sleeper)) {
            var tenants = TenantDataSource.over(pool, Notes.CALL);
            assertThat(load(tenants)).as("awake").isLessThan(WAKE_UP);
            fill(pool);
            sleeper.fallAsleep();
            Thread.sleep(IDLE);
            assertThat(load(tenants)).as("waking").isBetween(WAKE_UP.minus(IDLE), PATIENCE);
            assertThat(sleeper.waited()).isPositive();
        }
    }

    /// Waits until the pool opens no more connections of its own accord: one would wake the server before the callers.
    private static void fill(HikariDataSource pool) {
        while (pool.getHikariPoolMXBean().getTotalConnections() < pool.getMaximumPoolSize()) {
            Thread.onSpinWait();
        }
    }

    private static HikariDataSource pool(Sleeper sleeper) {
        var config = new HikariConfig();
        config.setJdbcUrl(sleeper.url().jdbc());
        config.setMaximumPoolSize(4);
        config.setConnectionTimeout(PATIENCE.toMillis());
        return new HikariDataSource(config);
    }

    /// Sends many callers' requests; throws unless each gets the rows of its tenant.
    ///
    /// @return the elapsed time
    private static Duration load(TenantDataSource tenants) throws Exception {
        var begin = Instant.now();
        var callers = new ArrayList<Callable<Void>>();
        for (var i = 0; i < CALLERS; i++) {
            var tenant = i % 2 == 0 ? OAK : ELM;
            callers.add(() -> tenant.call(() -> request(tenants, tenant)));
        }
        try (var threads = Executors.newFixedThreadPool(CALLERS)) {
            for (var result : threads.invokeAll(callers)) {
                result.get();
            }
        }
        return Duration.between(begin, Instant.now());
    }

    private static Void request(TenantDataSource tenants, Tenant tenant) throws SQLException {
        for (var i = 0; i < REQUESTS; i++) {
            try (var connection = tenants.getConnection()) {
                assertThat(strings(connection, "select distinct tenant from notes.note"))
                        .isEqualTo(List.of(tenant.id()));
            }
        }
        return null;
    }
}
