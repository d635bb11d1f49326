package hedgerow.mappers.provider;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.util.Optional;
import java.util.UUID;

/// Requests to HTTP providers. The worker makes and settles them; people decide about those that need a review.
public interface ProviderRequestMapper extends ResourceMapper<ProviderRequest, ProviderRequestMapper.Filter> {

    /// The conditions that narrow a list; null means any.
    record Filter(UUID paymentOrderId, UUID refundId, String kind, String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, null, CreatedAt.ANY);
    }

    /// The row as it is now; empty if there is none that the actor may decide, if it needs no review, or if it has
    /// another version.
    ///
    /// @param version null: whichever it has
    /// @param asked `paid` or `not_paid`
    Optional<ProviderRequest> ask(TenantKey tenant, UUID id, Integer version, String asked);
}
