package hedgerow.mappers.auth;

import java.util.UUID;

/// Whose identity it is, and where they are.
///
/// @param organizationId the one that was picked, or else the only one; null: not theirs, none, or several
/// @param role in it, and after it the permissions of a member who is narrowed; null without one
public record FoundPerson(UUID userId, UUID organizationId, String role) {}
