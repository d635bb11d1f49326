package hedgerow.mappers.customer;

import hedgerow.mappers.Json;
import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// Someone who pays the tenant.
public record Customer(
        UUID id,
        boolean livemode,
        String name,
        String email,
        String phone,
        String country,
        Json address,
        String walletAddress,
        String description,
        Json metadata,
        Instant archivedAt,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
