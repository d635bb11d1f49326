package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A tenant that the operator suspends is locked out, whoever asks, until the operator reinstates it.
class TenantSuspensionTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    @Test
    void nobody_of_a_suspended_tenant_gets_in_and_its_owner_cannot_lift_it() {
        var acme = SERVER.one("select id from app.organization where slug = 'acme'");
        var owner = SERVER.person("acme", "owner");
        var viewer = SERVER.person("acme", "viewer");
        var keys = List.of(SERVER.as("acme", "Owner"), SERVER.as("acme", "Agent"), SERVER.with(SERVER.liveKey("acme")));
        keys.forEach(key -> key.get("/v1/payment-orders?limit=1").is(200)); // it is then cached as a valid key

        SERVER.run("select app_private.suspend_tenant('%s', 'chargebacks')".formatted(acme));
        keys.forEach(key -> key.get("/v1/payment-orders?limit=1").problem(ProblemCode.UNAUTHENTICATED));
        owner.get("/v1/customers?limit=1").problem(ProblemCode.FORBIDDEN);
        viewer.get("/v1/customers?limit=1").problem(ProblemCode.FORBIDDEN);
        owner.patch("/v1/organizations/" + acme, "{\"name\": \"Back\"}").problem(ProblemCode.FORBIDDEN);
        assertThat(status(owner, acme)).isEqualTo("suspended");
        SERVER.as("globex", "Owner").get("/v1/customers?limit=1").is(200);

        SERVER.run("select app_private.reinstate_tenant('%s')".formatted(acme));
        owner.get("/v1/customers?limit=1").is(200);
        assertThat(status(owner, acme)).isEqualTo("active");
        var log = SERVER.as("acme", "Owner")
                .get("/v1/audit-log?actor=system:operator")
                .is(200);
        assertThat(log.text("/data/3/new_values/reason")).isEqualTo("chargebacks");
    }

    /// The status that a person sees: people may see where they belong.
    private static String status(ApiServer.Client person, String organization) {
        var mine = person.get("/v1/me/organizations").is(200).body().path("data");
        return mine.valueStream()
                .filter(one -> one.path("id").asString().equals(organization))
                .findFirst()
                .orElseThrow()
                .path("status")
                .asString();
    }
}
