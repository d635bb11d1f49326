package hedgerow.mappers.work;

import java.util.UUID;

/// The payment link that a token opens, and whose it is.
public record LinkWay(UUID organizationId, boolean livemode, UUID linkId) {}
