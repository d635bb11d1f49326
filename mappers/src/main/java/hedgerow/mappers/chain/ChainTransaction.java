package hedgerow.mappers.chain;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;

/// A nonce of a wallet, and the one payment that uses it.
///
/// @param fee in base units of the chain's native asset; null until it is known
public record ChainTransaction(
        UUID id,
        boolean livemode,
        UUID walletId,
        long nonce,
        UUID paymentAttemptId,
        String asset,
        BigInteger amount,
        String recipient,
        long gasLimit,
        String status,
        String reviewReason,
        String asked,
        String askedBy,
        String transactionHash,
        Long blockNumber,
        String blockHash,
        BigInteger fee,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
