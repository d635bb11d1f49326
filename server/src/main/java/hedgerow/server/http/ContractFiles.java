package hedgerow.server.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Assembles one OpenAPI document from one file per resource.
final class ContractFiles {

    private static final String FOLDER = "/openapi";

    private ContractFiles() {}

    static ObjectNode merged(JsonMapper mapper) {
        var document = mapper.createObjectNode();
        texts().parallelStream()
                .map(text -> mapper.<JsonNode>valueToTree(
                        new Load(LoadSettings.builder().build()).loadFromString(text)))
                .forEachOrdered(file -> merge(document, file));
        describeWritten(document);
        return document;
    }

    /// Adds to every write a second response, for keys that may not read: [Withheld].
    private static void describeWritten(ObjectNode document) {
        for (var path : document.path("paths")) {
            for (var method : List.of("post", "patch", "delete")) {
                if (path.path(method).path("parameters").valueStream().anyMatch(ContractFiles::isPrefer)) {
                    List.of("200", "201")
                            .forEach(status -> describeWritten(
                                    document, (ObjectNode) path.path(method).path("responses"), status));
                }
            }
        }
    }

    /// Whether a parameter is `Prefer`. A write that can be tried is one of a resource.
    private static boolean isPrefer(JsonNode parameter) {
        return parameter.path("$ref").asString("").endsWith("/Prefer");
    }

    private static void describeWritten(ObjectNode document, ObjectNode responses, String status) {
        var reference = responses.path(status).path("$ref").asString("");
        var response = reference.isEmpty() ? responses.path(status) : document.at(reference.substring(1));
        if (response.isMissingNode()) {
            return;
        }
        var described = (ObjectNode) response.deepCopy();
        described
                .withObject("/content")
                .putObject(Withheld.WRITTEN_TYPE)
                .putObject("schema")
                .put("$ref", "#/components/schemas/Written");
        responses.set(status, described);
    }

    /// Merges a file. Objects and lists grow; nothing is described twice.
    private static void merge(ObjectNode into, JsonNode more) {
        more.properties().forEach(entry -> {
            var known = into.get(entry.getKey());
            switch (known) {
                case null -> into.set(entry.getKey(), entry.getValue());
                case ObjectNode object -> merge(object, entry.getValue());
                case tools.jackson.databind.node.ArrayNode array ->
                    entry.getValue().forEach(array::add);
                default -> throw new IllegalStateException("given twice in the OpenAPI files: " + entry.getKey());
            }
        });
    }

    private static List<String> texts() {
        try {
            var folder = ContractFiles.class.getResource(FOLDER).toURI();
            if (!folder.getScheme().equals("jar")) {
                return texts(Path.of(folder));
            }
            try (var jar =
                    FileSystems.newFileSystem(URI.create(folder.toString().split("!")[0]), Map.of())) {
                return texts(jar.getPath(FOLDER));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The texts of the files, sorted: `00-api.yaml` comes first.
    private static List<String> texts(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.sorted().map(ContractFiles::text).toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
