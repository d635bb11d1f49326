package hedgerow.server.auth;

import hedgerow.mappers.Database;
import hedgerow.mappers.StatementFailure;
import hedgerow.mappers.auth.Belonging;
import hedgerow.mappers.auth.SignInMapper.NewOrganization;
import hedgerow.mappers.identity.AppUser;
import hedgerow.mappers.identity.AppUserMapper;
import hedgerow.mappers.identity.AuthSession;
import hedgerow.mappers.identity.AuthSessionMapper;
import hedgerow.server.http.Access;
import hedgerow.server.http.Answers;
import hedgerow.server.http.DryRun;
import hedgerow.server.http.Problem;
import hedgerow.server.http.ProblemCode;
import hedgerow.server.http.Requests;
import hedgerow.server.http.Routes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.UUID;

/// The routes `/v1/me` and `/v1/auth/sessions`, and those by which a person joins an organization.
final class PersonRoutes implements Routes {

    private static final String CURRENT = "current";

    private final Database database;
    private final People people;
    private final Authentication authentication;
    private final Attempts attempts;

    PersonRoutes(Database database, People people, Authentication authentication, Attempts attempts) {
        this.database = database;
        this.people = people;
        this.authentication = authentication;
        this.attempts = attempts;
    }

    private record Sessions(List<AuthSession> data) {}

    private record Organizations(List<Belonging> data) {}

    private record Created(UUID id) {}

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/auth/sessions", this::sessions, Access.PERSON);
        routes.delete("/v1/auth/sessions/{session}", this::endSession, Access.PERSON);
        routes.post("/v1/me", this::join, Access.PUBLIC);
        routes.get("/v1/me", this::me, Access.PERSON);
        routes.patch("/v1/me", this::change, Access.PERSON);
        routes.get("/v1/me/organizations", this::organizations, Access.PERSON);
        routes.post("/v1/organizations", this::found, Access.PERSON);
        routes.post("/v1/invitations/accept", this::accept, Access.PERSON);
    }

    // --- sessions ------------------------------------------------------------------------------------------------

    private void sessions(Context ctx) {
        var user = Signed.of(ctx).user();
        Answers.json(
                ctx,
                new Sessions(database.read(on -> on.get(AuthSessionMapper.class).open(user))));
    }

    private void endSession(Context ctx) {
        var signed = Signed.of(ctx);
        var id = CURRENT.equals(ctx.pathParam("session"))
                ? signed.session().orElseThrow(Requests::notFound)
                : Requests.id(ctx, "session");
        DryRun.write(ctx, database, on -> on.get(AuthSessionMapper.class).revoke(signed.user(), id))
                .orElseThrow(Requests::notFound);
        ctx.status(204);
    }

    // --- the person ----------------------------------------------------------------------------------------------

    /// Signs up a person for whom a trusted issuer vouches. There is no caller yet, so the token is
    /// verified here.
    private void join(Context ctx) {
        if (!(Credential.of(ctx) instanceof Credential.Jwt jwt)) {
            throw Credential.unauthenticated("send Authorization: Bearer with the JWT of the person who joins");
        }
        var identity = authentication.verified(ctx, jwt.token());
        attempts.count(List.of(identity.issuer(), identity.subject()));
        Answers.json(ctx.status(201), new Created(people.join(ctx, identity)));
    }

    private void me(Context ctx) {
        var user = Signed.of(ctx).user();
        Answers.json(
                ctx, database.read(on -> on.get(AppUserMapper.class).find(user)).orElseThrow(Requests::notFound));
    }

    private void change(Context ctx) {
        var user = Signed.of(ctx).user();
        var body = Body.of(ctx);
        var changed = DryRun.write(ctx, database, on -> {
            var users = on.get(AppUserMapper.class);
            return users.find(user).flatMap(found -> users.update(user, found.version(), merged(found, body)));
        });
        Answers.json(ctx, changed.orElseThrow(Requests::notFound));
    }

    /// The profile after a change. A field that the body omits stays.
    private static AppUserMapper.Change merged(AppUser found, Body body) {
        return new AppUserMapper.Change(
                body.text("display_name").orElse(found.displayName()),
                body.text("locale").orElse(found.locale()),
                body.text("time_zone").orElse(found.timeZone()));
    }

    // --- organizations -------------------------------------------------------------------------------------------

    private void organizations(Context ctx) {
        Answers.json(ctx, new Organizations(people.organizations(Signed.of(ctx).user())));
    }

    private void found(Context ctx) {
        var user = Signed.of(ctx).user();
        attempts.count(user);
        var body = Requests.body(ctx);
        var organization = new NewOrganization(
                body.path("slug").asString(),
                body.path("name").asString(),
                body.path("country").asString(),
                body.path("default_currency").asString());
        Answers.json(ctx.status(201), new Created(people.found(ctx, user, organization)));
    }

    /// Accepts an invitation, whose token is valid for whoever holds it. A token that never existed, one
    /// that was used and one that was revoked get the same response.
    private void accept(Context ctx) {
        var user = Signed.of(ctx).user();
        attempts.count(user);
        var invitation = Token.parse(Body.of(ctx).token())
                .filter(token -> token.kind() == Token.Kind.INVITATION)
                .orElseThrow(PersonRoutes::noInvitation);
        try {
            Answers.json(ctx, new Created(people.accept(ctx, user, invitation)));
        } catch (StatementFailure e) {
            throw e.sqlState().equals("28000") ? noInvitation() : e;
        }
    }

    private static Problem noInvitation() {
        return new Problem(ProblemCode.NOT_FOUND, "this invitation is unknown, used, revoked or expired");
    }
}
