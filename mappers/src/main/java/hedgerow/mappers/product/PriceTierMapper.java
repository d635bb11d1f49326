package hedgerow.mappers.product;

import hedgerow.mappers.TenantKey;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/// The steps of tiered prices. They are created with their price and never change.
public interface PriceTierMapper {

    /// The steps of all these prices, in one statement; the steps of a price stand together, in their
    /// order.
    List<PriceTier> ofPrices(TenantKey tenant, Collection<UUID> priceIds);

    /// Inserts the steps in one statement and returns them in no particular order.
    ///
    /// @param created at least one
    List<PriceTier> insertAll(TenantKey tenant, UUID priceId, List<New> created);

    /// A new step.
    ///
    /// @param upTo the last unit of the step; null: all that follow
    record New(Long upTo, long unitAmountMinor, long flatAmountMinor) {}
}
