package hedgerow.mappers.subscription;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// The time for the test subscriptions that name it.
public record TestClock(
        UUID id,
        boolean livemode,
        String name,
        Instant nowAt,
        String status,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
