package hedgerow.server.chain;

import java.math.BigInteger;
import java.util.List;

/// One node's record of a mined transaction, in a block that is on its chain.
///
/// @param fee that the sender paid, in base units of the native asset
/// @param transfers by ERC-20 tokens
record Receipt(String hash, long block, String blockHash, boolean succeeded, BigInteger fee, List<Transfer> transfers) {

    /// A transfer of a token.
    ///
    /// @param token the address of the contract
    record Transfer(String token, String from, String to, BigInteger value) {}

    /// The amount of a token that left an address.
    BigInteger sent(String token, String from) {
        return transfers.stream()
                .filter(one -> one.token.equals(token) && one.from.equals(from) && !one.to.equals(from))
                .map(Transfer::value)
                .reduce(BigInteger.ZERO, BigInteger::add);
    }

    /// The amount of a token that went from one address to another.
    BigInteger sent(String token, String from, String to) {
        return transfers.stream()
                .filter(one -> one.token.equals(token) && one.from.equals(from) && one.to.equals(to))
                .map(Transfer::value)
                .reduce(BigInteger.ZERO, BigInteger::add);
    }

    /// Whether two nodes report the same event.
    boolean agrees(Receipt other) {
        return hash.equals(other.hash) && blockHash.equals(other.blockHash) && succeeded == other.succeeded;
    }
}
