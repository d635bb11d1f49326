package hedgerow.mappers.work;

import java.util.UUID;

/// A tenant that has work of one kind, given to this worker until the turn's time limit.
///
/// @param lease proves that this worker holds the turn
/// @param rung a counter that changes when more work arrives during the turn
/// @param lateSeconds the time since the work was due
public record Turn(String kind, UUID organizationId, boolean livemode, UUID lease, long rung, double lateSeconds) {}
