package hedgerow.mappers.identity;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// A person, as they see themself.
public record AppUser(
        UUID id,
        String displayName,
        String locale,
        String timeZone,
        String status,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
