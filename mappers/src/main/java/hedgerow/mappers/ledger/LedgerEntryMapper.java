package hedgerow.mappers.ledger;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.util.UUID;

/// Debits and credits. The worker books them; nobody changes them.
public interface LedgerEntryMapper extends ResourceMapper<LedgerEntry, LedgerEntryMapper.Filter> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(
            UUID accountId,
            UUID transactionId,
            UUID paymentOrderId,
            UUID paymentAttemptId,
            UUID refundId,
            CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, null, null, CreatedAt.ANY);
    }
}
