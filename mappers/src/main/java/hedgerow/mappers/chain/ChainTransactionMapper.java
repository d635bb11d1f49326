package hedgerow.mappers.chain;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.util.Optional;
import java.util.UUID;

/// Nonces of wallets. The worker reserves and settles them; people ask it what to do with one.
public interface ChainTransactionMapper extends ResourceMapper<ChainTransaction, ChainTransactionMapper.Filter> {

    /// What a list can be narrowed to; null: any.
    record Filter(UUID walletId, UUID paymentAttemptId, String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }

    /// The row as it is now; empty if there is none that the actor may ask for, if its state leaves nothing to ask, or
    /// if it has another version.
    ///
    /// @param version null: whichever it has
    /// @param asked `cancel`, `paid` or `not_paid`
    Optional<ChainTransaction> ask(TenantKey tenant, UUID id, Integer version, String asked);
}
