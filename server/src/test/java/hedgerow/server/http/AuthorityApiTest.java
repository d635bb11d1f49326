package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Through the API, a second person approves, nobody grants more than they have, and everything that
/// somebody granted ends with them.
@Tag("isolation")
class AuthorityApiTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private static final String ORGANIZATION = "Hedgerow-Organization";

    private final ApiServer.Client acme = SERVER.as("acme", "Owner");

    // --- the second person ---------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"by their own hand", "by a key", "by the key of a key"})
    void nobody_approves_an_order_that_they_made_and_confirmed(String how) {
        var owner = SERVER.person("acme", "owner");
        var order = order(owner, agent(owner));
        var confirmer = switch (how) {
            case "by a key" -> made(owner);
            case "by the key of a key" -> made(made(owner));
            default -> owner;
        };
        assertThat(confirmer.post(order + "/confirm").is(200).text("/status")).isEqualTo("requires_approval");
        var approve = approval(order) + "/approve";
        assertThat(owner.post(approve, "{}").problem(ProblemCode.FORBIDDEN).text("/detail"))
                .contains("behind this payment");
        made(owner).post(approve, "{}").problem(ProblemCode.FORBIDDEN);
        assertThat(acme.get(order).text("/status")).isEqualTo("requires_approval");
        SERVER.person("acme", "admin").post(approve, "{}").is(200);
        assertThat(acme.get(order).text("/status")).isEqualTo("requires_execution");
    }

    @Test
    void an_order_is_not_approved_by_whoever_made_it_when_another_has_confirmed_it() {
        var owner = SERVER.person("acme", "owner");
        var admin = SERVER.person("acme", "admin");
        var order = order(owner, agent(owner));
        admin.post(order + "/confirm").is(200);
        var approval = approval(order);
        owner.post(approval + "/approve", "{}").problem(ProblemCode.FORBIDDEN);
        admin.post(approval + "/approve", "{}").problem(ProblemCode.FORBIDDEN);
        assertThat(acme.get(approval).body().path("initiators").valueStream().map(person -> person.asString()))
                .containsExactlyInAnyOrder(
                        "user:" + SERVER.user("acme", "owner"), "user:" + SERVER.user("acme", "admin"));
    }

    @Test
    void an_order_of_somebody_else_is_not_there_for_an_agent_that_requests_approval() {
        var agent = SERVER.as("acme", "Agent");
        var id = agent.get("/v1/agents").text("/data/0/id");
        var order = acme.post("/v1/payment-orders", "{\"currency\": \"EUR\", \"amount_minor\": 5}")
                .is(201)
                .text("/id");
        agent.get("/v1/payment-orders/" + order).problem(ProblemCode.NOT_FOUND);
        var nothing = request(agent, id, "01990000-0000-7000-8000-000000000000");
        assertThat(without(request(agent, id, order))).isEqualTo(without(nothing));
        request(acme, id, order).is(201);
        assertThat(without(request(agent, id, order)))
                .as("somebody has requested it")
                .isEqualTo(without(nothing));
    }

    private static ApiServer.Answer request(ApiServer.Client client, String agent, String order) {
        return client.with("X-Request-Id", "request").post("/v1/approvals", """
            {"agent_id": "%s", "reason": "please", "expires_at": "2100-01-01T00:00:00Z", "payment_order_id": "%s"}\
            """.formatted(agent, order));
    }

    private static String without(ApiServer.Answer refused) {
        return refused.problem(ProblemCode.INVALID_REFERENCE).response().body();
    }

    // --- handing out ---------------------------------------------------------------------------------------------

    @Test
    void an_owner_makes_a_restricted_owner_key_that_makes_no_owner() {
        var member = "/v1/memberships/" + SERVER.user("acme", "member");
        var inviter = SERVER.restricted("invitations:write");
        var promoter = SERVER.restricted("memberships:read", "memberships:write");
        for (var role : List.of("owner", "admin", "member", "viewer")) {
            assertThat(inviter.post("/v1/invitations", invitation(role))
                            .problem(ProblemCode.FORBIDDEN)
                            .text("/detail"))
                    .contains("restricted key");
        }
        for (var role : List.of("owner", "admin")) {
            promoter.patch(member, "{\"role\": \"%s\"}".formatted(role)).problem(ProblemCode.FORBIDDEN);
        }
        promoter.patch(member, "{\"display_name\": \"Max\"}").is(200);
        var former = acme.get("/v1/memberships?status=suspended").text("/data/0/user_id");
        promoter.patch("/v1/memberships/" + former, "{\"status\": \"active\"}").problem(ProblemCode.FORBIDDEN);
        acme.post("/v1/invitations", invitation("owner")).is(201);
    }

    @Test
    void a_key_makes_keys_within_its_scopes_and_its_life() {
        var maker = SERVER.restricted("api_keys:write", "customers:read");
        maker.post("/v1/api-keys", key("owner", "\"kind\": \"restricted\", \"scopes\": [\"customers:read\"]"))
                .is(201);
        maker.post("/v1/api-keys", key("viewer", "\"kind\": \"restricted\", \"scopes\": [\"products:read\"]"))
                .problem(ProblemCode.FORBIDDEN);
        maker.post("/v1/api-keys", key("viewer", "\"kind\": \"secret\"")).problem(ProblemCode.FORBIDDEN);
        SERVER.as("acme", "Admin")
                .post("/v1/api-keys", key("owner", "\"kind\": \"secret\""))
                .problem(ProblemCode.FORBIDDEN);
        var soon = "\"expires_at\": \"2090-01-01T00:00:00Z\"";
        var ending = SERVER.with(
                acme.post("/v1/api-keys", key("owner", soon)).is(201).text("/secret"));
        assertThat(ending.post("/v1/api-keys", key("viewer", "\"kind\": \"secret\""))
                        .problem(ProblemCode.FORBIDDEN)
                        .text("/detail"))
                .contains("expires_at");
        ending.post("/v1/api-keys", key("viewer", soon)).is(201);
    }

    /// Deliveries to an endpoint contain whole rows.
    @Test
    void a_restricted_key_has_nothing_sent_that_it_could_not_read() {
        var hook = "{\"url\": \"https://shop.example/hooks\", \"event_types\": [\"%s\"]}";
        var writer = SERVER.restricted("webhook_endpoints:write", "events:read", "customers:read");
        writer.post("/v1/webhook-endpoints", hook.formatted("customer.*")).is(201);
        writer.post("/v1/webhook-endpoints", hook.formatted("*")).problem(ProblemCode.INSUFFICIENT_SCOPE);
        writer.post("/v1/webhook-endpoints", hook.formatted("payment_order.created"))
                .problem(ProblemCode.INSUFFICIENT_SCOPE);
        SERVER.restricted("webhook_endpoints:write", "customers:read")
                .post("/v1/webhook-endpoints", hook.formatted("customer.created"))
                .problem(ProblemCode.INSUFFICIENT_SCOPE);
        var all =
                acme.post("/v1/webhook-endpoints", hook.formatted("*")).is(201).text("/id");
        writer.patch("/v1/webhook-endpoints/" + all, "{\"url\": \"https://evil.example/hooks\"}")
                .problem(ProblemCode.INSUFFICIENT_SCOPE);
    }

    // --- ending --------------------------------------------------------------------------------------------------

    private record Team(ApiServer.Client owner, ApiServer.Client admin, String member, ApiServer.Client guest) {}

    /// An organization of its own, with an owner and an admin, who joined by invitation.
    private static Team team() {
        var founder = SERVER.signedIn(SERVER.user("acme", "owner"));
        var slug = "team-" + UUID.randomUUID();
        var organization =
                founder.post("/v1/organizations", """
                    {"slug": "%s", "name": "Team", "country": "DE", "default_currency": "EUR"}\
                    """.formatted(slug)).is(201).text("/id");
        var owner = founder.with(ORGANIZATION, organization);
        var guest = SERVER.signedIn(SERVER.user("globex", "viewer"));
        accept(guest, owner.post("/v1/invitations", invitation("admin"))).is(200);
        var member = "/v1/memberships/" + SERVER.user("globex", "viewer");
        return new Team(owner, guest.with(ORGANIZATION, organization), member, guest);
    }

    @ParameterizedTest
    @CsvSource({"DELETE,-", "PATCH,status=suspended", "PATCH,role=viewer"})
    void grants_of_an_admin_end_with_the_role(String method, String change) {
        var team = team();
        var back = team.admin.post("/v1/invitations", invitation("admin")).is(201);
        var key = team.admin
                .post("/v1/api-keys", key("admin", "\"kind\": \"secret\""))
                .is(201);
        var byKey = SERVER.with(key.text("/secret"))
                .post("/v1/api-keys", key("member", "\"kind\": \"secret\""))
                .is(201);
        var answer = method.equals("DELETE")
                ? team.owner.delete(team.member).is(200)
                : team.owner
                        .patch(team.member, "{\"%s\": \"%s\"}".formatted((Object[]) change.split("=")))
                        .is(200);
        assertThat(texts(answer, "/ended/api_keys")).containsExactlyInAnyOrder(key.text("/id"), byKey.text("/id"));
        assertThat(texts(answer, "/ended/invitations")).containsExactly(back.text("/id"));
        for (var ended : List.of(key, byKey)) {
            SERVER.with(ended.text("/secret")).get("/v1/api-keys").problem(ProblemCode.UNAUTHENTICATED);
        }
        accept(team.guest, back).problem(ProblemCode.NOT_FOUND);
        if (!change.contains("viewer")) {
            team.admin.get("/v1/customers").problem(ProblemCode.FORBIDDEN);
        }
        accept(SERVER.signedIn(SERVER.user("globex", "member")), back).problem(ProblemCode.NOT_FOUND);

        if (!method.equals("DELETE")) {
            team.owner
                    .patch(team.member, "{\"role\": \"admin\", \"status\": \"active\"}")
                    .is(200);
            team.admin.get("/v1/api-keys").is(200);
        }
        SERVER.with(key.text("/secret")).get("/v1/api-keys").problem(ProblemCode.UNAUTHENTICATED);
        assertThat(team.owner.get("/v1/invitations/" + back.text("/id")).text("/status"))
                .isEqualTo("revoked");
    }

    @Test
    void grants_within_the_new_role_stay() {
        var team = team();
        var key = team.admin
                .post("/v1/api-keys", key("viewer", "\"kind\": \"secret\""))
                .is(201);
        var answer = team.owner.patch(team.member, "{\"role\": \"viewer\"}").is(200);
        assertThat(texts(answer, "/ended/api_keys")).isEmpty();
        SERVER.with(key.text("/secret")).get("/v1/customers").is(200);
    }

    @Test
    void a_dry_run_shows_the_grants_that_would_end() {
        var team = team();
        var key = team.admin
                .post("/v1/api-keys", key("admin", "\"kind\": \"secret\""))
                .is(201);
        var tried = team.owner.with("Prefer", "tx=rollback").delete(team.member).is(200);
        assertThat(texts(tried, "/ended/api_keys")).containsExactly(key.text("/id"));
        SERVER.with(key.text("/secret")).get("/v1/customers").is(200);
    }

    @Test
    void keys_made_by_a_key_end_when_it_is_revoked() {
        var key =
                acme.post("/v1/api-keys", key("admin", "\"kind\": \"secret\"")).is(201);
        var byKey = SERVER.with(key.text("/secret"))
                .post("/v1/api-keys", key("viewer", "\"kind\": \"secret\""))
                .is(201);
        acme.post("/v1/api-keys/" + key.text("/id") + "/revoke").is(200);
        SERVER.with(byKey.text("/secret")).get("/v1/customers").problem(ProblemCode.UNAUTHENTICATED);
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private static List<String> texts(ApiServer.Answer answer, String pointer) {
        return answer.body()
                .at(pointer)
                .valueStream()
                .map(one -> one.asString())
                .toList();
    }

    private static ApiServer.Answer accept(ApiServer.Client guest, ApiServer.Answer invitation) {
        return guest.post(
                "/v1/invitations/accept",
                SERVER.mapper.writeValueAsString(Map.of("token", invitation.text("/secret"))));
    }

    private static String invitation(String role) {
        return "{\"email\": \"%s@example.com\", \"role\": \"%s\"}".formatted(UUID.randomUUID(), role);
    }

    private static String key(String role, String more) {
        return "{\"name\": \"k\", \"role\": \"%s\", %s}".formatted(role, more);
    }

    /// A caller with a new owner key made by `maker`.
    private static ApiServer.Client made(ApiServer.Client maker) {
        return SERVER.with(maker.post("/v1/api-keys", key("owner", "\"kind\": \"secret\""))
                .is(201)
                .text("/secret"));
    }

    /// An active agent that pays up to 10 EUR without approval.
    private static String agent(ApiServer.Client owner) {
        var wallet = owner.post("/v1/wallets", """
            {"kind": "eoa", "chain": "eip155:84532", "address": "0x%s00000000", "label": "w"}\
            """.formatted(
                                UUID.randomUUID().toString().replace("-", "")))
                .is(201)
                .text("/id");
        var agent = owner.post("/v1/agents", """
            {"name": "%s", "agent_wallet_id": "%s", "capabilities": ["execute_payment"], "model_provider": "x",
             "model_name": "y"}\
            """.formatted(UUID.randomUUID(), wallet))
                .is(201)
                .text("/id");
        owner.post("/v1/agents/" + agent + "/activate").is(200);
        owner.post("/v1/agent-limits", """
            {"agent_id": "%s", "currency": "EUR", "per_payment": "100000", "per_period": "100000", "period": "day",
             "requires_approval_above": "1000"}\
            """.formatted(agent)).is(201);
        return agent;
    }

    private static String order(ApiServer.Client maker, String agent) {
        return "/v1/payment-orders/"
                + maker.post("/v1/payment-orders", """
                    {"currency": "EUR", "amount_minor": 90000, "executing_agent_id": "%s"}\
                    """.formatted(agent)).is(201).text("/id");
    }

    private String approval(String order) {
        return "/v1/approvals/"
                + acme.get("/v1/approvals?payment_order_id=" + order.replaceFirst(".*/", ""))
                        .text("/data/0/id");
    }
}
