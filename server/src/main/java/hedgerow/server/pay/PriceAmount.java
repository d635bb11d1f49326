package hedgerow.server.pay;

import hedgerow.mappers.product.Price;
import hedgerow.mappers.product.PriceTier;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/// The amount of a number of units at a price.
public final class PriceAmount {

    private PriceAmount() {}

    /// Computes the amount.
    ///
    /// @param tiers of the price, in their order
    /// @return in minor or base units; empty: it has no tier for so high a quantity
    public static Optional<BigInteger> of(Price price, List<PriceTier> tiers, int quantity) {
        var units = BigInteger.valueOf(quantity);
        if (price.asset() != null) {
            return Optional.of(price.unitAmount().multiply(units));
        }
        return price.tiersMode() == null
                ? Optional.of(BigInteger.valueOf(price.unitAmountMinor()).multiply(units))
                : tiered(tiers, price.tiersMode().equals("graduated"), quantity);
    }

    /// Graduated: each unit costs what its own tier states. Volume: every unit costs what the tier of the last unit
    /// states.
    private static Optional<BigInteger> tiered(List<PriceTier> tiers, boolean graduated, int quantity) {
        var total = BigInteger.ZERO;
        var before = 0L;
        for (var tier : tiers) {
            var last = tier.upTo() == null ? quantity : Math.min(tier.upTo(), quantity);
            var reached = tier.upTo() == null || tier.upTo() >= quantity;
            if (graduated || reached) {
                var units = BigInteger.valueOf(graduated ? last - before : quantity);
                total = total.add(units.multiply(BigInteger.valueOf(tier.unitAmountMinor())))
                        .add(BigInteger.valueOf(tier.flatAmountMinor()));
            }
            if (reached) {
                return Optional.of(total);
            }
            before = last;
        }
        return Optional.empty();
    }
}
