package hedgerow.mappers.work;

import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;

/// A subscription whose next period is to be made.
///
/// @param number of that period
/// @param nowAt what time it is for the subscription
public record DueSubscription(
        UUID id,
        UUID priceId,
        int quantity,
        String status,
        boolean cancelAtPeriodEnd,
        String timeZone,
        Instant anchorAt,
        int anchorCount,
        Instant billedUntil,
        BigInteger carried,
        int number,
        Instant nowAt) {}
