package hedgerow.mappers.auth;

import java.util.UUID;

/// The owner of an identity, and the organization that they work in.
///
/// @param organizationId the one that was picked, otherwise their only one; null: not theirs, none, or
///     several
/// @param role in the organization, followed by the permissions of a narrowed member; null without an
///     organization
public record FoundPerson(UUID userId, UUID organizationId, String role) {}
