package hedgerow.server.http;

import hedgerow.mappers.subscription.Subscription;
import hedgerow.mappers.subscription.SubscriptionMapper;
import io.javalin.config.RoutesConfig;

/// `/v1/subscriptions`.
final class SubscriptionRoutes implements Routes {

    private final Resource<Subscription, SubscriptionMapper> subscriptions;

    SubscriptionRoutes(Resources resources) {
        subscriptions = resources.of("subscription", "/v1/subscriptions", Subscription.class, SubscriptionMapper.class);
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get(
                "/v1/subscriptions",
                subscriptions.page(SubscriptionMapper.Filter.class, SubscriptionMapper::page),
                Access.READ);
        routes.get("/v1/subscriptions/{id}", subscriptions.find(), Access.READ);
        routes.post(
                "/v1/subscriptions",
                subscriptions.create(SubscriptionMapper.New.class, SubscriptionMapper::insert),
                Access.WRITE);
        routes.patch(
                "/v1/subscriptions/{id}",
                subscriptions.change(SubscriptionMapper.Change.class, SubscriptionMapper::update),
                Access.WRITE);
        move(routes, "cancel", "canceled", "canceled");
        move(routes, "pause", "paused", "paused");
        move(routes, "resume", "resumed", "active");
    }

    private void move(RoutesConfig routes, String verb, String event, String status) {
        routes.post(
                "/v1/subscriptions/{id}/" + verb,
                subscriptions.act(event, (on, tenant, id, version) -> on.setStatus(tenant, id, version, status)),
                Access.WRITE);
    }
}
