package hedgerow.rls.bind;

import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import org.postgresql.core.BaseConnection;

/// The start times of a data source's backends, queried once for each.
final class Backends {

    /// The query for a backend's start time. Only the server knows it, and shows each session its own.
    private static final String START =
            "select backend_start from pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid())";

    /// The start times by connection of the driver, which ends with its backend.
    private final Map<BaseConnection, Instant> starts = Collections.synchronizedMap(new WeakHashMap<>());

    private final TenantDataSource source;

    Backends(TenantDataSource source) {
        this.source = source;
    }

    BindCall.Backend of(BaseConnection driver) {
        return new BindCall.Backend() {
            @Override
            public int pid() {
                return driver.getBackendPID();
            }

            @Override
            public Instant start() throws SQLException {
                var known = starts.get(driver);
                if (known != null) {
                    return known;
                }
                var asked = source.waiting(false, () -> ask(driver));
                starts.put(driver, asked);
                return asked;
            }
        };
    }

    /// Queries the start time without beginning a transaction, whatever the connection's settings.
    private static Instant ask(BaseConnection driver) throws SQLException {
        try (var rows = driver.execSQLQuery(START)) {
            rows.next();
            return rows.getObject(1, OffsetDateTime.class).toInstant();
        }
    }
}
