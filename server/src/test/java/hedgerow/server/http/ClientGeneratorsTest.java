package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Generators of clients understand the document, and a client that sends only what its caller sets changes nothing
/// else. OpenAPI Generator 7.17 showed each of these; its clients for Java and Python serve as they come.
class ClientGeneratorsTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private final ApiServer.Client acme = SERVER.as("acme", "Owner");

    /// Else the class of the schema has only the properties of an alternative.
    @Test
    void properties_have_no_alternatives_beside_them() {
        assertThat(places(SERVER.document())
                        .filter(schema -> schema.has("properties"))
                        .filter(schema -> schema.has("oneOf") || schema.has("anyOf")))
                .isEmpty();
    }

    /// Else a client reads an amount of 5,000,000,000 into 32 bits.
    @Test
    void an_integer_that_may_be_large_has_64_bits() {
        assertThat(Stream.of("schemas", "parameters", "responses")
                        .map(kind -> SERVER.document().path("components").path(kind))
                        .flatMap(ClientGeneratorsTest::described)
                        .filter(schema -> schema.path("type").asString("").equals("integer")
                                || schema.path("type")
                                        .valueStream()
                                        .anyMatch(type -> type.asString().equals("integer")))
                        .filter(schema -> schema.path("maximum").asLong(Long.MAX_VALUE) > Integer.MAX_VALUE)
                        .filter(schema -> !schema.path("format").asString("").equals("int64")))
                .isEmpty();
    }

    /// Else a client sends it with each change, and so does one for Java with a list that cannot be null.
    @Test
    void nothing_stands_for_a_field_that_a_change_leaves_out() {
        var fields = changed().toList();
        assertThat(fields).hasSizeGreaterThan(30);
        assertThat(fields).noneMatch(field -> field.has("default"));
        assertThat(fields)
                .noneMatch(field -> field.path("type").asString("").equals("array") && !field.has("minItems"));
    }

    /// Else a client for Java cannot write the body: its default is an Object.
    @Test
    void an_object_without_described_fields_has_no_default() {
        assertThat(places(SERVER.document())
                        .filter(schema -> schema.path("type").asString("").equals("object"))
                        .filter(schema -> schema.has("default")))
                .isEmpty();
        for (var body : Map.of(
                        "/v1/products", "{\"name\": \"Plain\"}",
                        "/v1/customers", "{\"name\": \"Plain\"}",
                        "/v1/payment-orders", "{\"currency\": \"EUR\", \"amount_minor\": 5}")
                .entrySet()) {
            assertThat(acme.post(body.getKey(), body.getValue()).is(201).body().path("metadata"))
                    .as(body.getKey())
                    .isEqualTo(JsonNodeFactory.instance.objectNode());
        }
        assertThat(SERVER.as("acme", "Agent")
                        .post("/v1/agent-log", "{\"kind\": \"decision\", \"message\": \"Plain\"}")
                        .is(201)
                        .body()
                        .path("data"))
                .isEqualTo(JsonNodeFactory.instance.objectNode());
    }

    @Test
    void a_list_that_is_null_becomes_empty_and_one_that_is_left_out_stays() {
        var agent = acme.post("/v1/agents", """
            {"name": "Buyer", "model_provider": "x", "model_name": "y", "capabilities": ["create_order"],
             "tools": [{"name": "search"}], "supported_providers": ["stripe"], "supported_chains": ["eip155:1"],
             "temperature": 1.5, "max_output_tokens": 99, "system_prompt": "Buy."}\
            """).is(201);
        var path = "/v1/agents/" + agent.text("/id");
        var renamed = acme.patch(path, "{\"name\": \"Payer\"}").is(200).body();
        for (var field : List.of(
                "capabilities",
                "tools",
                "supported_providers",
                "supported_chains",
                "temperature",
                "max_output_tokens",
                "system_prompt")) {
            assertThat(renamed.path(field)).as(field).isEqualTo(agent.body().path(field));
        }
        var emptied = acme.patch(path, """
            {"capabilities": null, "tools": null, "supported_providers": null, "supported_chains": null}\
            """).is(200).body();
        for (var field : List.of("capabilities", "tools", "supported_providers", "supported_chains")) {
            assertThat(emptied.path(field).isArray()).as(field).isTrue();
            assertThat(emptied.path(field)).as(field).isEmpty();
        }
    }

    @Test
    void a_limit_keeps_its_recipients_until_they_are_named() {
        var agent = acme.post("/v1/agents", "{\"name\": \"Narrow\", \"model_provider\": \"x\", \"model_name\": \"y\"}")
                .is(201)
                .text("/id");
        var limit = acme.post("/v1/agent-limits", """
            {"agent_id": "%s", "asset": "ETH.31337", "per_payment": "5", "per_period": "9", "period": "day",
             "requires_approval_above": "5", "allowed_chains": ["eip155:31337"],
             "allowed_recipients": ["0x00000000000000000000000000000000000000aa"]}\
            """.formatted(agent)).is(201);
        var path = "/v1/agent-limits/" + limit.text("/id");
        var lowered = acme.patch(path, "{\"per_payment\": \"4\"}").is(200).body();
        assertThat(lowered.path("allowed_recipients")).hasSize(1);
        assertThat(lowered.path("allowed_chains")).hasSize(1);
        var open = acme.patch(path, "{\"allowed_recipients\": null, \"allowed_chains\": null}")
                .is(200)
                .body();
        assertThat(open.path("allowed_recipients").isArray()).isTrue();
        assertThat(open.path("allowed_recipients")).isEmpty();
        assertThat(open.path("allowed_chains")).isEmpty();
    }

    /// Else a client for Java sends an empty one, which is refused.
    @Test
    void a_list_that_may_be_left_out_may_be_empty_or_null() {
        var lists = new ArrayList<String>();
        SERVER.document().path("paths").propertyStream().forEach(path -> {
            var body = resolved(path.getValue().path("post").path("requestBody"));
            var schema = resolved(body.at("/content/application~1json/schema"));
            var required = schema.path("required")
                    .valueStream()
                    .map(JsonNode::asString)
                    .toList();
            schema.path("properties")
                    .propertyStream()
                    .filter(field -> !required.contains(field.getKey()))
                    .filter(field ->
                            resolved(field.getValue()).path("type").asString("").equals("array"))
                    .filter(field -> resolved(field.getValue()).has("minItems"))
                    .forEach(field -> lists.add(path.getKey() + " " + field.getKey()));
        });
        assertThat(lists).isEmpty();
    }

    private static Stream<JsonNode> places(JsonNode node) {
        return Stream.concat(Stream.of(node), node.valueStream().flatMap(ClientGeneratorsTest::places));
    }

    /// The schemas that describe values; conditions only look at them.
    private static Stream<JsonNode> described(JsonNode node) {
        return Stream.concat(
                Stream.of(node),
                node.propertyStream()
                        .filter(field ->
                                !List.of("if", "then", "else", "example").contains(field.getKey()))
                        .flatMap(field -> field.getValue().isArray()
                                ? field.getValue().valueStream().flatMap(ClientGeneratorsTest::described)
                                : described(field.getValue())));
    }

    /// The fields of the bodies of all changes.
    private static Stream<JsonNode> changed() {
        var schemas = new ArrayList<JsonNode>();
        SERVER.document().path("paths").forEach(path -> {
            var body = resolved(path.path("patch").path("requestBody"));
            schemas.add(resolved(body.at("/content/application~1json/schema")));
        });
        return schemas.stream()
                .flatMap(schema -> schema.path("properties").valueStream())
                .map(ClientGeneratorsTest::resolved);
    }

    private static JsonNode resolved(JsonNode node) {
        var reference = node.path("$ref").asString("");
        return reference.isEmpty() ? node : SERVER.document().at(reference.substring(1));
    }
}
