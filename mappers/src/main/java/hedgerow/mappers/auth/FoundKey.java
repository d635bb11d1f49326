package hedgerow.mappers.auth;

import java.util.List;
import java.util.UUID;

/// The tenant and mode of an API key.
///
/// @param scopes of a restricted key; null: everything that its role may do
/// @param agentId the agent that acts with the key; null: the key acts by itself
public record FoundKey(
        UUID organizationId, UUID id, boolean livemode, String role, List<String> scopes, UUID agentId) {}
