package hedgerow.mappers.organization;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// A key that acts for the tenant; the key itself and its hash are not readable here.
///
/// @param createdByPerson the person behind `createdBy`; null if there is none
public record ApiKey(
        UUID id,
        boolean livemode,
        String name,
        String kind,
        String role,
        UUID agentId,
        List<String> scopes,
        String prefix,
        String createdBy,
        String createdByPerson,
        Instant lastUsedAt,
        Instant expiresAt,
        Instant revokedAt,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
