package hedgerow.server.chain;

import java.math.BigInteger;

/// The price of a unit of gas (EIP-1559).
///
/// @param most the total
/// @param priority the part of it that the block's producer receives
/// @see <a href="https://eips.ethereum.org/EIPS/eip-1559">EIP-1559</a>
record Fees(BigInteger most, BigInteger priority) {

    private static final BigInteger EIGHT = BigInteger.valueOf(8);

    /// The fees by which a node prefers another version: an eighth more of both, or the present fees if
    /// they are higher.
    Fees above(Fees previous) {
        return new Fees(
                raised(previous.most).max(most), raised(previous.priority).max(priority));
    }

    private static BigInteger raised(BigInteger wei) {
        return wei.add(wei.divide(EIGHT)).add(BigInteger.ONE);
    }

    boolean within(BigInteger cap) {
        return most.compareTo(cap) <= 0;
    }

    /// Fees with room for the base fee to double, as far as the cap allows.
    static Fees of(BigInteger base, BigInteger priority, BigInteger cap) {
        var most = base.add(base).add(priority).min(cap.max(base.add(priority)));
        return new Fees(most, priority);
    }
}
