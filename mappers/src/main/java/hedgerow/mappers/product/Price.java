package hedgerow.mappers.product;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;

/// The cost of one unit of a product: once, per interval, or by tiers. `unitAmount` is in base units of the
/// asset.
public record Price(
        UUID id,
        boolean livemode,
        UUID productId,
        String kind,
        String currency,
        Long unitAmountMinor,
        String asset,
        BigInteger unitAmount,
        String intervalUnit,
        Integer intervalCount,
        String tiersMode,
        boolean active,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
