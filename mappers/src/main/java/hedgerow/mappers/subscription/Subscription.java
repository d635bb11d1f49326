package hedgerow.mappers.subscription;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;

/// A customer pays a recurring price; each period makes a payment order. Paid periods are counted from `anchorAt`, in
/// `timeZone`; `carried` is added to the next order.
public record Subscription(
        UUID id,
        boolean livemode,
        UUID customerId,
        UUID priceId,
        UUID paymentMethodId,
        int quantity,
        String status,
        Instant trialEndsAt,
        String timeZone,
        UUID testClockId,
        Instant anchorAt,
        int anchorCount,
        Instant billedUntil,
        BigInteger carried,
        Instant periodStartedAt,
        Instant periodEndsAt,
        boolean cancelAtPeriodEnd,
        Instant canceledAt,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
