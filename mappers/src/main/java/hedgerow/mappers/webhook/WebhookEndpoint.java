package hedgerow.mappers.webhook;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// A URL to which the tenant has events sent. The secret that signs deliveries is not readable here.
public record WebhookEndpoint(
        UUID id,
        boolean livemode,
        String url,
        String description,
        List<String> eventTypes,
        String secretKeyId,
        String status,
        String createdBy,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
