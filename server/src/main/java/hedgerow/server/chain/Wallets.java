package hedgerow.server.chain;

import hedgerow.mappers.Database;
import hedgerow.mappers.Mappers;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.webhook.OutboxEventMapper;
import hedgerow.mappers.work.ExecutionMapper;
import hedgerow.server.http.EventWriter;
import hedgerow.server.http.Log;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.UUID;

/// Freezes wallets whose key somebody else uses, and adds an event that reports it.
final class Wallets {

    private final Database database;
    private final EventWriter events;

    Wallets(Database database, EventWriter events) {
        this.database = database;
        this.events = events;
    }

    void freeze(TenantKey tenant, UUID wallet) {
        database.write(on -> {
            freeze(on, tenant, wallet);
            return null;
        });
    }

    /// Freezes it in a transaction that does more.
    void freeze(Mappers on, TenantKey tenant, UUID wallet) {
        on.get(ExecutionMapper.class).freeze(tenant, wallet).ifPresent(frozen -> {
            on.last(OutboxEventMapper.class).add(tenant, events.event("wallet", "frozen", frozen));
            Log.write(
                    Level.WARNING,
                    "wallet used elsewhere",
                    Map.of("organization_id", tenant.organization(), "wallet_id", wallet));
        });
    }
}
