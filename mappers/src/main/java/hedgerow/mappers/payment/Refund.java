package hedgerow.mappers.payment;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;

/// Money of an order that is paid back.
///
/// @param failureCode the provider's reason; null if it has not failed
public record Refund(
        UUID id,
        boolean livemode,
        UUID paymentOrderId,
        String currency,
        Long amountMinor,
        String asset,
        BigInteger amount,
        String reason,
        String note,
        String status,
        String failureCode,
        String createdBy,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
