package hedgerow.server.pay;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.payment.Approval;
import hedgerow.mappers.payment.ApprovalMapper;
import hedgerow.mappers.payment.PaymentOrderMapper;
import java.util.Optional;
import java.util.UUID;

/// The decision of a second person about an approval, with its consequences for the order that waits for
/// it.
public enum Decision {
    APPROVE(ApprovalStatus.APPROVED, OrderStatus.REQUIRES_EXECUTION),
    REJECT(ApprovalStatus.REJECTED, OrderStatus.CANCELED);

    private final ApprovalStatus approval;
    private final OrderStatus order;

    Decision(ApprovalStatus approval, OrderStatus order) {
        this.approval = approval;
        this.order = order;
    }

    /// The state of the approval from then on, which is also the name of the event.
    public ApprovalStatus outcome() {
        return approval;
    }

    /// Records the decision; empty if the approval is no longer open, or this person may not decide it.
    ///
    /// @param version the expected version; null accepts any
    public Optional<Approval> take(Mappers on, TenantKey tenant, UUID id, Integer version, String note) {
        return on.get(ApprovalMapper.class).decide(tenant, id, version, approval.code(), note);
    }

    /// Moves the order that waits for this approval; false if its state does not allow it. An order that
    /// does not wait stays unchanged.
    public boolean moveOrder(Mappers on, TenantKey tenant, Approval decided) {
        var orders = on.get(PaymentOrderMapper.class);
        return orders.find(tenant, decided.paymentOrderId())
                .filter(found -> OrderStatus.of(found) == OrderStatus.REQUIRES_APPROVAL)
                .map(waiting -> orders.setStatus(tenant, waiting.id(), null, order.code())
                        .isPresent())
                .orElse(true);
    }
}
