package hedgerow.mappers.auth;

import java.time.Instant;
import java.util.UUID;

/// Who is signed in, and where.
///
/// @param createdAt when the person proved who they are
/// @param organizationId the one that was picked, or else the only one; null: not theirs, none, or several
/// @param role in it, and after it the permissions of a member who is narrowed; null without one
public record FoundSession(
        UUID id, UUID userId, Instant createdAt, Instant expiresAt, UUID organizationId, String role) {}
