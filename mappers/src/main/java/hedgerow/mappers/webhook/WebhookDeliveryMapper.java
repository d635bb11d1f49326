package hedgerow.mappers.webhook;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.util.UUID;

/// Events on their way to endpoints. The worker delivers them.
public interface WebhookDeliveryMapper extends ResourceMapper<WebhookDelivery, WebhookDeliveryMapper.Filter> {

    /// What a list can be narrowed to; null: any.
    record Filter(UUID webhookEndpointId, UUID outboxEventId, String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }
}
