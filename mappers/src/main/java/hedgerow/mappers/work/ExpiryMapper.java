package hedgerow.mappers.work;

import hedgerow.mappers.TenantKey;
import hedgerow.mappers.payment.Approval;
import hedgerow.mappers.payment.PaymentLink;
import hedgerow.mappers.payment.PaymentOrder;
import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Param;

/// The worker's statements that expire rows: at most 100 rows of a table at once, none that another worker
/// is handling.
public interface ExpiryMapper {

    List<PaymentOrder> expireOrders(@Param("tenant") TenantKey tenant);

    List<PaymentLink> expireLinks(@Param("tenant") TenantKey tenant);

    List<Approval> expireApprovals(@Param("tenant") TenantKey tenant);

    /// Expires invitations, which belong to both modes; returns how many.
    int expireInvitations(@Param("tenant") TenantKey tenant);

    /// The time at which the next invitation expires; null: none will.
    Instant nextExpiry(@Param("tenant") TenantKey tenant);
}
