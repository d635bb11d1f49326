package hedgerow.mappers.payment;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// One attempt to execute an order. The next one starts only after the last has failed.
public record PaymentAttempt(
        UUID id,
        boolean livemode,
        UUID paymentOrderId,
        int number,
        String provider,
        UUID agentId,
        UUID walletId,
        String transactionHash,
        String status,
        String errorCode,
        String errorMessage,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
