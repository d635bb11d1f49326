package hedgerow.server.http;

import hedgerow.mappers.organization.Membership;
import hedgerow.mappers.organization.MembershipMapper;
import io.javalin.config.RoutesConfig;

/// `/v1/memberships`, by the id of the person. People come in by invitation.
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
                memberships.change(MembershipMapper.Change.class, MembershipMapper::update),
                Access.WRITE);
        routes.delete("/v1/memberships/{id}", memberships.remove(MembershipMapper::remove), Access.WRITE);
    }
}
