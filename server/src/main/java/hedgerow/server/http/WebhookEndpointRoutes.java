package hedgerow.server.http;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.webhook.OutboxEventMapper;
import hedgerow.mappers.webhook.WebhookDeliveryMapper;
import hedgerow.mappers.webhook.WebhookEndpoint;
import hedgerow.mappers.webhook.WebhookEndpointMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/// The routes of `/v1/webhook-endpoints`. The secret that signs deliveries (Standard Webhooks) is shown
/// once, and deliveries only go to public addresses.
final class WebhookEndpointRoutes implements Routes {

    private static final int SECRET_BYTES = 32;
    private static final int MOST_RECOVERED = 1_000;

    private final SecureRandom random = new SecureRandom();
    private final Resources resources;
    private final SecretBox box;
    private final WebhookUrls urls;
    private final Resource<WebhookEndpoint, WebhookEndpointMapper> endpoints;

    WebhookEndpointRoutes(Resources resources, SecretBox box, WebhookUrls urls) {
        this.resources = resources;
        this.box = box;
        this.urls = urls;
        this.endpoints = resources.quiet(
                "webhook_endpoint", "/v1/webhook-endpoints", WebhookEndpoint.class, WebhookEndpointMapper.class);
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/webhook-endpoints", Resource.page(endpoints, WebhookEndpointMapper.Filter.class), Access.READ);
        routes.get("/v1/webhook-endpoints/{id}", endpoints.find(), Access.READ);
        routes.post("/v1/webhook-endpoints", this::create, Access.WRITE);
        routes.patch(
                "/v1/webhook-endpoints/{id}",
                ctx -> {
                    urls.check(ctx);
                    endpoints
                            .change(WebhookEndpointMapper.Change.class, (on, tenant, id, version, change) -> {
                                requireReadable(ctx, change.eventTypes());
                                return on.update(tenant, id, version, change);
                            })
                            .handle(ctx);
                },
                Access.WRITE);
        routes.post("/v1/webhook-endpoints/{id}/rotate", this::rotate, Access.WRITE);
        routes.post("/v1/webhook-endpoints/{id}/test", this::test, Access.WRITE);
        routes.post("/v1/webhook-endpoints/{id}/recover", this::recover, Access.WRITE);
        routes.post("/v1/webhook-endpoints/{id}/disable", endpoints.act("disabled", status("disabled")), Access.WRITE);
        routes.post("/v1/webhook-endpoints/{id}/enable", endpoints.act("enabled", status("enabled")), Access.WRITE);
        routes.delete("/v1/webhook-endpoints/{id}", endpoints.remove(WebhookEndpointMapper::remove), Access.WRITE);
    }

    private static Resource.Action<WebhookEndpointMapper, WebhookEndpoint> status(String status) {
        return (on, tenant, id, version) -> on.setStatus(tenant, id, version, status);
    }

    private void create(Context ctx) {
        urls.check(ctx);
        var body = Requests.body(ctx);
        var secret = secret();
        var id = Ids.next();
        var created = created(id, body, box.seal("webhook_endpoint", Resource.tenant(ctx), id, secret));
        requireReadable(ctx, created.eventTypes());
        endpoints.make(
                ctx,
                on -> on.get(WebhookEndpointMapper.class).insert(Resource.tenant(ctx), created),
                row -> row.put("secret", shown(secret)));
    }

    private void rotate(Context ctx) {
        var secret = secret();
        endpoints.run(
                ctx,
                200,
                "rotated",
                (on, id, version) -> {
                    requireReadable(ctx, endpoints.visible(on, ctx, id).eventTypes());
                    var sealed = box.seal("webhook_endpoint", Resource.tenant(ctx), id, secret);
                    var replacement =
                            new WebhookEndpointMapper.Secret(sealed.keyId(), sealed.nonce(), sealed.ciphertext());
                    return on.get(WebhookEndpointMapper.class)
                            .replaceSecret(Resource.tenant(ctx), id, version, replacement);
                },
                (_, _, row) -> row.put("secret", shown(secret)));
    }

    /// Sends an event to this endpoint alone, whichever types it lists.
    private void test(Context ctx) {
        Writes.run(resources, ctx, 200, on -> {
            var endpoint = enabled(on, ctx);
            var row = resources.tree("webhook_endpoint", endpoint);
            var event = EventWriter.event("webhook_endpoint", "test", endpoint.id(), row);
            return resources.tree("event", on.last(OutboxEventMapper.class).insert(Resource.tenant(ctx), event));
        });
    }

    private record Since(Instant since) {}

    private void recover(Context ctx) {
        var since = Bodies.bind(resources.mapper, Requests.body(ctx), Since.class, ProblemCode.INVALID_BODY)
                .since();
        Writes.run(resources, ctx, 200, on -> {
            var endpoint = enabled(on, ctx);
            requireReadable(ctx, endpoint.eventTypes());
            var recovered = on.get(WebhookDeliveryMapper.class).recover(Resource.tenant(ctx), endpoint.id(), since);
            return resources
                    .mapper
                    .createObjectNode()
                    .put("object", "webhook_recovery")
                    .put("id", endpoint.id().toString())
                    .put("deliveries", recovered)
                    .put("has_more", recovered == MOST_RECOVERED);
        });
    }

    private WebhookEndpoint enabled(Mappers on, Context ctx) {
        var endpoint = endpoints.visible(on, ctx, Requests.id(ctx, "id"));
        if (!endpoint.status().equals("enabled")) {
            throw new Problem(ProblemCode.INVALID_STATE, "the webhook endpoint is disabled; enable it first");
        }
        return endpoint;
    }

    private byte[] secret() {
        var secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return secret;
    }

    private static String shown(byte[] secret) {
        return "whsec_" + Base64.getEncoder().encodeToString(secret);
    }

    /// Requires that a restricted key may read the listed types. Deliveries contain whole rows, so such a
    /// key must not send rows that it cannot read to an address of its choice.
    private void requireReadable(Context ctx, List<String> eventTypes) {
        var caller = Requests.caller(ctx);
        resources.requireRead(caller, "event");
        eventTypes.forEach(type -> resources.requireRead(caller, type.split("[.]")[0]));
    }

    private static WebhookEndpointMapper.New created(UUID id, JsonNode body, SecretBox.Sealed sealed) {
        return new WebhookEndpointMapper.New(
                id,
                body.path("url").asString(),
                body.path("description").asString(null),
                body.path("event_types").valueStream().map(JsonNode::asString).toList(),
                sealed.keyId(),
                sealed.nonce(),
                sealed.ciphertext());
    }
}
