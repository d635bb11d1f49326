package hedgerow.server.http;

import hedgerow.mappers.provider.ProviderRequest;
import hedgerow.mappers.provider.ProviderRequestMapper;
import io.javalin.config.RoutesConfig;

/// `/v1/provider-requests`. People decide what became of one that neither the worker nor the provider knows.
final class ProviderRequestRoutes implements Routes {

    private final Resource<ProviderRequest, ProviderRequestMapper> requests;

    ProviderRequestRoutes(Resources resources) {
        requests = resources
                .quiet("provider_request", "/v1/provider-requests", ProviderRequest.class, ProviderRequestMapper.class)
                .closedByState("owner", "admin");
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/provider-requests", Resource.page(requests, ProviderRequestMapper.Filter.class), Access.READ);
        routes.get("/v1/provider-requests/{id}", requests.find(), Access.READ);
        routes.post(
                "/v1/provider-requests/{id}/resolve",
                ctx -> requests.act(
                                "asked",
                                (on, tenant, id, version) -> on.ask(
                                        tenant,
                                        id,
                                        version,
                                        Requests.body(ctx).path("outcome").asString()))
                        .handle(ctx),
                Access.WRITE);
    }
}
