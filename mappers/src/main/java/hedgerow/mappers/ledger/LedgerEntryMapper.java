package hedgerow.mappers.ledger;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.util.UUID;

/// Debits and credits. The worker books them; nobody changes them.
public interface LedgerEntryMapper extends ResourceMapper<LedgerEntry, LedgerEntryMapper.Filter> {

    /// What a list can be narrowed to; null: any.
    record Filter(
            UUID accountId,
            UUID transactionId,
            UUID paymentOrderId,
            UUID paymentAttemptId,
            UUID refundId,
            CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, null, null, CreatedAt.ANY);
    }
}
