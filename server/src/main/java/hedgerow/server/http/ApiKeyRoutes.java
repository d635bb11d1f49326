package hedgerow.server.http;

import hedgerow.mappers.organization.ApiKey;
import hedgerow.mappers.organization.ApiKeyMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/// The routes of `/v1/api-keys`. The key itself is shown once. The database limits a new key to the rights
/// of its maker.
final class ApiKeyRoutes implements Routes {

    private final Resources resources;
    private final Tokens tokens;
    private final Resource<ApiKey, ApiKeyMapper> keys;

    ApiKeyRoutes(Resources resources, Tokens tokens) {
        this.resources = resources;
        this.tokens = tokens;
        this.keys = resources.quiet("api_key", "/v1/api-keys", ApiKey.class, ApiKeyMapper.class);
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/api-keys", Resource.page(keys, ApiKeyMapper.Filter.class), Access.READ);
        routes.get("/v1/api-keys/{id}", keys.find(), Access.READ);
        routes.post("/v1/api-keys", this::create, Access.WRITE);
        routes.patch("/v1/api-keys/{id}", keys.change(ApiKeyMapper.Change.class, ApiKeyMapper::update), Access.WRITE);
        routes.post("/v1/api-keys/{id}/revoke", keys.act("revoked", ApiKeyMapper::revoke), Access.WRITE);
    }

    private void create(Context ctx) {
        var body = Requests.body(ctx);
        var token = tokens.apiKey(Requests.caller(ctx).livemode());
        body.put("prefix", token.prefix()).put("key_hash", token.hash());
        var created = Bodies.bind(resources.mapper, body, ApiKeyMapper.New.class, ProblemCode.INVALID_BODY);
        keys.make(
                ctx,
                on -> on.get(ApiKeyMapper.class).insert(Resource.tenant(ctx), created),
                row -> row.put("secret", token.secret()));
    }
}
