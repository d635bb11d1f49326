package hedgerow.server.auth;

import static hedgerow.server.http.ProblemCode.FORBIDDEN;
import static hedgerow.server.http.ProblemCode.INSUFFICIENT_SCOPE;
import static hedgerow.server.http.ProblemCode.INVALID_REFERENCE;
import static hedgerow.server.http.ProblemCode.NOT_FOUND;
import static hedgerow.server.http.ProblemCode.UNAUTHENTICATED;

import hedgerow.server.auth.World.Answer;
import hedgerow.server.http.ProblemCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Attacks with an agent's own key, in the hands of whoever has talked the agent into something.
final class AgentAttacks {

    private static final String OTHERS_ORDER = "of the other agent";

    private AgentAttacks() {}

    static Stream<Attack> all() {
        return Stream.of(keys(), limits(), orders(), secrets(), others()).flatMap(attacks -> attacks);
    }

    @FunctionalInterface
    private interface Attempt {
        /// Runs the attack.
        ///
        /// @param key of agent 1 of acme
        Answer by(World world, String key);
    }

    private static Attack agent(String name, ProblemCode expected, Attempt attempt) {
        return new Attack("agent, " + name, expected, world -> attempt.by(world, key(world, "Agent 1", "", "")));
    }

    private static Stream<Attack> keys() {
        return Stream.of(
                agent("makes a key", FORBIDDEN, (w, k) -> post(w, k, "/v1/api-keys", "name", "x", "role", "viewer")),
                agent(
                        "makes itself another key",
                        FORBIDDEN,
                        (w, k) ->
                                post(w, k, "/v1/api-keys", "name", "x", "role", "agent", "agent_id", id(w, "Agent 1"))),
                agent(
                        "ends its own key",
                        NOT_FOUND,
                        (w, k) -> post(w, k, "/v1/api-keys/" + keyOf(w, "hk_test_acme") + "/revoke")),
                agent(
                        "invites somebody",
                        FORBIDDEN,
                        (w, k) -> post(w, k, "/v1/invitations", "email", "eve@example.com", "role", "owner")),
                agent("plays a person", FORBIDDEN, (w, k) -> w.bearer("/v1/me", k)),
                agent("asks why", FORBIDDEN, (w, k) -> w.bearer("/v1/access/policies", k)),
                agent("on live data", FORBIDDEN, (w, k) -> w.bearer("/v1/agents", k, Place.LIVEMODE, "true")),
                agent(
                        "in another organization",
                        FORBIDDEN,
                        (w, k) -> w.bearer(
                                "/v1/agents",
                                k,
                                Place.ORGANIZATION,
                                w.organization("globex").toString())),
                new Attack("agent, paused", UNAUTHENTICATED, w -> w.bearer("/v1/agents", key(w, "Agent 2", "", ""))),
                new Attack(
                        "agent, with a revoked key",
                        UNAUTHENTICATED,
                        w -> w.bearer("/v1/agents", key(w, "Agent 1", ", revoked_at", ", now()"))),
                new Attack(
                        "agent, beyond its scope",
                        INSUFFICIENT_SCOPE,
                        w -> w.bearer(
                                "/v1/payment-orders",
                                key(w, "Agent 1", ", kind, scopes", ", 'restricted', array['agents:read']"))));
    }

    private static Stream<Attack> limits() {
        return Stream.of(
                agent(
                        "approves its own payment",
                        FORBIDDEN,
                        (w, k) -> post(w, k, "/v1/approvals/" + approval(w) + "/approve", "note", "fine")),
                agent(
                        "widens its limit",
                        FORBIDDEN,
                        (w, k) -> patch(
                                w,
                                k,
                                "/v1/agent-limits/" + first(w, "agent_limit", "agent_id", "Agent 1", "active"),
                                "per_payment",
                                "1000000")),
                agent(
                        "makes itself a limit",
                        FORBIDDEN,
                        (w, k) -> post(
                                w,
                                k,
                                "/v1/agent-limits",
                                Map.of(
                                        "agent_id", id(w, "Agent 1"),
                                        "currency", "USD",
                                        "per_payment", "1000000",
                                        "per_period", "1000000",
                                        "period", "day",
                                        "requires_approval_above", "1000000"))),
                agent(
                        "gives itself capabilities",
                        FORBIDDEN,
                        (w, k) -> w.send(
                                "PATCH",
                                "/v1/agents/" + id(w, "Agent 1"),
                                Optional.of(Map.of("capabilities", List.of("execute_refund"))),
                                bearer(k))));
    }

    private static Stream<Attack> orders() {
        return Stream.of(
                agent(
                        "makes an order",
                        FORBIDDEN,
                        (w, k) -> post(w, k, "/v1/payment-orders", Map.of("currency", "EUR", "amount_minor", 1))),
                agent(
                        "confirms an order",
                        FORBIDDEN,
                        (w, k) -> post(w, k, "/v1/payment-orders/" + order(w, "requires_confirmation") + "/confirm")),
                agent(
                        "cancels an order",
                        FORBIDDEN,
                        (w, k) -> post(w, k, "/v1/payment-orders/" + order(w, "requires_execution") + "/cancel")),
                agent(
                        "hands an order on",
                        FORBIDDEN,
                        (w, k) -> patch(
                                w,
                                k,
                                "/v1/payment-orders/"
                                        + first(
                                                w,
                                                "payment_order",
                                                "executing_agent_id",
                                                "Agent 1",
                                                "status = 'requires_execution' and amount_minor < 4000"),
                                "executing_agent_id",
                                id(w, "Agent 2"))),
                agent(
                        "gives money back",
                        FORBIDDEN,
                        (w, k) -> post(
                                w,
                                k,
                                "/v1/refunds",
                                Map.of(
                                        "payment_order_id",
                                        order(w, "succeeded"),
                                        "currency",
                                        "EUR",
                                        "amount_minor",
                                        1,
                                        "reason",
                                        "other"))));
    }

    private static Stream<Attack> secrets() {
        return Stream.of("provider_credential", "webhook_endpoint", "api_key", "customer")
                .map(table -> agent(
                        "reads a " + table,
                        NOT_FOUND,
                        (w, k) -> w.bearer(
                                "/v1/%ss/%s"
                                        .formatted(
                                                table.replace('_', '-'),
                                                w.one("select id from app.%s where %s limit 1"
                                                        .formatted(table, acme(w)))),
                                k)));
    }

    private static Stream<Attack> others() {
        return Stream.of(
                agent(
                        "reads an order " + OTHERS_ORDER,
                        NOT_FOUND,
                        (w, k) -> w.bearer("/v1/payment-orders/" + othersOrder(w), k)),
                agent(
                        "changes an order " + OTHERS_ORDER,
                        NOT_FOUND,
                        (w, k) -> patch(w, k, "/v1/payment-orders/" + othersOrder(w), "description", "mine")),
                agent(
                        "asks for the other agent",
                        INVALID_REFERENCE,
                        (w, k) -> post(
                                w,
                                k,
                                "/v1/approvals",
                                Map.of(
                                        "payment_order_id",
                                        othersOrder(w),
                                        "agent_id",
                                        id(w, "Agent 2"),
                                        "reason",
                                        "please",
                                        "expires_at",
                                        "2100-01-01T00:00:00Z"))),
                agent(
                        "lets the other agent work",
                        NOT_FOUND,
                        (w, k) -> post(w, k, "/v1/agents/" + id(w, "Agent 2") + "/activate")));
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private static String key(World world, String agent, String columns, String values) {
        return world.key("acme", false, "agent", ", agent_id" + columns, ", '" + id(world, agent) + "'" + values)
                .secret();
    }

    private static String acme(World world) {
        return "organization_id = '%s' and not livemode".formatted(world.organization("acme"));
    }

    private static String id(World world, String agent) {
        return world.one("select id from app.agent where name = '%s' and %s".formatted(agent, acme(world)));
    }

    private static String keyOf(World world, String prefix) {
        return world.one("select id from app.api_key where role = 'agent' and prefix like '%s%%' and %s limit 1"
                .formatted(prefix, acme(world)));
    }

    private static String first(World world, String table, String column, String agent, String condition) {
        return world.one("select id from app.%s where %s = '%s' and %s and %s limit 1"
                .formatted(table, column, id(world, agent), condition, acme(world)));
    }

    private static String order(World world, String status) {
        return first(world, "payment_order", "executing_agent_id", "Agent 1", "status = '" + status + "'");
    }

    private static String approval(World world) {
        world.inTenant(
                "acme",
                "insert into app.approval (organization_id, livemode, payment_order_id, agent_id, reason, requested_by,"
                        + " expires_at) select organization_id, livemode, id, executing_agent_id, 'large',"
                        + " 'agent:' || executing_agent_id, '2100-01-01' from app.payment_order where id = '"
                        + order(world, "requires_confirmation") + "'");
        return first(world, "approval", "agent_id", "Agent 1", "status = 'pending'");
    }

    private static String othersOrder(World world) {
        var organization = world.organization("acme");
        world.inTenant(
                "acme",
                "insert into app.payment_order (organization_id, livemode, executing_agent_id, currency, amount_minor,"
                        + " created_by) values ('%s', false, '%s', 'EUR', 1, 'system:test')"
                                .formatted(organization, id(world, "Agent 2")));
        return first(world, "payment_order", "executing_agent_id", "Agent 2", "true");
    }

    private static Answer post(World world, String key, String path, String... fields) {
        return fields.length == 0
                ? world.send("POST", path, Optional.empty(), bearer(key))
                : post(world, key, path, body(fields));
    }

    private static Answer post(World world, String key, String path, Map<String, Object> body) {
        return world.send("POST", path, Optional.of(body), bearer(key));
    }

    private static Answer patch(World world, String key, String path, String... fields) {
        return world.send("PATCH", path, Optional.of(body(fields)), bearer(key));
    }

    private static Map<String, Object> body(String... fields) {
        var body = new HashMap<String, Object>();
        for (var i = 0; i < fields.length; i += 2) {
            body.put(fields[i], fields[i + 1]);
        }
        return body;
    }

    private static String[] bearer(String key) {
        return new String[] {"Authorization", "Bearer " + key};
    }
}
