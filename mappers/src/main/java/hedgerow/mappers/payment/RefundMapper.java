package hedgerow.mappers.payment;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.math.BigInteger;
import java.util.UUID;

/// Money that goes back: asked for here, carried out by the worker.
public interface RefundMapper
        extends ResourceMapper<Refund, RefundMapper.Filter>,
                ResourceMapper.Creating<Refund, RefundMapper.New>,
                ResourceMapper.Moving<Refund> {

    /// What a list can be narrowed to; null: any.
    record Filter(UUID paymentOrderId, String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, CreatedAt.ANY);
    }

    /// What a new one begins with.
    record New(
            UUID paymentOrderId,
            String currency,
            Long amountMinor,
            String asset,
            BigInteger amount,
            String reason,
            String note) {}
}
