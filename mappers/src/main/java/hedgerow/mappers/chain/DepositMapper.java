package hedgerow.mappers.chain;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.util.Optional;
import java.util.UUID;

/// Transfers that arrived. The worker records and settles them; people decide about those that need a review.
public interface DepositMapper extends ResourceMapper<Deposit, DepositMapper.Filter> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID paymentOrderId, String asset, String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }

    /// A decision.
    ///
    /// @param outcome `paid`, `kept` or `returned`
    /// @param paymentOrderId the order that the deposit pays; null: none
    record Decision(String outcome, UUID paymentOrderId, String note) {}

    /// The row as it is now; empty if there is none that the actor may decide, if it needs no review, or if it has
    /// another version. It refuses an order that the deposit does not pay.
    ///
    /// @param version null: whichever it has
    Optional<Deposit> ask(TenantKey tenant, UUID id, Integer version, Decision decision);
}
