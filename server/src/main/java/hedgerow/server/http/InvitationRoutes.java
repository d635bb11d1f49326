package hedgerow.server.http;

import hedgerow.mappers.organization.Invitation;
import hedgerow.mappers.organization.InvitationMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;

/// `/v1/invitations`. The secret goes to the guest; it is shown once.
final class InvitationRoutes implements Routes {

    private static final Duration LIFE = Duration.ofDays(7);

    private final Tokens tokens;
    private final Resource<Invitation, InvitationMapper> invitations;

    InvitationRoutes(Resources resources, Tokens tokens) {
        this.tokens = tokens;
        this.invitations = resources.quiet("invitation", "/v1/invitations", Invitation.class, InvitationMapper.class);
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/invitations", Resource.page(invitations, InvitationMapper.Filter.class), Access.READ);
        routes.get("/v1/invitations/{id}", invitations.find(), Access.READ);
        routes.post("/v1/invitations", this::create, Access.WRITE);
        routes.post(
                "/v1/invitations/{id}/revoke",
                invitations.act("revoked", (on, tenant, id, version) -> on.setStatus(tenant, id, version, "revoked")),
                Access.WRITE);
    }

    private void create(Context ctx) {
        var body = Requests.body(ctx);
        var token = tokens.invitation();
        var created = new InvitationMapper.New(
                body.path("email").asString(),
                body.path("role").asString(),
                token.hash(),
                Instant.now().plus(LIFE));
        invitations.make(
                ctx,
                on -> on.get(InvitationMapper.class).insert(Resource.tenant(ctx), created),
                row -> row.put("secret", token.secret()));
    }
}
