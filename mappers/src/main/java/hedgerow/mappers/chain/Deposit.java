package hedgerow.mappers.chain;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;

/// A transfer that arrived at an address of the tenant.
///
/// @param logIndex of the event of the token; null: the transaction moved the native asset
/// @param paymentOrderId the order that it settles, or that requested its amount; null: there is none
/// @param asked what a person decided about one that needs a review: `paid`, `kept` or `returned`; null: nothing
/// @param askedOrderId the order that it pays, as that person decided
/// @param note why that person decided so
public record Deposit(
        UUID id,
        boolean livemode,
        String asset,
        String recipient,
        String sender,
        BigInteger amount,
        String transactionHash,
        Integer logIndex,
        long blockNumber,
        String blockHash,
        Instant blockTime,
        String status,
        String reviewReason,
        UUID paymentOrderId,
        String asked,
        String askedBy,
        UUID askedOrderId,
        String note,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
