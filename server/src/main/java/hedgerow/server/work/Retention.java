package hedgerow.server.work;

import hedgerow.mappers.Database;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.RetentionMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Removes rows whose time is over: idempotency keys that expired; events that were published, e-mails that were
/// sent, sessions of card payers that ended and entries of the audit log that were written long ago.
final class Retention implements Job {

    private static final Duration EVERY = Duration.ofDays(1);

    private final Database database;
    private final Duration keepEvents;
    private final Duration keepAudit;

    Retention(Database database, Duration keepEvents, Duration keepAudit) {
        this.database = database;
        this.keepEvents = keepEvents;
        this.keepAudit = keepAudit;
    }

    @Override
    public Optional<Instant> run(TenantKey tenant) {
        var removed = database.write(on -> {
            var retention = on.get(RetentionMapper.class);
            var before = Instant.now().minus(keepEvents);
            return retention.removeKeys(tenant)
                    + retention.removeEvents(tenant, before)
                    + retention.removeMails(tenant, before)
                    + retention.removeCheckouts(tenant, before)
                    + retention.trimAudit(Instant.now().minus(keepAudit));
        });
        return Optional.of(removed == 0 ? Instant.now().plus(EVERY) : Instant.now());
    }
}
