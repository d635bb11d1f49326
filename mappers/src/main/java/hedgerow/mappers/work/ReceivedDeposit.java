package hedgerow.mappers.work;

import java.math.BigInteger;
import java.util.UUID;

/// A deposit that waits for a decision.
///
/// @param orderId the order that requested this amount, or that a person named; null: there is none
/// @param reason why it settles no order; null: it settles that one
/// @param asked what a person decided about it; null: nothing, as it needs no review yet
public record ReceivedDeposit(
        UUID id,
        String chain,
        String asset,
        String recipient,
        BigInteger amount,
        String transactionHash,
        Integer logIndex,
        long blockNumber,
        UUID orderId,
        String reason,
        String asked) {}
