package hedgerow.mappers.provider;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.util.UUID;

/// What providers and chains did. The worker writes it.
public interface ProviderTransactionMapper
        extends ResourceMapper<ProviderTransaction, ProviderTransactionMapper.Filter> {

    /// What a list can be narrowed to; null: any.
    record Filter(
            String provider,
            UUID paymentOrderId,
            UUID paymentAttemptId,
            UUID refundId,
            String status,
            CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, null, null, CreatedAt.ANY);
    }
}
