package hedgerow.mappers.auth;

import java.util.UUID;

/// An organization that a person belongs to.
///
/// @param status of the organization
/// @param role of the person in it
public record Belonging(UUID id, String slug, String name, String status, String role) {}
