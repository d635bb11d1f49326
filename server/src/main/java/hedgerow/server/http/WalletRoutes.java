package hedgerow.server.http;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.wallet.Wallet;
import hedgerow.mappers.wallet.WalletMapper;
import hedgerow.server.pay.WalletKey;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
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
        wallets.make(ctx, isServer ? withKey(ctx, body) : registered(ctx, body), _ -> {});
    }

    private Function<Mappers, Wallet> registered(Context ctx, ObjectNode body) {
        return on -> on.get(WalletMapper.class)
                .insert(
                        Resource.tenant(ctx),
                        Bodies.bind(resources.mapper, body, WalletMapper.New.class, ProblemCode.INVALID_BODY));
    }

    private Function<Mappers, Wallet> withKey(Context ctx, ObjectNode body) {
        var made = made(ctx, body);
        return on -> on.get(WalletMapper.class).insertWithKey(Resource.tenant(ctx), made.get());
    }

    /// A repeated request needs no other key: its answer is known.
    private Supplier<WalletMapper.NewWithKey> made(Context ctx, ObjectNode body) {
        if (signer.isEmpty()) {
            return () -> sealed(ctx, body);
        } else if (Writes.isRepeated(resources, ctx)) {
            return () -> keptAway(ctx, body, signer.get());
        }
        var made = keptAway(ctx, body, signer.get());
        return () -> made;
    }

    /// A wallet whose key the signer makes: outside of the transaction, which would keep a connection waiting, and
    /// only if the database would take the wallet. A preview has the address of a key that nobody keeps.
    private WalletMapper.NewWithKey keptAway(Context ctx, ObjectNode body, RemoteSigner remote) {
        var tenant = Resource.tenant(ctx);
        var id = Ids.next();
        var nobodys = WalletKey.make();
        nobodys.forget();
        var preview = keptAway(body, id, nobodys.address());
        if (DryRun.isRequested(ctx)) {
            return preview;
        }
        resources.database.dryRun(on -> on.get(WalletMapper.class).insertWithKey(tenant, preview));
        return keptAway(body, id, remote.make(tenant, id));
    }

    private static WalletMapper.NewWithKey keptAway(ObjectNode body, UUID id, String address) {
        return new WalletMapper.NewWithKey(
                id, body.path("chain").asString(), address, body.path("label").asString(), null, null, null);
    }

    private WalletMapper.NewWithKey sealed(Context ctx, ObjectNode body) {
        var id = Ids.next();
        var key = WalletKey.make();
        var sealed = box.seal("wallet_key", Resource.tenant(ctx), id, key.secret());
        key.forget();
        return new WalletMapper.NewWithKey(
                id,
                body.path("chain").asString(),
                key.address(),
                body.path("label").asString(),
                sealed.keyId(),
                sealed.nonce(),
                sealed.ciphertext());
    }

    private void move(RoutesConfig routes, String verb, String status) {
        routes.post(
                "/v1/wallets/{id}/" + verb,
                wallets.act(status, (on, tenant, id, version) -> on.setStatus(tenant, id, version, status)),
                Access.WRITE);
    }
}
