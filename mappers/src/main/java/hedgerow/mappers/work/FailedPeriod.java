package hedgerow.mappers.work;

import java.time.Instant;
import java.util.UUID;

/// A paid period whose order came to nothing.
///
/// @param tries how many orders were made for it
/// @param nowAt what time it is for the subscription
public record FailedPeriod(UUID id, UUID subscriptionId, String status, int tries, Instant nowAt) {}
