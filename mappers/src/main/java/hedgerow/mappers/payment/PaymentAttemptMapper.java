package hedgerow.mappers.payment;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.util.UUID;

/// Tries to execute an order. The worker and agents make them.
public interface PaymentAttemptMapper extends ResourceMapper<PaymentAttempt, PaymentAttemptMapper.Filter> {

    /// What a list can be narrowed to; null: any.
    record Filter(UUID paymentOrderId, UUID agentId, String provider, String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, null, CreatedAt.ANY);
    }
}
