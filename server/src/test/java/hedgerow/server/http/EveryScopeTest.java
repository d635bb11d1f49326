package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A key with one scope calls every operation that the document describes. It is admitted where the scope
/// permits, and no response contains anything of another resource; with a write scope, none contains
/// anything of its own.
class EveryScopeTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    /// The fields of a row that a key sees if it may write but not read it.
    private static final Set<String> WRITTEN =
            Set.of("object", "id", "user_id", "version", "status", "secret", "withheld");

    /// Fields that contain rows of other resources.
    private static final Set<String> CARRIERS = Set.of("payload", "old_values", "new_values");

    /// Rows in the state that an operation needs, where not every row of the collection will do.
    private static final Map<String, String> FIT =
            Map.of("POST /v1/refunds payment_order_id", """
                select o.id from app.payment_order o join app.organization t on t.id = o.organization_id
                 where t.slug = 'acme' and not o.livemode and o.status = 'succeeded' and o.currency = 'EUR'
                   and o.amount_minor >= 1000 and not exists (select from app.refund r where r.payment_order_id = o.id)
                """, "POST /v1/subscriptions price_id", """
                select p.id from app.price p join app.organization t on t.id = p.organization_id
                 where t.slug = 'acme' and not p.livemode and p.active and p.kind = 'recurring'
                """);

    private static ApiServer.Client acme;

    /// The texts in the rows of each collection.
    private static final Map<String, Set<String>> TEXTS = new HashMap<>();

    private static final Map<String, String> IDS = new HashMap<>();

    @BeforeAll
    static void read() {
        acme = SERVER.as("acme", "Owner");
        acme.post("/v1/customers", "{\"name\": \"Secret Person\", \"email\": \"secret@example.com\"}")
                .is(201);
        collections().forEach(EveryScopeTest::read);
    }

    private static void read(String collection) {
        if (!collection.equals("/v1/access")) {
            var texts = new HashSet<String>();
            rows(collection).forEach(row -> collect(row, texts));
            TEXTS.put(collection, texts);
        }
    }

    static Stream<String> collections() {
        return Operation.all(SERVER.document()).map(Operation::collection).distinct();
    }

    /// The scopes for reading and writing; access has one more.
    static Stream<String> scopes() {
        return collections()
                .map(EveryScopeTest::resource)
                .flatMap(resource -> resource.equals("access")
                        ? Stream.of("access:admin")
                        : Stream.of(resource + ":read", resource + ":write"));
    }

    @ParameterizedTest
    @MethodSource("scopes")
    void a_key_with_one_scope_reads_nothing_else(String scope) {
        var key = SERVER.restricted(scope);
        collections().filter(path -> scope.startsWith(resource(path) + ":")).forEach(EveryScopeTest::read);
        var faults = new ArrayList<String>();
        Operation.all(SERVER.document()).forEach(operation -> {
            for (var answer : calls(key, operation)) {
                if (!needed(operation).equals(scope)) {
                    answer.problem(ProblemCode.INSUFFICIENT_SCOPE);
                } else if (answer.status() < 300) {
                    faults(operation, answer).forEach(fault -> faults.add(operation + ": " + fault));
                } else {
                    assertThat(shown(answer.body(), others(operation.collection())))
                            .as(operation::toString)
                            .isEmpty();
                }
            }
        });
        assertThat(faults).isEmpty();
    }

    /// Otherwise the test above would show nothing.
    @Test
    void a_key_with_the_scope_may_send_the_same_requests() {
        var refused = Operation.all(SERVER.document())
                .filter(operation -> operation.isCreation() || operation.isList())
                .filter(operation -> calls(SERVER.restricted(needed(operation)), operation).stream()
                        .noneMatch(answer -> answer.status() < 300))
                .map(Operation::toString);
        assertThat(refused)
                .containsExactlyInAnyOrder(
                        // Agents alone write their log; a key with fewer rights grants nothing.
                        "POST /v1/agent-log",
                        "POST /v1/api-keys",
                        "POST /v1/invitations",
                        "POST /v1/webhook-endpoints");
    }

    @ParameterizedTest
    @MethodSource("hedgerow.server.http.EveryResourceTest#pages")
    void an_expansion_needs_the_scope_of_the_expanded_resource(String path) {
        var key = SERVER.restricted(resource(path) + ":read");
        references(path).forEach(name -> key.get(path + "?expand=" + name).problem(ProblemCode.INSUFFICIENT_SCOPE));
    }

    @Test
    void an_event_is_shown_without_its_subject_and_names_the_missing_fields() {
        var newest = "/v1/events?type=customer.created&limit=1";
        var cut = SERVER.restricted("events:read").get(newest).is(200);
        assertThat(cut.text("/data/0/withheld/0")).isEqualTo("payload");
        assertThat(cut.body().at("/data/0").has("payload")).isFalse();
        assertThat(SERVER.restricted("events:read")
                        .get(newest + "&fields=id,payload")
                        .is(200)
                        .text("/data/0/withheld/0"))
                .isEqualTo("payload");
        var whole =
                SERVER.restricted("events:read", "customers:read").get(newest).is(200);
        assertThat(whole.text("/data/0/payload/name")).isEqualTo("Secret Person");
        assertThat(whole.body().at("/data/0").has("withheld")).isFalse();
        assertThat(acme.get(newest).text("/data/0/payload/name")).isEqualTo("Secret Person");
    }

    @Test
    void the_audit_log_omits_values_that_the_key_may_not_read() {
        var newest = "/v1/audit-log?limit=1&table_name=";
        var key = SERVER.restricted("audit_log:read", "customers:read", "events:read");
        assertThat(key.get(newest + "customer").is(200).text("/data/0/new_values/name"))
                .isEqualTo("Secret Person");
        for (var table : List.of("product", "membership", "organization", "outbox_event")) {
            var entry = key.get(newest + table).is(200).body().at("/data/0");
            assertThat(entry.path("withheld").valueStream().map(JsonNode::asString))
                    .as(table)
                    .containsExactly("new_values", "old_values");
        }
    }

    /// The agent is one actor, with two keys.
    @Test
    void a_replay_is_cut_to_what_its_own_key_may_read() {
        var agent = SERVER.as("acme", "Agent");
        var id = agent.get("/v1/agents").text("/data/0/id");
        var key = acme.post("/v1/api-keys", """
            {"name": "r", "kind": "restricted", "role": "agent", "agent_id": "%s", "scopes": ["approvals:write"]}\
            """.formatted(id)).is(201).text("/secret");
        var order = agent.get("/v1/payment-orders?status=requires_execution&limit=1")
                .text("/data/0/id");
        var body = """
            {"payment_order_id": "%s", "agent_id": "%s", "reason": "hidden", "expires_at": "2100-01-01T00:00:00Z"}\
            """.formatted(order, id);
        var first = agent.with("Idempotency-Key", "two-keys")
                .post("/v1/approvals", body)
                .is(201);
        assertThat(first.text("/reason")).isEqualTo("hidden");
        var replay = SERVER.with(key)
                .with("Idempotency-Key", "two-keys")
                .post("/v1/approvals", body)
                .is(201);
        assertThat(replay.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(replay.text("/id")).isEqualTo(first.text("/id"));
        assertThat(replay.text("/reason")).isNull();
    }

    @Test
    void an_explanation_needs_the_scope_of_the_row() {
        var customer = IDS.computeIfAbsent("/v1/customers", EveryScopeTest::firstId);
        var ask = "{\"table\": \"customer\", \"id\": \"%s\"}".formatted(customer);
        SERVER.restricted("access:admin").post("/v1/access/explain", ask).problem(ProblemCode.INSUFFICIENT_SCOPE);
        SERVER.restricted("access:admin", "customers:read")
                .post("/v1/access/explain", ask)
                .is(200);
    }

    /// Every audited table is shown by a resource, or deliberately by none.
    @Test
    void the_scope_of_every_audited_table_is_known() {
        var unknown = new TreeSet<String>();
        var all = SERVER.restricted(Stream.concat(scopes(), Stream.of("audit_log:read"))
                .distinct()
                .filter(scope -> scope.endsWith(":read"))
                .toArray(String[]::new));
        for (var table : acme.get("/v1/access/policies").body().path("data")) {
            var name = table.path("table").asString();
            var entries =
                    all.get("/v1/audit-log?limit=1&table_name=" + name).body().path("data");
            if (!entries.isEmpty() && entries.get(0).has("withheld")) {
                unknown.add(name);
            }
        }
        assertThat(unknown)
                .isSubsetOf(
                        "chain_signature",
                        "checkout",
                        "deposit_request",
                        "deposit_scan",
                        "idempotency_key",
                        "mail",
                        "outbox_event",
                        "wallet_key")
                .contains("outbox_event");
    }

    // --- calls ---------------------------------------------------------------------------------------------------

    /// The calls of an operation: a list; one row, or a write, tried on a row in each state.
    private static List<ApiServer.Answer> calls(ApiServer.Client key, Operation operation) {
        var client = operation.method().equals("GET") ? key : key.with("Prefer", "tx=rollback");
        var id = operation.hasId() ? IDS.computeIfAbsent(operation.collection(), EveryScopeTest::firstId) : "";
        var body = operation.example(name -> reference(operation, name)).map(JsonNode::toString);
        return List.of(client.send(operation.method(), operation.path().replace("{id}", id), body));
    }

    private static String reference(Operation operation, String field) {
        var fit = FIT.get(operation + " " + field);
        return fit == null
                ? IDS.computeIfAbsent(operation.target(field), EveryScopeTest::firstId)
                : IDS.computeIfAbsent(fit, SERVER::one);
    }

    private static Stream<String> faults(Operation operation, ApiServer.Answer answer) {
        var collection = operation.collection();
        if (!operation.method().equals("GET") && !collection.equals("/v1/access")) {
            return answer.body().propertyNames().stream()
                    .filter(name -> !WRITTEN.contains(name))
                    .map(name -> "shows " + name);
        }
        if (operation.path().equals("/v1/access/policies")) {
            // The audit log names tables as well.
            answer.body().path("data").forEach(policy -> ((ObjectNode) policy).remove("table"));
        }
        return shown(answer.body(), others(collection)).map(text -> "shows " + text);
    }

    /// The texts that only the rows of other resources contain.
    private static Set<String> others(String collection) {
        var own = TEXTS.getOrDefault(collection, Set.of());
        return TEXTS.entrySet().stream()
                .filter(entry -> !entry.getKey().equals(collection))
                .flatMap(entry -> entry.getValue().stream())
                .filter(text -> !own.contains(text))
                .collect(Collectors.toSet());
    }

    private static Stream<String> shown(JsonNode answer, Set<String> texts) {
        var shown = new HashSet<String>();
        collect(answer, shown);
        return shown.stream().filter(texts::contains);
    }

    /// Collects texts that are long enough to be unique; those inside a carrier belong to another resource.
    private static void collect(JsonNode node, Set<String> texts) {
        if (node.isString() && node.asString().length() > 6) {
            texts.add(node.asString());
        }
        node.forEach(child -> {
            if (!node.isObject()) {
                collect(child, texts);
            }
        });
        node.properties().forEach(property -> collect(property.getValue(), texts));
    }

    private static Stream<JsonNode> rows(String collection) {
        if (collection.equals("/v1/organizations")) {
            return Stream.of(acme.get(collection + "/" + firstId(collection)).body());
        }
        return acme.get(collection + "?limit=100")
                .is(200)
                .body()
                .path("data")
                .valueStream()
                .map(row -> {
                    var own = (ObjectNode) row.deepCopy();
                    return own.remove(CARRIERS);
                });
    }

    private static String firstId(String collection) {
        return collection.equals("/v1/organizations")
                ? SERVER.one("select id from app.organization where slug = 'acme'")
                : Optional.of(acme.get(collection + "?limit=1").is(200))
                        .map(page -> page.body().at("/data/0"))
                        .map(row -> row.path("id").asString(row.path("user_id").asString(null)))
                        .orElseThrow();
    }

    private static Stream<String> references(String path) {
        return rows(path)
                .limit(1)
                .flatMap(row -> row.propertyNames().stream())
                .filter(name -> name.endsWith("_id"))
                .map(name -> name.substring(0, name.length() - "_id".length()))
                .filter(name -> acme.get(path + "?limit=1&expand=" + name).status() == 200);
    }

    private static String needed(Operation operation) {
        var resource = resource(operation.collection());
        return resource.equals("access")
                ? "access:admin"
                : resource + (operation.method().equals("GET") ? ":read" : ":write");
    }

    private static String resource(String collection) {
        return collection.substring("/v1/".length()).replace('-', '_');
    }
}
