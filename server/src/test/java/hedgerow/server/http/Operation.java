package hedgerow.server.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// An operation of the OpenAPI document, with the request that it gives as its example.
record Operation(JsonNode document, String method, String path) {

    private static final Set<String> METHODS = Set.of("get", "post", "patch", "put", "delete");

    /// The parameters by which a tenant's rows are reached. All others concern a person, who may have no
    /// tenant, or the server.
    private static final List<String> WITHOUT_TENANT = List.of(
            "[A-Z]+ /v1/(auth|me)(/.*)?",
            "POST /v1/(organizations|invitations/accept)",
            "[A-Z]+ /(in|pay)/.*",
            "GET /(openapi.json|docs|docs/assets/.*|problems/.*|healthz|readyz|metrics)?",
            "GET /v1/(providers|chains|assets)(/.*)?");

    private static final Map<String, String> TARGETS = new ConcurrentHashMap<>();

    static Stream<Operation> all(JsonNode document) {
        return document.path("paths").properties().stream()
                .flatMap(path -> path.getValue()
                        .propertyStream()
                        .filter(method -> METHODS.contains(method.getKey()))
                        .map(method ->
                                new Operation(document, method.getKey().toUpperCase(Locale.ROOT), path.getKey())))
                .filter(one -> WITHOUT_TENANT.stream().noneMatch(one.toString()::matches));
    }

    /// The operations other than GET of the API itself; providers and payers, who have no account, come in elsewhere.
    static Stream<Operation> writes(JsonNode document) {
        return document.path("paths").properties().stream()
                .filter(path -> path.getKey().startsWith("/v1/"))
                .flatMap(path -> path.getValue()
                        .propertyStream()
                        .map(Map.Entry::getKey)
                        .filter(method -> METHODS.contains(method) && !method.equals("get"))
                        .map(method -> new Operation(document, method.toUpperCase(Locale.ROOT), path.getKey())));
    }

    /// Whether the document lists this header for it.
    boolean hasHeader(String name) {
        return node().path("parameters")
                .valueStream()
                .map(this::resolved)
                .anyMatch(parameter -> parameter.path("name").asString().equals(name));
    }

    boolean isList() {
        return node().path("operationId").asString().startsWith("list");
    }

    boolean isCreation() {
        return node().path("operationId").asString().startsWith("create");
    }

    boolean hasId() {
        return path.contains("{id}");
    }

    /// The collection, such as `/v1/customers`.
    String collection() {
        return path.replaceFirst("(/v1/[a-z-]+).*", "$1");
    }

    /// Query parameters that are ids.
    List<String> idFilters() {
        return node().path("parameters")
                .valueStream()
                .filter(parameter -> "uuid"
                        .equals(resolved(parameter.path("schema"))
                                .path("format")
                                .asString("")))
                .map(parameter -> parameter.path("name").asString())
                .toList();
    }

    /// The fields of the body that refer to other rows; a chain's id is a number, a purchase's the caller's own.
    List<String> references() {
        return resolved(content().path("schema")).path("properties").propertyNames().stream()
                .filter(name -> name.matches("(.*_)?id")
                        && !Set.of("chain_id", "purchase_id").contains(name))
                .toList();
    }

    /// The fields of the body with an enumeration, and its values.
    Map<String, List<String>> enumerations() {
        return resolved(content().path("schema"))
                .path("properties")
                .propertyStream()
                .filter(property -> property.getValue().has("enum"))
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        property -> property.getValue()
                                .path("enum")
                                .valueStream()
                                .map(JsonNode::asString)
                                .toList()));
    }

    /// Fields of the body that may be null.
    List<String> nullables() {
        return resolved(content().path("schema"))
                .path("properties")
                .propertyStream()
                .filter(property -> resolved(property.getValue())
                        .path("type")
                        .valueStream()
                        .anyMatch(type -> type.asString().equals("null")))
                .map(Map.Entry::getKey)
                .toList();
    }

    /// The body of the example, with ids of existing rows; empty if the body may be omitted altogether.
    ///
    /// @param id of the row that a field refers to
    Optional<ObjectNode> example(UnaryOperator<String> id) {
        if (content().isMissingNode()) {
            return Optional.empty();
        }
        var example = content().path("example");
        if (example.isMissingNode() && resolved(content().path("schema")).has("required")) {
            throw new AssertionError(this + " has no example in the document");
        }
        var body = example.isMissingNode() ? JsonNodeFactory.instance.objectNode() : (ObjectNode) example.deepCopy();
        references().stream().filter(body::has).forEach(name -> body.put(name, id.apply(name)));
        return Optional.of(body);
    }

    /// The collection to which a field such as `executing_agent_id` refers.
    String target(String field) {
        // The plain id belongs to an explanation; the example names its subject.
        var name = field.equals("id") ? "payment_order" : field.replaceFirst("_id$", "");
        return TARGETS.computeIfAbsent(
                name,
                _ -> all(document)
                        .filter(Operation::isList)
                        .filter(list -> name.equals(list.object()) || name.endsWith("_" + list.object()))
                        .map(Operation::path)
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(this + ": what does " + field + " refer to?")));
    }

    /// The object of a list: `PaymentOrderList` lists each `payment_order`.
    private String object() {
        return node().at("/responses/200/content/application~1json/schema/$ref")
                .asString()
                .replaceFirst(".*/", "")
                .replaceFirst("List$", "")
                .replaceAll("(?<=.)(?=[A-Z])", "_")
                .toLowerCase(Locale.ROOT);
    }

    private JsonNode content() {
        return node().at("/requestBody/content/application~1json");
    }

    private JsonNode node() {
        return document.path("paths").path(path).path(method.toLowerCase(Locale.ROOT));
    }

    private JsonNode resolved(JsonNode schema) {
        var reference = schema.path("$ref").asString("");
        return reference.isEmpty() ? schema : document.at(reference.substring(1));
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
