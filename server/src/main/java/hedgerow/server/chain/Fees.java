package hedgerow.server.chain;

import java.math.BigInteger;

/// What a unit of gas may cost (EIP-1559).
///
/// @param most altogether
/// @param priority of it, for whoever makes the block
record Fees(BigInteger most, BigInteger priority) {

    private static final BigInteger EIGHT = BigInteger.valueOf(8);

    /// What a node needs to prefer another version: an eighth more of both, or the present fees if they are higher.
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

    /// With room for the base fee to double, as far as the cap allows.
    static Fees of(BigInteger base, BigInteger priority, BigInteger cap) {
        var most = base.add(base).add(priority).min(cap.max(base.add(priority)));
        return new Fees(most, priority);
    }
}
