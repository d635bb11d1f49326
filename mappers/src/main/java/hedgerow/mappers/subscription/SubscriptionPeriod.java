package hedgerow.mappers.subscription;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;

/// One period of a subscription: a trial, a paid one with its order, or the time that it was paused.
public record SubscriptionPeriod(
        UUID id,
        boolean livemode,
        UUID subscriptionId,
        int number,
        String kind,
        Instant startedAt,
        Instant endedAt,
        BigInteger amount,
        int tries,
        Instant nextTryAt,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
