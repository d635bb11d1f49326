package hedgerow.mappers.chain;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.util.UUID;

/// Transfers that arrived. The worker records and settles them.
public interface DepositMapper extends ResourceMapper<Deposit, DepositMapper.Filter> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID paymentOrderId, String asset, String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }
}
