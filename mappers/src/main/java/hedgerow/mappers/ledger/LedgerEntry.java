package hedgerow.mappers.ledger;

import hedgerow.mappers.Row;
import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;

/// A debit (positive) or credit (negative). The entries of a transaction sum to zero in every unit.
///
/// @param depositId what arrived; null: nothing did
/// @param posting the part of an attempt that the worker posted, `payment` or `fee`; null: not about an
///     attempt
public record LedgerEntry(
        UUID id,
        boolean livemode,
        UUID transactionId,
        UUID accountId,
        String unit,
        BigInteger amount,
        UUID paymentOrderId,
        UUID refundId,
        UUID paymentAttemptId,
        UUID depositId,
        String posting,
        String description,
        Instant createdAt)
        implements Row {}
