package hedgerow.server.http;

import hedgerow.mappers.wallet.Wallet;
import hedgerow.mappers.wallet.WalletMapper;
import hedgerow.server.pay.WalletKey;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The routes of `/v1/wallets`.
final class WalletRoutes implements Routes {

    private final Resources resources;
    private final SecretBox box;
    private final Optional<RemoteSigner> signer;
    private final Resource<Wallet, WalletMapper> wallets;

    /// The routes over their resources.
    ///
    /// @param box seals the keys that the server creates
    /// @param signer creates the keys instead, and keeps them
    WalletRoutes(Resources resources, SecretBox box, Optional<RemoteSigner> signer) {
        this.resources = resources;
        this.box = box;
        this.signer = signer;
        wallets = resources
                .of("wallet", "/v1/wallets", Wallet.class, WalletMapper.class)
                .closedByState("owner", "admin");
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/wallets", Resource.page(wallets, WalletMapper.Filter.class), Access.READ);
        routes.get("/v1/wallets/{id}", wallets.find(), Access.READ);
        routes.post("/v1/wallets", this::create, Access.WRITE);
        routes.patch("/v1/wallets/{id}", wallets.change(WalletMapper.Change.class, WalletMapper::update), Access.WRITE);
        move(routes, "freeze", "frozen");
        move(routes, "activate", "active");
        move(routes, "retire", "retired");
    }

    /// Creates a wallet. The key of a server wallet is generated here and sealed, or made and kept by the remote
    /// signer; it is never shown, and the address is derived from it.
    private void create(Context ctx) {
        var body = Requests.body(ctx);
        var isServer = body.path("kind").asString().equals("server");
        if (isServer == body.has("address")) {
            throw new Problem(ProblemCode.INVALID_BODY, "The wallet has an invalid address.")
                    .with(new Problem.Fault(
                            "/address",
                            isServer
                                    ? "must be left out: the server makes the key of a server wallet"
                                    : "is required, unless the kind is server"));
        }
        wallets.make(
                ctx,
                on -> isServer
                        ? on.get(WalletMapper.class).insertWithKey(Resource.tenant(ctx), made(ctx, body))
                        : on.get(WalletMapper.class)
                                .insert(
                                        Resource.tenant(ctx),
                                        Bodies.bind(
                                                resources.mapper,
                                                body,
                                                WalletMapper.New.class,
                                                ProblemCode.INVALID_BODY)),
                _ -> {});
    }

    private WalletMapper.NewWithKey made(Context ctx, ObjectNode body) {
        var id = Ids.next();
        var chain = body.path("chain").asString();
        var label = body.path("label").asString();
        if (signer.isPresent()) {
            var address = signer.get().make(Resource.tenant(ctx), id);
            return new WalletMapper.NewWithKey(id, chain, address, label, null, null, null);
        }
        var key = WalletKey.make();
        var sealed = box.seal("wallet_key", Resource.tenant(ctx), id, key.secret());
        key.forget();
        return new WalletMapper.NewWithKey(
                id, chain, key.address(), label, sealed.keyId(), sealed.nonce(), sealed.ciphertext());
    }

    private void move(RoutesConfig routes, String verb, String status) {
        routes.post(
                "/v1/wallets/{id}/" + verb,
                wallets.act(status, (on, tenant, id, version) -> on.setStatus(tenant, id, version, status)),
                Access.WRITE);
    }
}
