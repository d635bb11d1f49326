package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A member may be narrowed to less than the role allows.
class MemberPermissionsTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private final ApiServer.Client owner = SERVER.person("acme", "owner");
    private final ApiServer.Client member = SERVER.person("acme", "member");
    private final String path = "/v1/memberships/" + SERVER.one("""
        select m.user_id from app.membership m join app.organization o on o.id = m.organization_id
         where o.slug = 'acme' and m.role = 'member' and m.display_name <> 'Robin'
        """);

    @Test
    void a_member_is_limited_to_their_permissions() {
        member.post("/v1/products", "{\"name\": \"Before\"}").is(201);
        permit("[\"customers:read\", \"products:read\", \"customers:write\"]");
        var made = member.post("/v1/customers", "{\"name\": \"Ada\"}").is(201);
        member.get("/v1/customers/" + made.text("/id")).is(200);
        member.get("/v1/products?limit=1").is(200);
        var refused = member.post("/v1/products", "{\"name\": \"After\"}").problem(ProblemCode.INSUFFICIENT_SCOPE);
        assertThat(refused.text("/detail")).contains("products:write");
        member.get("/v1/payment-orders").problem(ProblemCode.INSUFFICIENT_SCOPE);
        member.get("/v1/access/policies").problem(ProblemCode.INSUFFICIENT_SCOPE);

        permit("[]");
        member.get("/v1/customers").problem(ProblemCode.INSUFFICIENT_SCOPE);
        permit("null");
        member.post("/v1/products", "{\"name\": \"After\"}").is(201);
    }

    @Test
    void permissions_never_widen_a_role() {
        permit("[\"agents:write\", \"agents:read\"]");
        member.post("/v1/agents", "{\"name\": \"A\", \"model_provider\": \"x\", \"model_name\": \"y\"}")
                .problem(ProblemCode.FORBIDDEN);
        permit("null");
    }

    @Test
    void a_narrowed_member_grants_nothing() {
        for (var resource : new String[] {"api_keys", "invitations", "memberships"}) {
            owner.patch(path, "{\"permissions\": [\"%s:write\"]}".formatted(resource))
                    .problem(ProblemCode.INVALID_BODY);
        }
        owner.patch(path, "{\"permissions\": [\"everything\"]}").problem(ProblemCode.INVALID_BODY);
        permit("[\"memberships:read\"]");
        member.get(path).is(200);
        member.patch(path, "{\"permissions\": null}").problem(ProblemCode.INSUFFICIENT_SCOPE);
        permit("null");
    }

    @Test
    void grants_of_a_member_end_when_the_member_is_narrowed() {
        var admin = "/v1/memberships/" + SERVER.one("""
            select m.user_id from app.membership m join app.organization o on o.id = m.organization_id
             where o.slug = 'acme' and m.role = 'admin'
            """);
        var key = SERVER.person("acme", "admin")
                .post("/v1/api-keys", "{\"name\": \"Shop\", \"role\": \"viewer\"}")
                .is(201);
        SERVER.with(key.text("/secret")).get("/v1/customers").is(200);
        var narrowed =
                owner.patch(admin, "{\"permissions\": [\"customers:read\"]}").is(200);
        assertThat(narrowed.body().at("/ended/api_keys").toString()).contains(key.text("/id"));
        SERVER.with(key.text("/secret")).get("/v1/customers").problem(ProblemCode.UNAUTHENTICATED);
        owner.patch(admin, "{\"permissions\": null}").is(200);
    }

    @Test
    void an_owner_has_no_permissions() {
        var own = "/v1/memberships/" + SERVER.one("""
            select m.user_id from app.membership m join app.organization o on o.id = m.organization_id
             where o.slug = 'acme' and m.role = 'owner'
            """);
        owner.patch(own, "{\"permissions\": [\"customers:read\"]}").problem(ProblemCode.INVALID_BODY);
        permit("[\"customers:read\"]");
        owner.patch(path, "{\"role\": \"owner\"}").problem(ProblemCode.INVALID_BODY);
        permit("null");
    }

    private void permit(String permissions) {
        var changed = owner.patch(path, "{\"permissions\": %s}".formatted(permissions))
                .is(200);
        assertThat(changed.body().path("permissions")).isEqualTo(SERVER.mapper.readTree(permissions));
    }
}
