package hedgerow.mappers.product;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.math.BigInteger;
import java.util.Optional;
import java.util.UUID;

/// Prices of products. A price never changes: it is taken off sale.
public interface PriceMapper
        extends ResourceMapper<Price, PriceMapper.Filter>, ResourceMapper.Creating<Price, PriceMapper.New> {

    /// Puts a price on sale or takes it off; empty if the actor may change no such price.
    ///
    /// @param version the expected version; null accepts any
    Optional<Price> setActive(TenantKey tenant, UUID id, Integer version, boolean active);

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID productId, String kind, String currency, Boolean active, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, null, CreatedAt.ANY);
    }

    /// The values of a new row.
    record New(
            UUID productId,
            String kind,
            String currency,
            Long unitAmountMinor,
            String asset,
            BigInteger unitAmount,
            String intervalUnit,
            Integer intervalCount,
            String tiersMode) {}
}
