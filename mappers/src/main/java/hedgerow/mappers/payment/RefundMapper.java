package hedgerow.mappers.payment;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.math.BigInteger;
import java.util.UUID;

/// Money that is paid back: requested here, paid by the worker.
public interface RefundMapper
        extends ResourceMapper<Refund, RefundMapper.Filter>,
                ResourceMapper.Creating<Refund, RefundMapper.New>,
                ResourceMapper.Moving<Refund> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID paymentOrderId, String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, CreatedAt.ANY);
    }

    /// The values of a new row.
    record New(
            UUID paymentOrderId,
            String currency,
            Long amountMinor,
            String asset,
            BigInteger amount,
            String reason,
            String note) {}
}
