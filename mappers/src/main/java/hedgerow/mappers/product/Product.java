package hedgerow.mappers.product;

import hedgerow.mappers.Json;
import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// A good or service.
public record Product(
        UUID id,
        boolean livemode,
        String name,
        String description,
        String imageUrl,
        boolean active,
        Json metadata,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
