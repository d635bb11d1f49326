package hedgerow.mappers.organization;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// A person who belongs to the tenant, with what the tenant may know about them.
///
/// @param permissions the most that they may do within the role; null: all that the role allows
/// @param invitationId the invitation that they accepted; null for the founder
public record Membership(
        UUID userId,
        String role,
        List<String> permissions,
        String status,
        String displayName,
        String email,
        UUID invitationId,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {

    @Override
    public UUID id() {
        return userId;
    }
}
