package hedgerow.mappers.work;

import java.math.BigInteger;
import java.time.Instant;

/// A payment from a wallet that a stranger was asked for.
///
/// @param overdue whether its time is over, or somebody else has taken the last use of the link
/// @param succeededAt null: it has not succeeded
public record LinkRequest(
        String status,
        BigInteger amount,
        String symbol,
        int decimals,
        String contractAddress,
        String recipient,
        long chainId,
        String chain,
        Instant expiresAt,
        boolean overdue,
        Instant succeededAt) {}
