package hedgerow.server.http;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.PathType;
import hedgerow.server.http.Problem.Fault;
import io.javalin.config.Key;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The OpenAPI document, enforced: a request that it does not describe is refused.
///
/// Parameters and bodies are checked against it before a handler sees them, so that no resource checks them
/// again.
final class Contract {

    static final Key<Contract> KEY = new Key<>("contract");

    private static final String ID = "https://hedgerow.example/openapi";
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");
    private static final String BODY = "/requestBody/content/application~1json/schema";
    private static final int MOST_FAULTS = 20;

    private final JsonMapper mapper;
    private final Values values;
    private final ObjectNode document;
    private final SchemaRegistry registry;
    private final Map<String, Operation> operations = new HashMap<>();
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    /// An operation of the document.
    ///
    /// @param pointer of the operation in the document
    /// @param query where the schema of each parameter is, by name
    /// @param headers that it describes
    private record Operation(String pointer, Map<String, String> query, Set<String> headers) {}

    Contract(ObjectNode document, JsonMapper mapper, Limits limits) {
        this.document = document;
        this.mapper = mapper;
        this.values = new Values(limits.numberLength());
        var config = SchemaRegistryConfig.builder()
                .pathType(PathType.JSON_POINTER)
                .formatAssertionsEnabled(true)
                .locale(Locale.ENGLISH)
                .build();
        this.registry = SchemaRegistry.withDefaultDialect(
                Dialect.builder(Dialects.getDraft202012()).formats(CodeList.ALL).build(),
                builder -> builder.schemas(Map.of(ID, mapper.writeValueAsString(document)))
                        .schemaRegistryConfig(config));
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().stream()
                        .filter(operation -> METHODS.contains(operation.getKey()))
                        .forEach(operation ->
                                add(path.getKey(), path.getValue(), operation.getKey(), operation.getValue())));
    }

    private void add(String path, JsonNode shared, String method, JsonNode operation) {
        var at = "#/paths/" + escaped(path);
        var query = new HashMap<String, String>();
        addQuery(query, at + "/parameters/", shared.path("parameters"));
        addQuery(query, at + "/" + method + "/parameters/", operation.path("parameters"));
        operations.put(
                name(method, path), new Operation(at + "/" + method, query, headers(operation.path("parameters"))));
    }

    private Set<String> headers(JsonNode parameters) {
        return parameters
                .valueStream()
                .map(this::resolved)
                .filter(parameter -> "header".equals(parameter.path("in").asString()))
                .map(parameter -> parameter.path("name").asString())
                .collect(Collectors.toUnmodifiableSet());
    }

    private void addQuery(Map<String, String> query, String at, JsonNode parameters) {
        for (var i = 0; i < parameters.size(); i++) {
            var parameter = resolved(parameters.get(i));
            if ("query".equals(parameter.path("in").asString())) {
                var pointer = parameters.get(i).path("$ref").asString(at + i);
                query.put(parameter.path("name").asString(), pointer + "/schema");
            }
        }
    }

    ObjectNode document() {
        return document;
    }

    JsonMapper mapper() {
        return mapper;
    }

    /// All operations of the document, such as `GET /v1/customers`.
    Set<String> described() {
        return new TreeSet<>(operations.keySet());
    }

    // --- requests ------------------------------------------------------------------------------------------------

    /// Checks query parameters and headers.
    ///
    /// @throws Problem if a query parameter is not described, comes twice, or has a bad value; if a POST
    ///     that cannot be repeated has an idempotency key; or if a write that cannot be undone is to be
    ///     tried
    void checkParameters(Context ctx) {
        var operation = operation(ctx);
        requireRepeatable(ctx, operation);
        requireUndoable(ctx, operation);
        if (!ctx.pathParamMap().values().stream().allMatch(Values::isPlain)) {
            throw Requests.notFound();
        }
        var query = operation.query;
        ctx.queryParamMap().forEach((name, values) -> {
            var schema = query.get(name);
            if (schema == null) {
                throw parameter(name, "unknown; the parameters are " + new TreeSet<>(query.keySet()));
            } else if (values.size() != 1) {
                throw parameter(name, "given more than once");
            } else if (!Values.isPlain(values.getFirst())) {
                throw parameter(name, "contains a control character; remove it");
            }
            schema(schema).validate(typed(document.at(schema.substring(1)), values.getFirst())).stream()
                    .findFirst()
                    .ifPresent(error -> {
                        throw parameter(name, Faults.message(error));
                    });
        });
    }

    private static void requireRepeatable(Context ctx, Operation operation) {
        if (ctx.method().equals(HandlerType.POST)
                && ctx.header(Writes.KEY) != null
                && !operation.headers.contains(Writes.KEY)) {
            throw new Problem(
                    ProblemCode.INVALID_HEADER, "this request does not support %s; leave it out".formatted(Writes.KEY));
        }
    }

    private static void requireUndoable(Context ctx, Operation operation) {
        if (!ctx.method().equals(HandlerType.GET)
                && DryRun.isRequested(ctx)
                && !operation.headers.contains(Preferences.HEADER)) {
            throw new Problem(
                    ProblemCode.INVALID_HEADER,
                    "this request cannot be undone; leave out %s: %s"
                            .formatted(Preferences.HEADER, Preferences.ROLLBACK));
        }
    }

    private static Problem parameter(String name, String message) {
        return new Problem(ProblemCode.INVALID_PARAMETER, "the parameter `%s` is invalid".formatted(name))
                .with(new Fault(name, message));
    }

    private JsonNode typed(JsonNode reference, String value) {
        var schema = resolved(reference);
        var nodes = JsonNodeFactory.instance;
        return switch (schema.path("type").asString("string")) {
            case "integer" ->
                value.matches("-?[0-9]{1,18}") ? nodes.numberNode(Long.parseLong(value)) : nodes.stringNode(value);
            case "boolean" ->
                value.matches("true|false") ? nodes.booleanNode(Boolean.parseBoolean(value)) : nodes.stringNode(value);
            default -> nodes.stringNode(value);
        };
    }

    /// Reads the body and checks it.
    ///
    /// @throws Problem if the body is not JSON, is not as the document describes it, or could not be stored
    ///     exactly
    ObjectNode body(Context ctx) {
        requireJson(ctx.contentType());
        var body = mapper.readTree(ctx.bodyAsBytes());
        var faults = new ArrayList<Fault>();
        values.check(body, faults::add);
        if (faults.isEmpty()) { // otherwise a number may have millions of digits
            var described = resolved(document.at(operation(ctx).pointer.substring(1) + BODY));
            Faults.of(schema(operation(ctx).pointer + BODY).validate(body), described, body)
                    .forEach(faults::add);
        }
        if (!faults.isEmpty()) {
            var problem = new Problem(ProblemCode.INVALID_BODY, "the body does not match /openapi.json");
            faults.stream().limit(MOST_FAULTS).forEach(problem::with);
            throw problem;
        }
        var object = (ObjectNode) body;
        if (ctx.method().equals(HandlerType.POST)) {
            fill(document.at(operation(ctx).pointer.substring(1) + BODY), object);
        }
        return object;
    }

    /// Fills in the defaults of the document.
    private void fill(JsonNode reference, ObjectNode body) {
        var schema = resolved(reference);
        schema.path("allOf").forEach(part -> fill(part, body));
        schema.path("properties").properties().forEach(property -> {
            var otherwise = resolved(property.getValue()).get("default");
            if (otherwise != null && !body.has(property.getKey())) {
                body.set(property.getKey(), otherwise);
            }
        });
    }

    private static void requireJson(String contentType) {
        var type = Optional.ofNullable(contentType)
                .orElse("")
                .toLowerCase(Locale.ROOT)
                .replace(" ", "");
        if (!Set.of("application/json", "application/json;charset=utf-8").contains(type)) {
            throw new Problem(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "send Content-Type: application/json");
        }
    }

    /// Whether the document describes this field for the request, or for the response to a request without
    /// a body.
    boolean describes(Context ctx, String field) {
        var operation = document.at(operation(ctx).pointer.substring(1));
        var body = operation.path("requestBody").isMissingNode()
                ? resolved(operation.at("/responses/200")).at("/content/application~1json/schema")
                : operation.at(BODY);
        return describes(body, field);
    }

    private boolean describes(JsonNode reference, String field) {
        var schema = resolved(reference);
        return schema.path("properties").has(field)
                || schema.path("allOf").valueStream().anyMatch(part -> describes(part, field));
    }

    // --- the document --------------------------------------------------------------------------------------------

    private Operation operation(Context ctx) {
        var endpoint = ctx.endpoint();
        return Optional.ofNullable(operations.get(name(endpoint.method.name(), endpoint.path)))
                .orElseThrow(() -> new IllegalStateException("not described: " + endpoint.path));
    }

    private Schema schema(String pointer) {
        return schemas.computeIfAbsent(pointer, _ -> registry.getSchema(SchemaLocation.of(ID + pointer)));
    }

    private JsonNode resolved(JsonNode node) {
        var reference = node.path("$ref").asString("");
        return reference.isEmpty() ? node : document.at(reference.substring(1));
    }

    static String name(String method, String path) {
        return method.toUpperCase(Locale.ROOT) + " " + path;
    }

    private static String escaped(String part) {
        return part.replace("~", "~0").replace("/", "~1");
    }
}
