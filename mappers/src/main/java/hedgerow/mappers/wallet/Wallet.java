package hedgerow.mappers.wallet;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// An address of the tenant on one chain.
public record Wallet(
        UUID id,
        boolean livemode,
        String kind,
        String chain,
        String address,
        String label,
        String status,
        String createdBy,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
