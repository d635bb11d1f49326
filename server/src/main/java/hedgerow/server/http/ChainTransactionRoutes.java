package hedgerow.server.http;

import hedgerow.mappers.chain.ChainTransaction;
import hedgerow.mappers.chain.ChainTransactionMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/// The routes of `/v1/chain-transactions`. People request an action on one; the worker performs it, if the
/// chain lets it.
final class ChainTransactionRoutes implements Routes {

    private final Resource<ChainTransaction, ChainTransactionMapper> transactions;

    ChainTransactionRoutes(Resources resources) {
        transactions = resources
                .quiet(
                        "chain_transaction",
                        "/v1/chain-transactions",
                        ChainTransaction.class,
                        ChainTransactionMapper.class)
                .closedByState("owner", "admin");
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get(
                "/v1/chain-transactions",
                Resource.page(transactions, ChainTransactionMapper.Filter.class),
                Access.READ);
        routes.get("/v1/chain-transactions/{id}", transactions.find(), Access.READ);
        routes.post("/v1/chain-transactions/{id}/cancel", ctx -> ask(ctx, "cancel"), Access.WRITE);
        routes.post(
                "/v1/chain-transactions/{id}/resolve",
                ctx -> ask(ctx, Requests.body(ctx).path("outcome").asString()),
                Access.WRITE);
    }

    private void ask(Context ctx, String asked) {
        transactions.run(
                ctx,
                200,
                "asked",
                (on, id, version) ->
                        on.get(ChainTransactionMapper.class).ask(Resource.tenant(ctx), id, version, asked));
    }
}
