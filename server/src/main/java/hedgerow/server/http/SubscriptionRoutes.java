package hedgerow.server.http;

import hedgerow.mappers.product.PriceMapper;
import hedgerow.mappers.subscription.Subscription;
import hedgerow.mappers.subscription.SubscriptionMapper;
import hedgerow.server.http.Problem.Fault;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/// The routes of `/v1/subscriptions`.
final class SubscriptionRoutes implements Routes {

    private final Resources resources;
    private final Resource<Subscription, SubscriptionMapper> subscriptions;

    SubscriptionRoutes(Resources resources) {
        this.resources = resources;
        this.subscriptions = resources
                .of("subscription", "/v1/subscriptions", Subscription.class, SubscriptionMapper.class)
                .closedByState("owner", "admin", "member");
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/subscriptions", Resource.page(subscriptions, SubscriptionMapper.Filter.class), Access.READ);
        routes.get("/v1/subscriptions/{id}", subscriptions.find(), Access.READ);
        routes.post("/v1/subscriptions", this::create, Access.WRITE);
        routes.patch(
                "/v1/subscriptions/{id}",
                subscriptions.change(SubscriptionMapper.Change.class, SubscriptionMapper::update),
                Access.WRITE);
        act(routes, "begin", "begun", SubscriptionMapper::begin);
        act(routes, "pause", "paused", status("paused"));
        act(routes, "resume", "resumed", SubscriptionMapper::resume);
        act(routes, "cancel", "canceled", status("canceled"));
    }

    private void act(
            RoutesConfig routes, String verb, String event, Resource.Action<SubscriptionMapper, Subscription> action) {
        routes.post("/v1/subscriptions/{id}/" + verb, subscriptions.act(event, action), Access.WRITE);
    }

    private static Resource.Action<SubscriptionMapper, Subscription> status(String status) {
        return (on, tenant, id, version) -> on.setStatus(tenant, id, version, status);
    }

    /// Creates a subscription. A price that is paid once has no period.
    private void create(Context ctx) {
        var created = Bodies.bind(
                resources.mapper, Requests.body(ctx), SubscriptionMapper.New.class, ProblemCode.INVALID_BODY);
        subscriptions.make(
                ctx,
                on -> {
                    on.get(PriceMapper.class)
                            .find(Resource.tenant(ctx), created.priceId())
                            .filter(price -> price.active() && price.intervalUnit() != null)
                            .orElseThrow(() -> new Problem(
                                            ProblemCode.INVALID_REFERENCE,
                                            "the price does not exist, is not recurring, or is not on sale")
                                    .with(new Fault("/price_id", "is not the id of a recurring price on sale")));
                    return on.get(SubscriptionMapper.class).insert(Resource.tenant(ctx), created);
                },
                _ -> {});
    }
}
