package hedgerow.server.pay;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;

/// The amount of a change within a period: the rest of the period at the new amount, minus the rest at the old one.
///
/// Both are rounded down to the unit, by the same rule. Therefore a change that is taken back at once costs
/// nothing, one at the beginning of a period costs the whole difference, and several changes at one moment
/// cost what one would.
public final class Proration {

    private Proration() {}

    /// Computes the proration.
    ///
    /// @return in minor or base units; negative: a credit
    public static BigInteger of(BigInteger before, BigInteger after, Instant from, Instant to, Instant now) {
        return rest(after, from, to, now).subtract(rest(before, from, to, now));
    }

    private static BigInteger rest(BigInteger amount, Instant from, Instant to, Instant now) {
        var whole = micros(from, to);
        var left = micros(now, to).max(BigInteger.ZERO).min(whole);
        return amount.multiply(left).divide(whole);
    }

    private static BigInteger micros(Instant from, Instant to) {
        var duration = Duration.between(from, to);
        return BigInteger.valueOf(duration.getSeconds())
                .multiply(BigInteger.valueOf(1_000_000))
                .add(BigInteger.valueOf(duration.getNano() / 1_000));
    }
}
