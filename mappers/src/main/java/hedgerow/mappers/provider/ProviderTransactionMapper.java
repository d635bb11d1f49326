package hedgerow.mappers.provider;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.util.UUID;

/// Actions of providers and chains. The worker writes them.
public interface ProviderTransactionMapper
        extends ResourceMapper<ProviderTransaction, ProviderTransactionMapper.Filter> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(
            String provider,
            UUID paymentOrderId,
            UUID paymentAttemptId,
            UUID refundId,
            String status,
            CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, null, null, CreatedAt.ANY);
    }
}
