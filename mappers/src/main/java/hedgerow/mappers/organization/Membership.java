package hedgerow.mappers.organization;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// A person who belongs to the tenant, and what the tenant may know of them.
public record Membership(
        UUID userId,
        String role,
        String status,
        String displayName,
        String email,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {

    @Override
    public UUID id() {
        return userId;
    }
}
