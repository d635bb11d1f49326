package hedgerow.server.work;

import hedgerow.mappers.Database;
import hedgerow.mappers.Mappers;
import hedgerow.mappers.Row;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.webhook.OutboxEventMapper;
import hedgerow.mappers.work.ExpiryMapper;
import hedgerow.server.http.EventWriter;
import hedgerow.server.pay.Due;
import java.util.List;

/// Ends orders, links, approvals and invitations at their time, each with its event.
final class Expiry implements Job {

    private final Database database;
    private final EventWriter events;

    Expiry(Database database, EventWriter events) {
        this.database = database;
        this.events = events;
    }

    @Override
    public Due run(TenantKey tenant) {
        return Due.at(database.write(on -> {
            var expiring = on.get(ExpiryMapper.class);
            report(on, tenant, "payment_order", expiring.expireOrders(tenant));
            report(on, tenant, "payment_link", expiring.expireLinks(tenant));
            report(on, tenant, "approval", expiring.expireApprovals(tenant));
            expiring.expireInvitations(tenant);
            return expiring.nextExpiry(tenant);
        }));
    }

    private void report(Mappers on, TenantKey tenant, String object, List<? extends Row> expired) {
        var outbox = on.get(OutboxEventMapper.class);
        expired.forEach(row -> outbox.add(tenant, events.event(object, "expired", row)));
    }
}
