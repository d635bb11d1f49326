package hedgerow.mappers.product;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.math.BigInteger;
import java.util.Optional;
import java.util.UUID;

/// What products cost. A price never changes: it is taken off sale.
public interface PriceMapper
        extends ResourceMapper<Price, PriceMapper.Filter>, ResourceMapper.Creating<Price, PriceMapper.New> {

    /// Puts a price on sale, or off; empty if there is none that the actor may change.
    ///
    /// @param version null: whichever it has
    Optional<Price> setActive(TenantKey tenant, UUID id, Integer version, boolean active);

    /// What a list can be narrowed to; null: any.
    record Filter(UUID productId, String kind, String currency, Boolean active, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, null, CreatedAt.ANY);
    }

    /// What a new one begins with.
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
