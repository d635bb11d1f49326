package hedgerow.server.http;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.organization.Invitation;
import hedgerow.mappers.organization.InvitationMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The routes of `/v1/invitations`. The secret goes to the guest, by e-mail if that is enabled; it is shown
/// once.
final class InvitationRoutes implements Routes {

    private static final Duration LIFE = Duration.ofDays(7);

    private final Tokens tokens;
    private final Optional<SecretBox> mailed;
    private final Resource<Invitation, InvitationMapper> invitations;

    /// The routes over their resources.
    ///
    /// @param mailed encrypts the secret until it is sent; empty if it is not sent
    InvitationRoutes(Resources resources, Tokens tokens, Optional<SecretBox> mailed) {
        this.tokens = tokens;
        this.mailed = mailed;
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
                on -> {
                    var invitation = on.get(InvitationMapper.class).insert(Resource.tenant(ctx), created);
                    mailed.ifPresent(box -> send(on, ctx, box, invitation, token));
                    return invitation;
                },
                row -> row.put("secret", token.secret()));
    }

    private static void send(Mappers on, Context ctx, SecretBox box, Invitation invitation, Tokens.Issued token) {
        var id = Ids.next();
        var sealed = box.seal("mail", Resource.tenant(ctx), id, token.secret().getBytes(StandardCharsets.UTF_8));
        on.get(InvitationMapper.class)
                .send(
                        Resource.tenant(ctx),
                        new InvitationMapper.Mail(
                                id, invitation.id(), sealed.keyId(), sealed.nonce(), sealed.ciphertext()));
    }
}
