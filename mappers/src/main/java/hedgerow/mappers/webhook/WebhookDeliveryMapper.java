package hedgerow.mappers.webhook;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// Events on their way to endpoints. The worker delivers them.
public interface WebhookDeliveryMapper extends ResourceMapper<WebhookDelivery, WebhookDeliveryMapper.Filter> {

    /// Sends one that failed or was given up once more, at once; empty if there is none that the actor may send.
    ///
    /// @param version null: whichever it has
    Optional<WebhookDelivery> retry(TenantKey tenant, UUID id, Integer version);

    /// Sends the oldest 1,000 of an endpoint that failed or were given up, and were made at `since` or later, once
    /// more;
    /// returns how many.
    int recover(TenantKey tenant, UUID endpoint, Instant since);

    /// What a list can be narrowed to; null: any.
    record Filter(UUID webhookEndpointId, UUID outboxEventId, String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }
}
