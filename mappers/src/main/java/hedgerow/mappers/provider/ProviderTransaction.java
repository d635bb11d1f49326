package hedgerow.mappers.provider;

import hedgerow.mappers.Json;
import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;

/// An action of a provider or a chain; `raw` is its original record.
public record ProviderTransaction(
        UUID id,
        boolean livemode,
        String provider,
        String externalId,
        UUID paymentOrderId,
        UUID paymentAttemptId,
        UUID refundId,
        String currency,
        Long amountMinor,
        String asset,
        BigInteger amount,
        String transactionHash,
        Long blockNumber,
        String status,
        Json raw,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
