package hedgerow.server.http;

import hedgerow.mappers.wallet.Wallet;
import hedgerow.mappers.wallet.WalletMapper;
import io.javalin.config.RoutesConfig;

/// `/v1/wallets`.
final class WalletRoutes implements Routes {

    private final Resource<Wallet, WalletMapper> wallets;

    WalletRoutes(Resources resources) {
        wallets = resources
                .of("wallet", "/v1/wallets", Wallet.class, WalletMapper.class)
                .closedByState("owner", "admin");
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/wallets", Resource.page(wallets, WalletMapper.Filter.class), Access.READ);
        routes.get("/v1/wallets/{id}", wallets.find(), Access.READ);
        routes.post("/v1/wallets", wallets.create(WalletMapper.New.class, WalletMapper::insert), Access.WRITE);
        routes.patch("/v1/wallets/{id}", wallets.change(WalletMapper.Change.class, WalletMapper::update), Access.WRITE);
        move(routes, "freeze", "frozen");
        move(routes, "activate", "active");
        move(routes, "retire", "retired");
    }

    private void move(RoutesConfig routes, String verb, String status) {
        routes.post(
                "/v1/wallets/{id}/" + verb,
                wallets.act(status, (on, tenant, id, version) -> on.setStatus(tenant, id, version, status)),
                Access.WRITE);
    }
}
