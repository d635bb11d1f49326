package hedgerow.server.http;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.organization.ApiKeyMapper;
import hedgerow.mappers.organization.InvitationMapper;
import hedgerow.mappers.organization.Membership;
import hedgerow.mappers.organization.MembershipMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/// The routes of `/v1/memberships`, by the id of the person. People join by invitation. Everything that a
/// member granted ends with the membership, in the database; the response shows it.
final class MembershipRoutes implements Routes {

    private final Resource<Membership, MembershipMapper> memberships;

    MembershipRoutes(Resources resources) {
        memberships = resources.quiet("membership", "/v1/memberships", Membership.class, MembershipMapper.class);
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/memberships", Resource.page(memberships, MembershipMapper.Filter.class), Access.READ);
        routes.get("/v1/memberships/{id}", memberships.find(), Access.READ);
        routes.patch(
                "/v1/memberships/{id}",
                memberships.change(MembershipMapper.Change.class, MembershipMapper::update, MembershipRoutes::addEnded),
                Access.WRITE);
        routes.delete("/v1/memberships/{id}", this::remove, Access.WRITE);
    }

    private void remove(Context ctx) {
        memberships.run(
                ctx,
                200,
                "deleted",
                (on, id, version) -> on.get(MembershipMapper.class).remove(Resource.tenant(ctx), id, version),
                MembershipRoutes::addEnded);
    }

    /// Adds the keys that have ended. Those of the other mode have ended as well, and are not shown in this
    /// one.
    private static void addEnded(Mappers on, Context ctx, ObjectNode row) {
        var tenant = Resource.tenant(ctx);
        var person = "user:" + row.path("user_id").asString();
        var ended = row.putObject("ended");
        add(ctx, ended, "api_keys", on.get(ApiKeyMapper.class).endedWith(tenant, person));
        add(ctx, ended, "invitations", on.get(InvitationMapper.class).endedWith(tenant, person));
    }

    private static void add(Context ctx, ObjectNode ended, String resource, List<UUID> ids) {
        if (Requests.caller(ctx).has(resource + ":read")) {
            var shown = ended.putArray(resource);
            ids.forEach(id -> shown.add(id.toString()));
        }
    }
}
