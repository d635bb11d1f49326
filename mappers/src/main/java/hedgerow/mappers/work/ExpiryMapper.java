package hedgerow.mappers.work;

import hedgerow.mappers.TenantKey;
import hedgerow.mappers.payment.Approval;
import hedgerow.mappers.payment.PaymentLink;
import hedgerow.mappers.payment.PaymentOrder;
import java.time.Instant;
import java.util.List;
import org.apache.ibatis.annotations.Param;

/// What ends at its time, as the worker ends it: at most 100 rows of a table at once, none that another worker has.
public interface ExpiryMapper {

    List<PaymentOrder> expireOrders(@Param("tenant") TenantKey tenant);

    List<PaymentLink> expireLinks(@Param("tenant") TenantKey tenant);

    List<Approval> expireApprovals(@Param("tenant") TenantKey tenant);

    /// How many. Invitations are for both modes.
    int expireInvitations(@Param("tenant") TenantKey tenant);

    /// When the next of them ends; null: none will.
    Instant nextExpiry(@Param("tenant") TenantKey tenant);
}
