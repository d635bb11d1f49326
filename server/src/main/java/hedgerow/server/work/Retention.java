package hedgerow.server.work;

import hedgerow.mappers.Database;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.RetentionMapper;
import hedgerow.server.pay.Due;
import java.time.Duration;

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
    public Due run(TenantKey tenant) {
        var removed = database.write(on -> {
            var retention = on.get(RetentionMapper.class);
            var kept = keepEvents.toMillis() / 1e3;
            return retention.removeKeys(tenant)
                    + retention.removeEvents(tenant, kept)
                    + retention.removeMails(tenant, kept)
                    + retention.removeCheckouts(tenant, kept)
                    + retention.trimAudit(keepAudit.toMillis() / 1e3);
        });
        return removed == 0 ? Due.after(EVERY) : Due.AT_ONCE;
    }
}
