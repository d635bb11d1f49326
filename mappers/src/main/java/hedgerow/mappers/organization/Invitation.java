package hedgerow.mappers.organization;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// An e-mail address that may join the tenant with a role, by a token that is not readable here.
///
/// @param invitedByPerson the person behind `invitedBy`; null if there is none
public record Invitation(
        UUID id,
        String email,
        String role,
        String status,
        String invitedBy,
        String invitedByPerson,
        Instant expiresAt,
        UUID acceptedBy,
        Instant acceptedAt,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
