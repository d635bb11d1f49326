package hedgerow.mappers.organization;

import hedgerow.mappers.Json;
import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// A tenant.
public record Organization(
        UUID id,
        String slug,
        String name,
        String legalName,
        String country,
        String defaultCurrency,
        String status,
        Json settings,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
