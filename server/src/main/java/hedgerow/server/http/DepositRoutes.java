package hedgerow.server.http;

import hedgerow.mappers.chain.Deposit;
import hedgerow.mappers.chain.DepositMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/// `/v1/deposits`. People decide about one that settles no order; the worker carries that out.
final class DepositRoutes implements Routes {

    private final Resources resources;
    private final Resource<Deposit, DepositMapper> deposits;

    DepositRoutes(Resources resources) {
        this.resources = resources;
        this.deposits = resources
                .quiet("deposit", "/v1/deposits", Deposit.class, DepositMapper.class)
                .closedByState("owner", "admin");
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/deposits", Resource.page(deposits, DepositMapper.Filter.class), Access.READ);
        routes.get("/v1/deposits/{id}", deposits.find(), Access.READ);
        routes.post("/v1/deposits/{id}/resolve", this::resolve, Access.WRITE);
    }

    private void resolve(Context ctx) {
        var decision = Bodies.bind(
                resources.mapper, Requests.body(ctx), DepositMapper.Decision.class, ProblemCode.INVALID_BODY);
        deposits.run(
                ctx,
                200,
                "asked",
                (on, id, version) -> on.get(DepositMapper.class).ask(Resource.tenant(ctx), id, version, decision));
    }
}
