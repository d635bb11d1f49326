package hedgerow.server.http;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.payment.PaymentOrder;
import hedgerow.mappers.payment.PaymentOrderMapper;
import hedgerow.server.pay.Confirmation;
import hedgerow.server.pay.OrderStatus;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.UUID;

/// The routes of `/v1/payment-orders`. A confirmed order waits for its execution, or first for an approval.
final class PaymentOrderRoutes implements Routes {

    private static final String AGENT = "executing_agent_id";

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
                orders.act(
                        "canceled",
                        (on, tenant, id, version) -> on.setStatus(tenant, id, version, OrderStatus.CANCELED.code())),
                Access.WRITE);
    }

    /// Creates an order. The amount comes from the body, from the price, or from the payment link.
    private void create(Context ctx) {
        var body = Requests.body(ctx);
        orders.make(
                ctx,
                on -> {
                    var ordered = PaymentLinkOrders.fill(on, Resource.tenant(ctx), body.deepCopy());
                    executingAgent(ctx).ifPresent(agent -> ordered.put(AGENT, agent));
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

    /// An agent makes orders for itself; one for another is refused by its policy.
    private static Optional<String> executingAgent(Context ctx) {
        var caller = Requests.caller(ctx);
        return caller.isAgent() && !Requests.body(ctx).has(AGENT)
                ? Optional.of(caller.actor().substring("agent:".length()))
                : Optional.empty();
    }

    private Optional<PaymentOrder> confirm(Mappers on, Context ctx, UUID id) {
        var order = orders.visible(on, ctx, id);
        requireMaker(ctx, order);
        Preconditions.require(ctx, order.version());
        Confirmation.refusal(order).ifPresent(reason -> {
            throw new Problem(ProblemCode.INVALID_STATE, reason);
        });
        return Confirmation.confirm(on, Resource.tenant(ctx), order);
    }

    private static void requireMaker(Context ctx, PaymentOrder order) {
        var caller = Requests.caller(ctx);
        if (caller.isAgent() && !order.createdBy().equals(caller.actor())) {
            throw new Problem(
                    ProblemCode.FORBIDDEN, "an agent confirms orders that it made itself; let a member confirm this");
        }
    }
}
