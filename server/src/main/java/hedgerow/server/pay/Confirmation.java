package hedgerow.server.pay;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.payment.ApprovalMapper;
import hedgerow.mappers.payment.PaymentOrder;
import hedgerow.mappers.payment.PaymentOrderMapper;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The confirmation of an order: it waits for its execution from then on, or for an approval first.
///
/// The database enforces the limits of agents, and knows which of them an order is held to.
public final class Confirmation {

    private static final Duration TIME_TO_APPROVE = Duration.ofDays(7);

    private Confirmation() {}

    /// The reason why an order cannot be confirmed now; empty if it can.
    public static Optional<String> refusal(PaymentOrder order) {
        if (OrderStatus.of(order) != OrderStatus.REQUIRES_CONFIRMATION) {
            return Optional.of("the order does not require confirmation");
        }
        return order.expiresAt() != null && order.expiresAt().isBefore(Instant.now())
                ? Optional.of("the order has expired")
                : Optional.empty();
    }

    /// The order as it is then; empty if somebody else changed it since it was read: of two who confirm at once, one
    /// does.
    public static Optional<PaymentOrder> confirm(Mappers on, TenantKey tenant, PaymentOrder order) {
        var approval = on.get(PaymentOrderMapper.class)
                .needsApproval(tenant, order.id())
                .orElse(false);
        var status = approval ? OrderStatus.REQUIRES_APPROVAL : OrderStatus.REQUIRES_EXECUTION;
        var moved = on.get(PaymentOrderMapper.class).setStatus(tenant, order.id(), order.version(), status.code());
        if (approval && moved.isPresent()) {
            on.get(ApprovalMapper.class)
                    .insert(
                            tenant,
                            new ApprovalMapper.New(
                                    order.id(),
                                    order.executingAgentId(),
                                    "the amount exceeds what the agent may pay without approval",
                                    Instant.now().plus(TIME_TO_APPROVE)));
        }
        return moved;
    }
}
