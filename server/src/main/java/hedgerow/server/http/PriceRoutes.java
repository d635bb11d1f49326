package hedgerow.server.http;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.product.Price;
import hedgerow.mappers.product.PriceMapper;
import hedgerow.mappers.product.PriceTier;
import hedgerow.mappers.product.PriceTierMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// The routes of `/v1/prices`. A price never changes. A tiered price is shown with its tiers.
final class PriceRoutes implements Routes {

    private final Resources resources;
    private final Resource<Price, PriceMapper> prices;

    PriceRoutes(Resources resources) {
        this.resources = resources;
        this.prices = resources
                .of("price", "/v1/prices", Price.class, PriceMapper.class, this::tiers)
                .closedByState("owner", "admin", "member");
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/prices", Resource.page(prices, PriceMapper.Filter.class), Access.READ);
        routes.get("/v1/prices/{id}", prices.find(), Access.READ);
        routes.post("/v1/prices", this::create, Access.WRITE);
        routes.post("/v1/prices/{id}/activate", prices.act("activated", active(true)), Access.WRITE);
        routes.post("/v1/prices/{id}/deactivate", prices.act("deactivated", active(false)), Access.WRITE);
    }

    private static Resource.Action<PriceMapper, Price> active(boolean active) {
        return (on, tenant, id, version) -> on.setActive(tenant, id, version, active);
    }

    private void create(Context ctx) {
        var body = Requests.body(ctx);
        var tiers = body.has("tiers") ? List.of(bound(body.remove("tiers"), PriceTierMapper.New[].class)) : null;
        var created = bound(body, PriceMapper.New.class);
        prices.make(ctx, on -> insert(on, Resource.tenant(ctx), created, tiers), _ -> {});
    }

    private static Price insert(
            Mappers on, TenantKey tenant, PriceMapper.New created, List<PriceTierMapper.New> tiers) {
        var price = on.get(PriceMapper.class).insert(tenant, created);
        if (tiers != null) {
            on.get(PriceTierMapper.class).insertAll(tenant, price.id(), tiers);
        }
        return price;
    }

    /// Adds the tiers: an empty list unless the price is tiered.
    private void tiers(Mappers on, TenantKey tenant, List<ObjectNode> rows) {
        var tiered = rows.stream()
                .filter(row -> row.path("kind").asString().equals("tiered"))
                .map(row -> UUID.fromString(row.path("id").asString()))
                .toList();
        var tiers = tiered.isEmpty()
                ? List.<PriceTier>of()
                : on.get(PriceTierMapper.class).ofPrices(tenant, tiered);
        var byPrice = tiers.stream()
                .collect(Collectors.groupingBy(tier -> tier.priceId().toString()));
        rows.forEach(row -> {
            var steps = row.putArray("tiers");
            byPrice.getOrDefault(row.path("id").asString(), List.of()).forEach(tier -> steps.add(step(tier)));
        });
    }

    private ObjectNode step(PriceTier tier) {
        ObjectNode step = resources.mapper.valueToTree(tier);
        return step.remove(List.of("id", "price_id"));
    }

    private <T> T bound(tools.jackson.databind.JsonNode body, Class<T> type) {
        return Bodies.bind(resources.mapper, body, type, ProblemCode.INVALID_BODY);
    }
}
