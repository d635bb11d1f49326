package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each write and each action that the document describes is performed once, from top to bottom.
///
/// A line is a route, a body, and the expected value of a field in the response, or only the field.
/// `{prices}` is the id of a new price, made as its own line says; `{prices?active=false}` is the first
/// that such a query finds.
class EveryWriteTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private static final String WRITES = """
        POST /v1/products | {"name": "Tea"} | name=Tea
        PATCH /v1/products/{products} | {"active": false} | active=false
        POST /v1/prices | {"product_id": "{products}", "kind": "recurring", "currency": "EUR", \
            "unit_amount_minor": 900, "interval_unit": "month", "interval_count": 1} | kind=recurring
        POST /v1/prices/{prices}/deactivate || active=false
        POST /v1/prices/{prices?active=false}/activate || active=true
        POST /v1/customers | {"name": "Ada"} | name=Ada
        PATCH /v1/customers/{customers} | {"country": "DE"} | country=DE
        POST /v1/customers/{customers}/archive || archived_at
        POST /v1/customers/{customers?archived=true}/restore || archived_at=null
        POST /v1/payment-methods | {"customer_id": "{customers}", "kind": "sepa_debit", "provider": "stripe", \
            "provider_token": "pm_1", "last4": "3000"} | status=active
        POST /v1/payment-methods/{payment-methods}/detach || status=detached
        POST /v1/subscriptions | {"customer_id": "{customers}", "price_id": "{prices}"} | status=incomplete
        PATCH /v1/subscriptions/{subscriptions} | {"quantity": 2} | quantity=2
        POST /v1/subscriptions/{subscriptions}/begin || status=active
        POST /v1/subscriptions/{subscriptions?status=active}/pause || status=paused
        POST /v1/subscriptions/{subscriptions?status=paused}/resume || status=active
        POST /v1/subscriptions/{subscriptions}/cancel || status=canceled
        POST /v1/payment-links | {"price_id": "{prices}"} | status=active
        PATCH /v1/payment-links/{payment-links} | {"max_uses": 3} | max_uses=3
        POST /v1/payment-links/{payment-links}/disable || status=disabled
        POST /v1/payment-links/{payment-links?status=disabled}/enable || status=active
        POST /v1/payment-orders | {"currency": "EUR", "amount_minor": 4200} | status=requires_confirmation
        PATCH /v1/payment-orders/{payment-orders} | {"description": "Tea"} | description=Tea
        POST /v1/payment-orders/{payment-orders}/confirm || status=requires_execution
        POST /v1/payment-orders/{payment-orders}/cancel || status=canceled
        POST /v1/approvals | {"payment_order_id": "{payment-orders}", "reason": "large", \
            "expires_at": "2100-01-01T00:00:00Z"} | status=pending
        POST /v1/approvals/{approvals}/approve | {"note": "fine"} | status=approved
        POST /v1/approvals/{approvals}/reject | {} | status=rejected
        POST /v1/agents | {"name": "{random}", "model_provider": "anthropic", "model_name": "claude"} | status=draft
        PATCH /v1/agents/{agents} | {"temperature": 0.5} | temperature=0.5
        POST /v1/agents/{agents}/activate || status=active
        POST /v1/agents/{agents?status=active}/pause || status=paused
        POST /v1/agents/{agents}/retire || status=retired
        POST /v1/prompt-templates | {"agent_id": "{agents}", "name": "greeting.{random}", "body": "Hello"} | number=1
        POST /v1/test-clocks | {"name": "{random}", "now_at": "2026-01-05T09:00:00Z"} | status=ready
        POST /v1/test-clocks/{test-clocks?status=ready}/advance | {"now_at": "2100-01-01T00:00:00Z"} \
            | now_at=2100-01-01T00:00:00Z
        POST /v1/agent-limits | {"agent_id": "{agents}", "currency": "EUR", "per_payment": "9000", \
            "per_period": "90000", "period": "day", "requires_approval_above": "1000"} | active=true
        PATCH /v1/agent-limits/{agent-limits} | {"active": false} | active=false
        POST /v1/wallets | {"kind": "eoa", "chain": "eip155:84532", "address": "0x{random}", "label": "Till"} \
            | label=Till
        PATCH /v1/wallets/{wallets} | {"label": "Safe"} | label=Safe
        POST /v1/chain-transactions/{chain-transactions?status=signed}/cancel || asked=cancel
        POST /v1/chain-transactions/{chain-transactions?status=needs_review}/resolve | {"outcome": "not_paid"} \
            | asked=not_paid
        POST /v1/wallets/{wallets}/freeze || status=frozen
        POST /v1/wallets/{wallets?status=frozen}/activate || status=active
        POST /v1/wallets/{wallets}/retire || status=retired
        POST /v1/api-keys | {"name": "Shop", "role": "viewer"} | secret
        PATCH /v1/api-keys/{api-keys} | {"name": "Till"} | name=Till
        POST /v1/api-keys/{api-keys}/revoke || revoked_at
        POST /v1/invitations | {"email": "{random}@example.com", "role": "viewer"} | secret
        POST /v1/invitations/{invitations}/revoke || status=revoked
        PATCH /v1/memberships/{memberships?role=viewer} | {"display_name": "Vi"} | display_name=Vi
        DELETE /v1/memberships/{memberships?role=viewer} ||
        POST /v1/provider-credentials | {"provider": "stripe", "label": "{random}", "secret": "rk_{random}"} | hint
        PATCH /v1/provider-credentials/{provider-credentials} | {"label": "Main"} | label=Main
        POST /v1/provider-credentials/{provider-credentials}/webhook || webhook_path
        POST /v1/provider-credentials/{provider-credentials}/webhook-secret | {"secret": "whsec_{random}"} | hint
        POST /v1/provider-credentials/{provider-credentials}/revoke || status=revoked
        POST /v1/provider-requests/{provider-requests?status=needs_review}/resolve | {"outcome": "not_paid"} \
            | asked=not_paid
        POST /v1/deposits/{deposits?status=needs_review}/resolve | {"outcome": "kept", "note": "Nobody asks for it"} \
            | asked=kept
        POST /v1/webhook-endpoints | {"url": "https://shop.example/hooks", "event_types": ["*"]} | secret
        PATCH /v1/webhook-endpoints/{webhook-endpoints} | {"description": "Shop"} | description=Shop
        POST /v1/webhook-endpoints/{webhook-endpoints}/rotate || secret
        POST /v1/webhook-endpoints/{webhook-endpoints}/test || type=webhook_endpoint.test
        POST /v1/webhook-endpoints/{webhook-endpoints}/recover | {"since": "2026-01-05T09:00:00Z"} | deliveries=0
        POST /v1/webhook-endpoints/{webhook-endpoints}/disable || status=disabled
        POST /v1/webhook-endpoints/{webhook-endpoints?status=disabled}/enable || status=enabled
        DELETE /v1/webhook-endpoints/{webhook-endpoints} ||
        POST /v1/webhook-deliveries/{webhook-deliveries?status=failed}/retry || status=pending
        GET /v1/ledger-accounts/{ledger-accounts?code=cash}/balance || balance
        GET /v1/providers/{providers?} || code
        GET /v1/chains/{chains?} || code
        GET /v1/assets/{assets?} || code
        """;

    /// Writes that other tests call, because they take more than a line.
    private static final List<String> ELSEWHERE = List.of(
            "AuthTest: [A-Z]+ /v1/(auth|me)(/.*)?",
            "AuthTest: POST /v1/(organizations|invitations/accept)",
            "HttpCoreTest: GET /(openapi.json|docs|docs/assets/.*|problems/.*|healthz|readyz|metrics)?",
            "PaymentPagesTest: (GET|POST) /pay/[{]}(/[{]})?",
            "ProviderWebhooksTest: POST /in/[{]}",
            "ToolsTest: POST /v1/agent-log",
            "LifeCycleTest: POST /v1/(access/explain|refunds|refunds/[{]}/cancel)",
            "LifeCycleTest: GET /v1/access/policies",
            "LifeCycleTest: (GET|PATCH) /v1/organizations/[{]}");

    /// Resources without events.
    private static final List<String> QUIET = List.of(
            "/v1/api-keys",
            "/v1/chain-transactions",
            "/v1/deposits",
            "/v1/invitations",
            "/v1/prompt-templates",
            "/v1/provider-credentials",
            "/v1/provider-requests",
            "/v1/webhook-endpoints",
            "/v1/webhook-deliveries");

    private static final Pattern NAME = Pattern.compile("[{]([a-z-]+)([?][^}]*)?}");

    private final ApiServer.Client key = SERVER.as("acme", "Owner");

    record Write(String method, String path, String body, String field, String value) {

        /// Parses a line.
        ///
        /// @param line `METHOD path | body | field=value`
        static Write of(String line) {
            var parts = line.split(" *[|] *", -1);
            var route = parts[0].split(" ");
            var said = parts[2].split("=");
            return new Write(route[0], route[1], parts[1], said[0], said.length > 1 ? said[1] : "");
        }

        String route() {
            return method + " " + anonymous(path);
        }
    }

    static Stream<Write> writes() {
        return WRITES.lines().map(Write::of);
    }

    @ParameterizedTest
    @MethodSource("writes")
    void it_is_done(Write write) {
        var request = filled(write);
        if (!request.method.equals("GET")) {
            isTriedFirst(request);
        }
        var once =
                decider(request.path).with("Idempotency-Key", UUID.randomUUID().toString());
        var answer = send(once, request);
        assertThat(answer.status()).as(answer.response().body()).isBetween(200, 204);
        if (!write.value.isEmpty()) {
            assertThat(String.valueOf(answer.text("/" + write.field))).isEqualTo(write.value);
        } else if (!write.field.isEmpty()) {
            assertThat(answer.text("/" + write.field)).isNotNull();
        }
        if (write.method.equals("POST")) {
            var again = send(once, request);
            assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
            assertThat(again.status()).isEqualTo(answer.status());
            var secret = ",?\"secret\":\"[^\"]*\"";
            assertThat(again.response().body())
                    .isEqualTo(answer.response().body().replaceAll(secret, ""));
            assertThat(again.header("ETag")).isEqualTo(answer.header("ETag"));
            assertThat(again.header("Location")).isEqualTo(answer.header("Location"));
        }
    }

    private void isTriedFirst(Write request) {
        var before = SERVER.writes();
        var dry = decider(request.path).with("Prefer", "return=minimal, TX = \"rollback\"");
        var tried = send(dry, request);
        assertThat(tried.status()).as(tried.response().body()).isBetween(200, 204);
        assertThat(tried.header("Preference-Applied")).isEqualTo("tx=rollback");
        assertThat(SERVER.writes()).isEqualTo(before);
    }

    /// Other tests try those that take more than a line.
    @Test
    void a_write_that_cannot_be_undone_refuses_to_be_tried() {
        var granted = new TreeSet<String>();
        var before = SERVER.writes();
        Operation.writes(SERVER.document()).forEach(operation -> {
            if (operation.hasHeader("Prefer")) {
                granted.add(operation.toString());
            } else {
                var refused = SERVER.person("acme", "owner")
                        .with("Prefer", "tx=rollback")
                        .send(operation.method(), operation.path(), Optional.of("{}"));
                assertThat(refused.problem(ProblemCode.INVALID_HEADER).text("/detail"))
                        .as(operation::toString)
                        .contains("Prefer");
            }
        });
        assertThat(SERVER.writes()).isEqualTo(before);
        writes().map(write -> write.method + " " + write.path.replaceAll("[{][^}]*}", "{id}"))
                .forEach(granted::remove);
        assertThat(granted)
                .containsExactlyInAnyOrder(
                        "DELETE /v1/auth/sessions/{session}", // DryRunTest
                        "POST /v1/me", // AuthTest
                        "PATCH /v1/me", // DryRunTest
                        "POST /v1/organizations", // DryRunTest
                        "POST /v1/invitations/accept", // DryRunTest
                        "PATCH /v1/organizations/{id}", // DryRunTest
                        "POST /v1/agent-log", // by agents: ToolsTest
                        "POST /v1/refunds", // DryRunTest
                        "POST /v1/refunds/{id}/cancel"); // DryRunTest
    }

    static Stream<Write> actions() {
        return writes().filter(write -> write.route().matches("POST /v1/[a-z-]+/[{]}/[a-z]+"))
                .filter(write -> !write.path.endsWith("/test")); // each is a test of its own
    }

    /// The move itself decides who made it, so that one event is reported once.
    @ParameterizedTest
    @MethodSource("actions")
    void an_action_that_many_take_at_once_happens_once_and_has_one_event(Write write) throws Exception {
        var request = filled(write);
        var subject = request.path.split("/")[3];
        var client = decider(request.path);
        var before = events(subject);
        Callable<Integer> act = () -> send(client, request).status();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var statuses = threads.invokeAll(Collections.nCopies(8, act)).stream()
                    .map(Future::resultNow)
                    .toList();
            if (QUIET.stream().noneMatch(request.path::startsWith)) {
                assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 409);
                assertThat(events(subject)).hasSize(before.size() + 1);
            } else {
                assertThat(statuses).contains(200);
                assertThat(events(subject)).isEmpty();
            }
        }
    }

    private List<String> events(String subject) {
        return key.get("/v1/events?limit=100&subject_id=" + subject)
                .body()
                .path("data")
                .valueStream()
                .map(event -> event.path("id").asString())
                .toList();
    }

    /// A key that nothing would store is refused, so that nobody relies on it.
    @Test
    void every_other_post_takes_no_idempotency_key() {
        var without = SERVER.document().path("paths").properties().stream()
                .filter(path -> path.getValue().has("post")
                        && !path.getValue().path("post").toString().contains("parameters/IdempotencyKey"))
                .map(Map.Entry::getKey)
                .filter(path -> path.startsWith("/v1/")) // providers and browsers send what they send
                .toList();
        assertThat(without).allMatch(path -> path.matches("/v1/(auth|me|access)(/.*)?|/v1/organizations|.*/accept"));
        var person = SERVER.person("acme", "owner").with("Idempotency-Key", "k");
        for (var path : without) {
            var refused = person.post(path, "{}").problem(ProblemCode.INVALID_HEADER);
            assertThat(refused.text("/detail")).contains("Idempotency-Key");
        }
    }

    @Test
    void no_route_of_the_document_is_left_out() {
        var here = writes().map(Write::route).collect(Collectors.toSet());
        var lists = EveryResourceTest.lists().collect(Collectors.toSet());
        var missing = routes();
        missing.removeAll(here);
        missing.removeIf(route -> lists.contains(route.replaceFirst("^GET ", "").replaceFirst("/[{]}$", "")));
        missing.removeIf(route -> ELSEWHERE.stream().anyMatch(other -> route.matches(other.split(": ")[1])));
        assertThat(missing).isEmpty();
        assertThat(routes()).containsAll(here);
    }

    private static Set<String> routes() {
        return SERVER.document().path("paths").properties().stream()
                .flatMap(path -> path.getValue()
                        .propertyStream()
                        .map(Map.Entry::getKey)
                        .filter(name ->
                                Set.of("get", "post", "patch", "put", "delete").contains(name))
                        .map(method -> method.toUpperCase(Locale.ROOT) + " " + anonymous(path.getKey())))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String anonymous(String path) {
        return path.replaceAll("[{][^}]+}", "{}");
    }

    private Write filled(Write write) {
        return new Write(write.method, filled(write.path), filled(write.body), write.field, write.value);
    }

    private static ApiServer.Answer send(ApiServer.Client client, Write request) {
        return switch (request.method) {
            case "GET" -> client.get(request.path);
            case "POST" -> request.body.isEmpty() ? client.post(request.path) : client.post(request.path, request.body);
            case "PATCH" -> client.patch(request.path, request.body);
            case "DELETE" -> client.delete(request.path);
            default -> throw new AssertionError(request);
        };
    }

    /// The caller who may act: people manage members; a second person, who did not make the key, decides on
    /// approvals.
    private ApiServer.Client decider(String path) {
        return path.startsWith("/v1/approvals/")
                ? SERVER.person("acme", "admin")
                : path.startsWith("/v1/memberships/") ? SERVER.person("acme", "owner") : key;
    }

    private String filled(String text) {
        return NAME.matcher(text).replaceAll(name -> named(name.group(1), name.group(2)));
    }

    private String named(String name, String query) {
        if (name.equals("random")) {
            return UUID.randomUUID().toString().replace("-", "") + "00000000";
        }
        return query == null ? id("", make("POST /v1/" + name)) : id("/data/0", key.get("/v1/" + name + query));
    }

    private ApiServer.Answer make(String route) {
        var request = filled(writes().filter(write -> write.route().equals(route))
                .findFirst()
                .orElseThrow());
        return send(decider(request.path), request).is(201);
    }

    private static String id(String at, ApiServer.Answer answer) {
        return Stream.of("/id", "/user_id", "/code")
                .map(field -> answer.text(at + field))
                .filter(value -> value != null)
                .findFirst()
                .orElseThrow(() -> new AssertionError(answer.response().body()));
    }
}
