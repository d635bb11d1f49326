package hedgerow.server.auth;

import hedgerow.mappers.auth.FoundKey;
import hedgerow.server.http.Authenticator;
import hedgerow.server.http.Caller;
import hedgerow.server.http.Problem;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Who asks: an API key, a JWT of a known issuer, or a session; one of them, never two.
///
/// What is believed of the caller comes from the database. The request only picks, among what is the
/// caller's.
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

    /// The key counted when it was looked up, and does not when the database is to be bound: revoked,
    /// expired, or its organization suspended since. The answer is that for a key that never was.
    @Override
    public Problem refused(Context ctx, Problem otherwise) {
        Token token = ctx.attribute(KEY);
        if (token == null) {
            return otherwise;
        }
        known.forget(token);
        attempts.failed(ctx);
        return Credential.refused();
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
        attempts.require(ctx);
        var key = people.findKey(token)
                .filter(found -> found.livemode() == (token.kind() == Token.Kind.LIVE_KEY))
                .orElseThrow(() -> failed(ctx, Credential.refused()));
        known.keep(token, key);
        return key;
    }

    private Caller session(Context ctx, Token token, Place place) {
        attempts.require(ctx);
        var session =
                people.findSession(token, place.organization()).orElseThrow(() -> failed(ctx, Credential.refused()));
        new Signed(session.userId(), Optional.of(session.createdAt()), Optional.of(session.id())).keep(ctx);
        return person(session.userId(), session.organizationId(), session.role(), place);
    }

    private Caller jwt(Context ctx, String token, Place place) {
        attempts.require(ctx);
        var identity = verified(ctx, token);
        var person = people.findPerson(identity, place.organization())
                .orElseThrow(() -> failed(
                        ctx, Credential.unauthenticated("the token is valid, but of nobody here; POST /v1/me joins")));
        new Signed(person.userId(), identity.signedInAt(), Optional.empty()).keep(ctx);
        return person(person.userId(), person.organizationId(), person.role(), place);
    }

    /// @throws Problem [hedgerow.server.http.ProblemCode#UNAUTHENTICATED] if the token proves nothing
    JwtIdentity verified(Context ctx, String token) {
        try {
            return jwts.verify(token);
        } catch (InvalidToken e) {
            throw failed(ctx, Credential.unauthenticated("the token is not accepted: " + e.getMessage()));
        }
    }

    private Problem failed(Context ctx, Problem problem) {
        attempts.failed(ctx);
        return problem;
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
