package hedgerow.server.http;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.organization.Organization;
import hedgerow.mappers.organization.OrganizationMapper;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The routes of `/v1/organizations/{id}`, for the caller's own organization. Any other is as absent as one
/// that does not exist.
final class OrganizationRoutes implements Routes {

    private final Resources resources;

    OrganizationRoutes(Resources resources) {
        this.resources = resources;
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/organizations/{id}", this::find, Access.READ);
        routes.patch("/v1/organizations/{id}", this::change, Access.WRITE);
    }

    private void find(Context ctx) {
        requireOwn(ctx);
        var row = resources.database.read(on -> own(on, ctx));
        Answers.one(ctx, 200, tree(row.orElseThrow(Requests::notFound)));
    }

    private void change(Context ctx) {
        requireOwn(ctx);
        var body = Requests.body(ctx);
        Writes.run(resources, ctx, 200, on -> {
            var before = own(on, ctx).orElseThrow(Requests::notFound);
            Preconditions.require(ctx, before.version());
            return tree(update(on, ctx, before, body));
        });
    }

    private Organization update(Mappers on, Context ctx, Organization before, ObjectNode body) {
        var after = resources.merged(tree(before), body, OrganizationMapper.Change.class);
        return on.get(OrganizationMapper.class)
                .update(Resource.tenant(ctx), before.version(), after)
                .orElseThrow(() -> new Problem(ProblemCode.FORBIDDEN, "the caller's role does not allow this"));
    }

    private static void requireOwn(Context ctx) {
        if (!Requests.id(ctx, "id").equals(Resource.tenant(ctx).organization())) {
            throw Requests.notFound();
        }
    }

    private static Optional<Organization> own(Mappers on, Context ctx) {
        return on.get(OrganizationMapper.class).find(Resource.tenant(ctx));
    }

    private ObjectNode tree(Organization row) {
        return resources.tree("organization", row);
    }
}
