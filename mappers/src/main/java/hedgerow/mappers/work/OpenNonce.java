package hedgerow.mappers.work;

import java.math.BigInteger;
import java.util.UUID;

/// A nonce that is reserved and not settled, and the payment that it is for.
///
/// @param contract of the token; null: the native asset
/// @param nativeAsset in which the chain takes its fees
/// @param attemptNumber of the attempts to execute the order
/// @param blockNumber null: not mined, as far as is known
public record OpenNonce(
        UUID id,
        UUID walletId,
        String walletAddress,
        String chain,
        String nativeAsset,
        long nonce,
        UUID attemptId,
        int attemptNumber,
        UUID orderId,
        String asset,
        String contract,
        BigInteger amount,
        String recipient,
        long gasLimit,
        String status,
        String reviewReason,
        String asked,
        String transactionHash,
        Long blockNumber,
        String blockHash) {}
