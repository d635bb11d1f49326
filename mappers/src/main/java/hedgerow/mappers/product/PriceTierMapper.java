package hedgerow.mappers.product;

import hedgerow.mappers.TenantKey;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/// The steps of tiered prices. They come with their price, and never change.
public interface PriceTierMapper {

    /// Those of all these prices in one statement; those of one price together, in their order.
    List<PriceTier> ofPrices(TenantKey tenant, Collection<UUID> priceIds);

    /// The new steps, in one statement, in no order.
    ///
    /// @param created at least one
    List<PriceTier> insertAll(TenantKey tenant, UUID priceId, List<New> created);

    /// @param upTo the last unit of the step; null: all that follow
    record New(Long upTo, long unitAmountMinor, long flatAmountMinor) {}
}
