package hedgerow.mappers.webhook;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// One event on its way to one endpoint.
public record WebhookDelivery(
        UUID id,
        boolean livemode,
        UUID webhookEndpointId,
        UUID outboxEventId,
        String status,
        int attempts,
        Instant nextAttemptAt,
        Integer responseStatus,
        String lastError,
        Instant deliveredAt,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
