package hedgerow.mappers.payment;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// Payments that a second person must agree to.
public interface ApprovalMapper
        extends ResourceMapper<Approval, ApprovalMapper.Filter>, ResourceMapper.Creating<Approval, ApprovalMapper.New> {

    /// Records the actor's decision; empty if the actor may decide no such approval, or if it has another
    /// version.
    ///
    /// @param version the expected version; null accepts any
    /// @param status `approved` or `rejected`
    /// @param note null: none
    Optional<Approval> decide(TenantKey tenant, UUID id, Integer version, String status, String note);

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID paymentOrderId, UUID agentId, String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }

    /// The values of a new row.
    record New(UUID paymentOrderId, UUID agentId, String reason, Instant expiresAt) {}
}
