package hedgerow.mappers.provider;

import hedgerow.mappers.Json;
import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// A webhook that a provider sent, stored once per `externalId`.
public record ProviderEvent(
        UUID id,
        boolean livemode,
        String provider,
        String externalId,
        String type,
        Json payload,
        boolean signatureVerified,
        String status,
        Instant receivedAt,
        Instant processedAt,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
