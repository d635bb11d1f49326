package hedgerow.mappers.identity;

import hedgerow.mappers.Row;
import java.time.Instant;
import java.util.UUID;

/// A place where a person is signed in. Neither its token nor the hash of it is readable here.
public record AuthSession(
        UUID id,
        String method,
        String userAgent,
        String ipAddress,
        Instant createdAt,
        Instant lastSeenAt,
        Instant expiresAt,
        Instant revokedAt)
        implements Row {}
