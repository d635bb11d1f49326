package hedgerow.mappers.chain;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.util.Optional;
import java.util.UUID;

/// Nonces of wallets. The worker reserves and settles them; people request what happens to one.
public interface ChainTransactionMapper extends ResourceMapper<ChainTransaction, ChainTransactionMapper.Filter> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID walletId, UUID paymentAttemptId, String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }

    /// Returns the row as it is now; empty if the actor may request nothing for it, if its state leaves
    /// nothing to request, or if it has another version.
    ///
    /// @param version the expected version; null accepts any
    /// @param asked `cancel`, `paid` or `not_paid`
    Optional<ChainTransaction> ask(TenantKey tenant, UUID id, Integer version, String asked);
}
