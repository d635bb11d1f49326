package hedgerow.mappers.subscription;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// A recurring price that a customer pays; each period creates a payment order.
public record Subscription(
        UUID id,
        boolean livemode,
        UUID customerId,
        UUID priceId,
        UUID paymentMethodId,
        int quantity,
        String status,
        Instant trialEndsAt,
        Instant periodStartedAt,
        Instant periodEndsAt,
        boolean cancelAtPeriodEnd,
        Instant canceledAt,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
