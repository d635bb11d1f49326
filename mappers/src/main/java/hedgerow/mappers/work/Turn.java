package hedgerow.mappers.work;

import java.util.UUID;

/// A tenant that has work of one kind, given to this worker until its time to finish is over.
///
/// @param lease proves that it is this worker's
/// @param rung differs from then on if more work came meanwhile
/// @param lateSeconds since it was due
public record Turn(String kind, UUID organizationId, boolean livemode, UUID lease, long rung, double lateSeconds) {}
