package hedgerow.mappers.work;

import java.math.BigInteger;
import java.util.UUID;

/// An order that waits for its execution on a chain, and the wallet that pays it.
///
/// @param contract of the token; null: the native asset
/// @param recipient null: the order names none
/// @param walletId null: no agent with a wallet executes the order
public record Payable(
        UUID orderId,
        String chain,
        String asset,
        String contract,
        BigInteger amount,
        String recipient,
        UUID agentId,
        UUID walletId,
        String walletAddress) {}
