package hedgerow.mappers.auth;

import java.time.Instant;
import java.util.UUID;

/// The person who is signed in, and the organization that they work in.
///
/// @param createdAt the time at which the person proved their identity
/// @param organizationId the one that was picked, otherwise their only one; null: not theirs, none, or
///     several
/// @param role in the organization, followed by the permissions of a narrowed member; null without an
///     organization
public record FoundSession(
        UUID id, UUID userId, Instant createdAt, Instant expiresAt, UUID organizationId, String role) {}
