package hedgerow.server.http;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Compares responses with the OpenAPI document: status, headers, media type and body.
public final class AnswerCheck {

    private static final String ID = "https://hedgerow.example/openapi";

    private final ObjectNode document;
    private final SchemaRegistry registry;
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();

    AnswerCheck(ObjectNode document, JsonMapper mapper) {
        this.document = document;
        this.registry = SchemaRegistry.withDefaultDialect(
                SpecificationVersion.DRAFT_2020_12,
                builder -> builder.schemas(Map.of(ID, mapper.writeValueAsString(document))));
    }

    /// A check against the document of this build.
    public static AnswerCheck ofDocument() {
        var mapper = ApiJson.mapper(Limits.DEFAULT);
        return new AnswerCheck(ContractFiles.merged(mapper), mapper);
    }

    /// The faults of a response.
    ///
    /// @param path with its query; a query for some `fields` excuses the absence of others
    public List<String> faults(String method, String path, HttpResponse<String> response, JsonNode body) {
        var parts =
                path.replaceFirst("^/v1/organizations/[0-9a-f-]{36}/", "/v1/").split("\\?");
        var sparse = parts.length > 1 && parts[1].contains("fields=");
        var operation = "#/paths/" + escaped(template(parts[0])) + "/" + method.toLowerCase(Locale.ROOT);
        var responses = document.at(operation.substring(1) + "/responses");
        var status = Integer.toString(response.statusCode());
        var answer = operation + "/responses/" + (responses.has(status) ? status : "default");
        var reference = document.at(answer.substring(1)).path("$ref").asString(answer);
        return Stream.concat(
                        headerFaults(document.at(reference.substring(1)).path("headers"), response),
                        bodyFaults(reference, response, body, sparse))
                .toList();
    }

    private static Stream<String> headerFaults(JsonNode described, HttpResponse<String> response) {
        return Stream.of("ETag", "Location")
                .filter(name -> response.headers().firstValue(name).isPresent() != described.has(name))
                .filter(name -> response.statusCode() < 300)
                .map(name -> name + ": described, or sent, but not both");
    }

    private Stream<String> bodyFaults(String answer, HttpResponse<String> response, JsonNode body, boolean sparse) {
        var type = response.headers().firstValue("Content-Type").orElse("");
        var content = document.at(answer.substring(1)).path("content");
        if (response.body().isEmpty() && (content.isMissingNode() || response.statusCode() == 304)) {
            return Stream.empty();
        } else if (!content.has(type)) {
            return Stream.of("%d %s is not described".formatted(response.statusCode(), type));
        }
        return schema(answer + "/content/" + escaped(type) + "/schema").validate(body).stream()
                .filter(error -> !sparse || !error.getKeyword().equals("required"))
                .map(error -> error.getInstanceLocation() + ": " + error.getMessage());
    }

    /// The described path of an address; an undescribed address has the responses of `/healthz`: a problem.
    private String template(String path) {
        return document.path("paths").propertyNames().stream()
                .filter(described -> path.matches(described.replaceAll("\\{\\w+}", "[^/]+")))
                .min((a, b) -> Long.compare(
                        a.chars().filter(c -> c == '{').count(),
                        b.chars().filter(c -> c == '{').count()))
                .orElse("/healthz");
    }

    private Schema schema(String pointer) {
        return schemas.computeIfAbsent(pointer, _ -> registry.getSchema(SchemaLocation.of(ID + pointer)));
    }

    private static String escaped(String part) {
        return part.replace("~", "~0").replace("/", "~1");
    }
}
