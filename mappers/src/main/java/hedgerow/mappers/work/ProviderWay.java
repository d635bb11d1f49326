package hedgerow.mappers.work;

import java.util.UUID;

/// Whose webhooks come in at an address.
public record ProviderWay(UUID organizationId, boolean livemode, UUID credentialId) {}
