package hedgerow.server.auth;

import hedgerow.mappers.auth.SignInMapper.NewSession;
import hedgerow.server.http.Access;
import hedgerow.server.http.Answers;
import hedgerow.server.http.Problem;
import hedgerow.server.http.ProblemCode;
import hedgerow.server.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// The routes `/v1/auth`, which sign a person in with a wallet.
final class SignInRoutes implements Routes {

    private final People people;
    private final AuthConfig config;
    private final Nonces nonces;
    private final WalletChecks wallets;
    private final Attempts attempts;

    SignInRoutes(People people, AuthConfig config, Nonces nonces, WalletChecks wallets, Attempts attempts) {
        this.people = people;
        this.config = config;
        this.nonces = nonces;
        this.wallets = wallets;
        this.attempts = attempts;
    }

    /// A new session. Its token is shown this once.
    private record Opened(String token, UUID userId, Instant expiresAt) {}

    @Override
    public void register(RoutesConfig routes) {
        routes.post("/v1/auth/nonces", this::nonce, Access.PUBLIC);
        routes.post("/v1/auth/wallet-sessions", this::signIn, Access.PUBLIC);
    }

    private void nonce(Context ctx) {
        attempts.countNonce(ctx);
        var body = Body.of(ctx);
        Answers.json(
                ctx.status(201),
                nonces.forWallet(
                        Purpose.SIGN_IN, Optional.empty(), body.address(), body.chainId(), body.text("domain")));
    }

    private void signIn(Context ctx) {
        var body = Body.of(ctx);
        var proof = proof(ctx, body);
        var person = people.personOf(proof, body.kind(proof)).orElseThrow(SignInRoutes::suspended);
        Answers.json(ctx.status(201), open(ctx, person));
    }

    private WalletProof proof(Context ctx, Body body) {
        try {
            return wallets.check(Purpose.SIGN_IN, Optional.empty(), body.message(), body.signature());
        } catch (Problem problem) {
            throw problem.code() == ProblemCode.INVALID_PROOF ? attempts.failed(ctx, problem) : problem;
        }
    }

    private Opened open(Context ctx, UUID user) {
        var token = Token.generate(Token.Kind.SESSION);
        var session = new NewSession(
                token.hash(),
                user,
                "wallet",
                config.sessionLife().toSeconds(),
                Optional.ofNullable(ctx.userAgent())
                        .map(SignInRoutes::shortened)
                        .orElse(null),
                attempts.client(ctx).getHostAddress().replaceFirst("%.*", ""));
        var expires = people.open(session).orElseThrow(SignInRoutes::suspended);
        return new Opened(token.secret(), user, expires);
    }

    private static Problem suspended() {
        return new Problem(ProblemCode.FORBIDDEN, "This account may not sign in.");
    }

    private static String shortened(String userAgent) {
        return userAgent.substring(0, Math.min(500, userAgent.length()));
    }
}
