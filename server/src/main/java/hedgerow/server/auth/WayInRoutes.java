package hedgerow.server.auth;

import hedgerow.mappers.Database;
import hedgerow.mappers.identity.UserIdentity;
import hedgerow.mappers.identity.UserIdentityMapper;
import hedgerow.mappers.identity.UserWallet;
import hedgerow.mappers.identity.UserWalletMapper;
import hedgerow.server.http.Access;
import hedgerow.server.http.Answers;
import hedgerow.server.http.Problem;
import hedgerow.server.http.ProblemCode;
import hedgerow.server.http.Requests;
import hedgerow.server.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/// The routes `/v1/me/wallets` and `/v1/me/identities`, by which a person manages their ways to sign in.
///
/// Linking or unlinking one requires two proofs: a recent sign-in, and a signature or token made for this
/// very purpose and account. Neither a stolen session nor one stolen wallet can therefore take over an
/// account or lock its owner out.
final class WayInRoutes implements Routes {

    private final Database database;
    private final People people;
    private final Authentication authentication;
    private final Nonces nonces;
    private final WalletChecks wallets;
    private final Attempts attempts;

    WayInRoutes(
            Database database,
            People people,
            Authentication authentication,
            Nonces nonces,
            WalletChecks wallets,
            Attempts attempts) {
        this.database = database;
        this.people = people;
        this.authentication = authentication;
        this.nonces = nonces;
        this.wallets = wallets;
        this.attempts = attempts;
    }

    private record Wallets(List<UserWallet> data) {}

    private record Identities(List<UserIdentity> data) {}

    private record Linked(UUID id) {}

    @Override
    public void register(RoutesConfig routes) {
        routes.post("/v1/me/nonces", this::nonce, Access.PERSON);
        routes.get("/v1/me/wallets", this::wallets, Access.PERSON);
        routes.post("/v1/me/wallets", this::linkWallet, Access.PERSON);
        routes.post("/v1/me/wallets/unlink", this::unlinkWallet, Access.PERSON);
        routes.get("/v1/me/identities", this::identities, Access.PERSON);
        routes.post("/v1/me/identities", this::linkIdentity, Access.PERSON);
        routes.post("/v1/me/identities/unlink", this::unlinkIdentity, Access.PERSON);
    }

    private void nonce(Context ctx) {
        var user = Signed.of(ctx).user();
        attempts.count(user);
        var body = Body.of(ctx);
        var purpose = body.purpose();
        Answers.json(
                ctx.status(201),
                purpose.isOfWallet()
                        ? nonces.forWallet(
                                purpose, Optional.of(user), body.address(), body.chainId(), body.text("domain"))
                        : nonces.forIdentity(purpose, user));
    }

    // --- wallets -------------------------------------------------------------------------------------------------

    private void wallets(Context ctx) {
        var user = Signed.of(ctx).user();
        Answers.json(
                ctx,
                new Wallets(database.read(on -> on.get(UserWalletMapper.class).of(user))));
    }

    private void linkWallet(Context ctx) {
        var user = fresh(ctx);
        var body = Body.of(ctx);
        var proof = wallets.check(Purpose.LINK_WALLET, Optional.of(user), body.message(), body.signature());
        linked(ctx, people.link(user, proof, body.kind(proof)));
    }

    private void unlinkWallet(Context ctx) {
        var user = fresh(ctx);
        var body = Body.of(ctx);
        var proof = wallets.check(Purpose.UNLINK_WALLET, Optional.of(user), body.message(), body.signature());
        unlinked(ctx, people.unlink(user, proof));
    }

    // --- identities ----------------------------------------------------------------------------------------------

    private void identities(Context ctx) {
        var user = Signed.of(ctx).user();
        Answers.json(
                ctx,
                new Identities(
                        database.read(on -> on.get(UserIdentityMapper.class).of(user))));
    }

    private void linkIdentity(Context ctx) {
        var user = fresh(ctx);
        linked(ctx, people.link(user, proved(ctx, Purpose.LINK_IDENTITY, user)));
    }

    private void unlinkIdentity(Context ctx) {
        var user = fresh(ctx);
        unlinked(ctx, people.unlink(user, proved(ctx, Purpose.UNLINK_IDENTITY, user)));
    }

    /// Verifies a token that the issuer made for this purpose: it contains our nonce.
    private JwtIdentity proved(Context ctx, Purpose purpose, UUID user) {
        var identity = authentication.verified(ctx, Body.of(ctx).token());
        identity.nonce()
                .flatMap(people::consume)
                .filter(nonce -> nonce.purpose().equals(purpose.slug()) && Objects.equals(nonce.userId(), user))
                .orElseThrow(() -> WalletChecks.refused("/token", "has a nonce that is unknown, used or expired"));
        return identity;
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private UUID fresh(Context ctx) {
        var signed = Signed.of(ctx);
        attempts.count(signed.user());
        signed.requireFresh();
        return signed.user();
    }

    private static void linked(Context ctx, Optional<UUID> id) {
        Answers.json(
                ctx.status(201),
                new Linked(id.orElseThrow(() -> new Problem(ProblemCode.FORBIDDEN, "This account may not do that."))));
    }

    private static void unlinked(Context ctx, boolean done) {
        if (!done) {
            throw Requests.notFound();
        }
        ctx.status(204);
    }
}
