package hedgerow.server.http;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.Mappers;
import hedgerow.mappers.Page;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.agent.AgentLimitMapper;
import hedgerow.mappers.payment.ApprovalMapper;
import hedgerow.mappers.payment.PaymentOrder;
import hedgerow.mappers.payment.PaymentOrderMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/// `/v1/payment-orders`. A confirmed order waits for its execution, or for an approval first.
final class PaymentOrderRoutes implements Routes {

    private static final Duration TIME_TO_APPROVE = Duration.ofDays(7);
    private static final int MOST_LIMITS = 100;

    private final Resources resources;
    private final Resource<PaymentOrder, PaymentOrderMapper> orders;

    PaymentOrderRoutes(Resources resources) {
        this.resources = resources;
        this.orders = resources
                .of("payment_order", "/v1/payment-orders", PaymentOrder.class, PaymentOrderMapper.class)
                .closedByState("owner", "admin", "member");
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/payment-orders", Resource.page(orders, PaymentOrderMapper.Filter.class), Access.READ);
        routes.get("/v1/payment-orders/{id}", orders.find(), Access.READ);
        routes.post("/v1/payment-orders", this::create, Access.WRITE);
        routes.patch(
                "/v1/payment-orders/{id}",
                orders.change(PaymentOrderMapper.Change.class, PaymentOrderMapper::update),
                Access.WRITE);
        routes.post(
                "/v1/payment-orders/{id}/confirm",
                ctx -> orders.run(ctx, 200, "confirmed", (on, id, _) -> confirm(on, ctx, id)),
                Access.WRITE);
        routes.post(
                "/v1/payment-orders/{id}/cancel",
                orders.act("canceled", (on, tenant, id, version) -> on.setStatus(tenant, id, version, "canceled")),
                Access.WRITE);
    }

    /// The amount comes from the body, from the price, or from the payment link.
    private void create(Context ctx) {
        var body = Requests.body(ctx);
        orders.make(
                ctx,
                on -> {
                    var ordered = PaymentLinkOrders.fill(on, Resource.tenant(ctx), body.deepCopy());
                    if (!ordered.has("quantity")) {
                        ordered.put("quantity", 1);
                    }
                    var priced = PriceAmounts.fill(on, Resource.tenant(ctx), ordered);
                    var created = Bodies.bind(
                            resources.mapper, priced, PaymentOrderMapper.New.class, ProblemCode.INVALID_BODY);
                    return on.get(PaymentOrderMapper.class).insert(Resource.tenant(ctx), created);
                },
                _ -> {});
    }

    /// The database enforces the limits of agents; here they only decide whether the order needs an approval. What was
    /// decided holds for the version that was read: of two who confirm at once, one does.
    private Optional<PaymentOrder> confirm(Mappers on, Context ctx, UUID id) {
        var tenant = Resource.tenant(ctx);
        var order = orders.visible(on, ctx, id);
        Preconditions.require(ctx, order.version());
        if (!order.status().equals("requires_confirmation")) {
            throw new Problem(ProblemCode.INVALID_STATE, "the order does not require confirmation");
        }
        if (order.expiresAt() != null && order.expiresAt().isBefore(Instant.now())) {
            throw new Problem(ProblemCode.INVALID_STATE, "the order has expired");
        }
        var approval = needsApproval(on, tenant, order);
        var status = approval ? "requires_approval" : "requires_execution";
        var moved = on.get(PaymentOrderMapper.class).setStatus(tenant, id, order.version(), status);
        if (approval && moved.isPresent()) {
            var expires = Instant.now().plus(TIME_TO_APPROVE);
            var request = new ApprovalMapper.New(
                    id,
                    order.executingAgentId(),
                    "the amount exceeds what the agent may pay without approval",
                    expires);
            on.get(ApprovalMapper.class).insert(tenant, request);
        }
        return moved;
    }

    private static boolean needsApproval(Mappers on, TenantKey tenant, PaymentOrder order) {
        if (order.executingAgentId() == null) {
            return false;
        }
        var amount = order.amount() == null ? BigInteger.valueOf(order.amountMinor()) : order.amount();
        var filter = new AgentLimitMapper.Filter(order.executingAgentId(), order.currency(), true, CreatedAt.ANY);
        return on.get(AgentLimitMapper.class).page(tenant, filter, Page.first(MOST_LIMITS)).stream()
                .filter(limit -> Objects.equals(limit.asset(), order.asset()))
                .anyMatch(limit -> amount.compareTo(limit.requiresApprovalAbove()) > 0);
    }
}
