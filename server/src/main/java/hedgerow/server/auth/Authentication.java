package hedgerow.server.auth;

import hedgerow.mappers.auth.FoundKey;
import hedgerow.server.http.Authenticator;
import hedgerow.server.http.Caller;
import hedgerow.server.http.Problem;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Authenticates a request by an API key, a JWT of a known issuer, or a session; by one of them, never two.
///
/// The database decides what the caller may do. The request only picks among the caller's organizations.
final class Authentication implements Authenticator {

    private static final String KEY = Authentication.class.getName();

    private final People people;
    private final JwtVerifier jwts;
    private final Attempts attempts;
    private final KnownKeys known = new KnownKeys();

    Authentication(People people, JwtVerifier jwts, Attempts attempts) {
        this.people = people;
        this.jwts = jwts;
        this.attempts = attempts;
    }

    @Override
    public Caller authenticate(Context ctx) {
        var credential = Credential.of(ctx);
        var place = Place.of(ctx);
        return switch (credential) {
            case Credential.Key key -> key(ctx, key.token(), place);
            case Credential.Session session -> session(ctx, session.token(), place);
            case Credential.Jwt jwt -> jwt(ctx, jwt.token(), place);
        };
    }

    /// Handles a key that was valid when it was looked up but no longer is when the database is bound: it
    /// was revoked, has expired, or its organization is suspended. The response is the same as for a key
    /// that never existed.
    @Override
    public Problem refused(Context ctx, Problem otherwise) {
        Token token = ctx.attribute(KEY);
        if (token == null) {
            return otherwise;
        }
        known.forget(token);
        return failed(ctx, Credential.refused());
    }

    private Caller key(Context ctx, Token token, Place place) {
        var key = known.find(token).orElseGet(() -> lookUp(ctx, token));
        place.requireNoneBut(key.organizationId(), key.livemode());
        ctx.attribute(KEY, token);
        return new Caller(
                Optional.of(key.organizationId()),
                key.agentId() == null ? "key:" + key.id() : "agent:" + key.agentId(),
                key.livemode(),
                Optional.of(key.role()),
                Optional.ofNullable(key.scopes()).map(Set::copyOf));
    }

    private FoundKey lookUp(Context ctx, Token token) {
        var key = attempts.lookUp(ctx, () -> people.findKey(token))
                .filter(found -> found.livemode() == (token.kind() == Token.Kind.LIVE_KEY))
                .orElseThrow(() -> failed(ctx, Credential.refused()));
        known.keep(token, key);
        return key;
    }

    private Caller session(Context ctx, Token token, Place place) {
        var session = attempts.lookUp(ctx, () -> people.findSession(token, place.organization()))
                .orElseThrow(() -> failed(ctx, Credential.refused()));
        new Signed(session.userId(), Optional.of(session.createdAt()), Optional.of(session.id())).keep(ctx);
        return person(session.userId(), session.organizationId(), session.role(), place);
    }

    private Caller jwt(Context ctx, String token, Place place) {
        var identity = verified(ctx, token);
        var person = people.findPerson(identity, place.organization())
                .orElseThrow(() -> failed(
                        ctx,
                        Credential.unauthenticated(
                                "the token is valid, but its person is unknown here; join with POST /v1/me")));
        new Signed(person.userId(), identity.signedInAt(), Optional.empty()).keep(ctx);
        return person(person.userId(), person.organizationId(), person.role(), place);
    }

    /// Verifies a token.
    ///
    /// @throws Problem [hedgerow.server.http.ProblemCode#UNAUTHENTICATED] if the token proves nothing
    JwtIdentity verified(Context ctx, String token) {
        try {
            return jwts.verify(token);
        } catch (InvalidToken e) {
            throw failed(ctx, Credential.unauthenticated("the token is not accepted: " + e.getMessage()));
        }
    }

    private Problem failed(Context ctx, Problem problem) {
        return attempts.failed(ctx, problem);
    }

    private static Caller person(UUID user, UUID organization, String role, Place place) {
        if (place.organization().isPresent() && organization == null) {
            throw Place.notYours();
        }
        var bound = Optional.ofNullable(role).map(BoundRole::of);
        return new Caller(
                Optional.ofNullable(organization),
                "user:" + user,
                place.livemode().orElse(false),
                bound.map(BoundRole::name),
                bound.flatMap(BoundRole::permissions));
    }
}
