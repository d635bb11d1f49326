package hedgerow.server.work;

import hedgerow.mappers.Database;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.RetentionMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Removes rows whose time is over: idempotency keys that expired, events that were published and e-mails
/// that were sent long ago.
final class Retention implements Job {

    private static final Duration EVERY = Duration.ofDays(1);

    private final Database database;
    private final Duration keepEvents;

    Retention(Database database, Duration keepEvents) {
        this.database = database;
        this.keepEvents = keepEvents;
    }

    @Override
    public Optional<Instant> run(TenantKey tenant) {
        var removed = database.write(on -> {
            var retention = on.get(RetentionMapper.class);
            var before = Instant.now().minus(keepEvents);
            return retention.removeKeys(tenant)
                    + retention.removeEvents(tenant, before)
                    + retention.removeMails(tenant, before);
        });
        return Optional.of(removed == 0 ? Instant.now().plus(EVERY) : Instant.now());
    }
}
