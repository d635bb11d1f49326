package hedgerow.mappers.payment;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// What a second person must agree to.
public interface ApprovalMapper
        extends ResourceMapper<Approval, ApprovalMapper.Filter>, ResourceMapper.Creating<Approval, ApprovalMapper.New> {

    /// The actor decides; empty if there is none that they may decide, or if it has another version.
    ///
    /// @param version null: whichever it has
    /// @param status `approved` or `rejected`
    /// @param note null: none
    Optional<Approval> decide(TenantKey tenant, UUID id, Integer version, String status, String note);

    /// What a list can be narrowed to; null: any.
    record Filter(UUID paymentOrderId, UUID agentId, String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }

    /// What a new one begins with.
    record New(UUID paymentOrderId, UUID agentId, String reason, Instant expiresAt) {}
}
