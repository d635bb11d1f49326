package hedgerow.server.http;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.product.Price;
import hedgerow.mappers.product.PriceMapper;
import hedgerow.mappers.product.PriceTier;
import hedgerow.mappers.product.PriceTierMapper;
import hedgerow.server.http.Problem.Fault;
import hedgerow.server.pay.PriceAmount;
import java.math.BigInteger;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/// Computes the amount of a number of units at a price.
final class PriceAmounts {

    /// The largest amount, 2^53 - 1: every JSON reader, including JavaScript's, reads integers up to here
    /// exactly.
    private static final long MOST_MINOR = 9_007_199_254_740_991L;

    private PriceAmounts() {}

    /// Puts the amount into the body, if the body names a price.
    static ObjectNode fill(Mappers on, TenantKey tenant, ObjectNode body) {
        var priceId = body.path("price_id").asString(null);
        if (priceId == null) {
            return body;
        }
        var price = on.get(PriceMapper.class)
                .find(tenant, UUID.fromString(priceId))
                .filter(Price::active)
                .orElseThrow(
                        () -> new Problem(ProblemCode.INVALID_REFERENCE, "the price does not exist, or is not on sale")
                                .with(new Fault("/price_id", "is not the id of a price on sale")));
        var quantity = body.path("quantity").asInt();
        return price.asset() == null
                ? body.put("currency", price.currency()).put("amount_minor", minor(on, tenant, price, quantity))
                : body.put("asset", price.asset())
                        .put(
                                "amount",
                                price.unitAmount()
                                        .multiply(BigInteger.valueOf(quantity))
                                        .toString());
    }

    private static long minor(Mappers on, TenantKey tenant, Price price, int quantity) {
        var tiers = price.tiersMode() == null
                ? List.<PriceTier>of()
                : on.get(PriceTierMapper.class).ofPrices(tenant, List.of(price.id()));
        var minor = PriceAmount.of(price, tiers, quantity)
                .orElseThrow(() -> new Problem(ProblemCode.INVALID_BODY, "the price has no tier for this quantity")
                        .with(new Fault("/quantity", "exceeds the last tier of the price; lower it")));
        if (minor.compareTo(BigInteger.valueOf(MOST_MINOR)) > 0) {
            throw new Problem(
                            ProblemCode.INVALID_BODY,
                            "the amount is above %d; lower the quantity".formatted(MOST_MINOR))
                    .with(new Fault("/quantity", "makes the amount too large"));
        }
        return minor.longValueExact();
    }
}
