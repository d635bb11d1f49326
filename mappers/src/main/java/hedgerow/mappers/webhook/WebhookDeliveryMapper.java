package hedgerow.mappers.webhook;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// Events on their way to endpoints. The worker delivers them.
public interface WebhookDeliveryMapper extends ResourceMapper<WebhookDelivery, WebhookDeliveryMapper.Filter> {

    /// Sends a delivery that failed or was given up once more, at once; empty if the actor may send no such
    /// delivery.
    ///
    /// @param version the expected version; null accepts any
    Optional<WebhookDelivery> retry(TenantKey tenant, UUID id, Integer version);

    /// Sends an endpoint's failed and given-up deliveries that were created at `since` or later once more,
    /// at most the oldest 1,000; returns how many.
    int recover(TenantKey tenant, UUID endpoint, Instant since);

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID webhookEndpointId, UUID outboxEventId, String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }
}
