package hedgerow.mappers.work;

import java.time.Instant;
import java.util.UUID;

/// A paid period whose order came to nothing.
///
/// @param status of the subscription
/// @param tries how many orders were made for it
/// @param nowAt what time it is for the subscription
public record FailedPeriod(UUID id, UUID subscriptionId, String status, int tries, Instant nowAt) {

    /// Whether its subscription is billed further.
    public boolean goesOn() {
        return status.equals("active") || status.equals("past_due");
    }
}
