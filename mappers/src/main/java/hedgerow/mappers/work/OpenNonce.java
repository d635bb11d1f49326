package hedgerow.mappers.work;

import java.math.BigInteger;
import java.util.UUID;

/// A reserved nonce that is not settled, and the payment that uses it.
///
/// @param contract of the token; null: the native asset
/// @param nativeAsset the asset in which the chain charges its fees
/// @param attemptNumber the number of this attempt to execute the order
/// @param blockNumber null: not known to be mined
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
