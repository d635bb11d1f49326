package hedgerow.mappers.work;

import java.util.UUID;

/// The credential whose webhooks arrive at an address.
public record ProviderWay(UUID organizationId, boolean livemode, UUID credentialId) {}
