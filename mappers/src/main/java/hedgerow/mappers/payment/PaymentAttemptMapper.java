package hedgerow.mappers.payment;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.util.UUID;

/// Attempts to execute an order. The worker and agents make them.
public interface PaymentAttemptMapper extends ResourceMapper<PaymentAttempt, PaymentAttemptMapper.Filter> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID paymentOrderId, UUID agentId, String provider, String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, null, CreatedAt.ANY);
    }
}
