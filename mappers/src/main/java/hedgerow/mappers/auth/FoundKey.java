package hedgerow.mappers.auth;

import java.util.List;
import java.util.UUID;

/// The tenant and mode of an API key.
///
/// @param scopes of a restricted key; null: whatever its role may
/// @param agentId who acts with it; null: the key itself does
public record FoundKey(
        UUID organizationId, UUID id, boolean livemode, String role, List<String> scopes, UUID agentId) {}
