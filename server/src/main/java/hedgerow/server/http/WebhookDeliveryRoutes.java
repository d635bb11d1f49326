package hedgerow.server.http;

import hedgerow.mappers.webhook.WebhookDelivery;
import hedgerow.mappers.webhook.WebhookDeliveryMapper;
import io.javalin.config.RoutesConfig;

/// The routes of `/v1/webhook-deliveries`. The worker creates and sends them; people may request another
/// attempt.
final class WebhookDeliveryRoutes implements Routes {

    private final Resource<WebhookDelivery, WebhookDeliveryMapper> deliveries;

    WebhookDeliveryRoutes(Resources resources) {
        deliveries = resources
                .quiet("webhook_delivery", "/v1/webhook-deliveries", WebhookDelivery.class, WebhookDeliveryMapper.class)
                .closedByState("owner", "admin", "member");
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get(
                "/v1/webhook-deliveries", Resource.page(deliveries, WebhookDeliveryMapper.Filter.class), Access.READ);
        routes.get("/v1/webhook-deliveries/{id}", deliveries.find(), Access.READ);
        routes.post(
                "/v1/webhook-deliveries/{id}/retry",
                deliveries.act("retried", WebhookDeliveryMapper::retry),
                Access.WRITE);
    }
}
