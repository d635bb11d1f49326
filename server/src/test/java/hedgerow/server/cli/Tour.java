package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Does the steps of a story and writes them down: each request as a command of a shell, with what was answered. Values
/// that differ from run to run have the name of a variable of the shell instead.
final class Tour {

    static final String IN_SHOP = "@SHOP";

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final JsonMapper MAPPER = new JsonMapper();

    private final StringBuilder page = new StringBuilder();
    private final Map<String, String> variables = new LinkedHashMap<>();
    private final Map<String, String> names = new LinkedHashMap<>();
    private final List<String> lines = new ArrayList<>();

    /// Adds prose.
    void say(String markdown) {
        flush();
        page.append(markdown.strip().lines().map(String::strip).collect(Collectors.joining("\n")))
                .append("\n\n");
    }

    /// Gives a value the name that stands for it on the page.
    String let(String name, String value) {
        variables.put(name, value);
        names.put(value, name);
        return value;
    }

    String value(String name) {
        return variables.get(name);
    }

    /// Adds a command and what it printed.
    void shell(String command, String... printed) {
        lines.add("$ " + command);
        lines.addAll(List.of(printed));
    }

    /// Sends a request to the API, and shows some fields of the answer.
    ///
    /// @param token the name of the variable that holds it, with [#IN_SHOP] for a session in the shop; empty: none
    /// @param fields to show
    JsonNode send(String token, String method, String path, String body, String... fields) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(variables.get("API") + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        var command = new StringBuilder("curl -s");
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + variables.get(token.replace(IN_SHOP, "")));
            command.append(" -H \"Authorization: Bearer $%s\"".formatted(token.replace(IN_SHOP, "")));
        }
        if (token.endsWith(IN_SHOP)) {
            request.header("Hedgerow-Organization", variables.get("SHOP"));
            command.append(" -H \"Hedgerow-Organization: $SHOP\"");
        }
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        command.append(method.equals(body.isEmpty() ? "GET" : "POST") ? "" : " -X " + method);
        command.append(" \"$API").append(path).append('"');
        command.append(body.isEmpty() ? "" : " --json '%s'".formatted(body));
        var answer = HTTP.send(request.build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(command + ": " + answer.body()).isBetween(200, 299);
        var json = MAPPER.readTree(answer.body());
        shell(command.toString());
        if (fields.length > 0) {
            lines.set(lines.size() - 1, lines.getLast() + " | jq -c '{%s}'".formatted(String.join(", ", fields)));
            lines.add(chosen(json, fields));
        }
        return json;
    }

    private static String chosen(JsonNode json, String... fields) {
        var shown = MAPPER.createObjectNode();
        Stream.of(fields).forEach(field -> shown.set(field, json.path(field)));
        return shown.toString();
    }

    /// Loads a page as a browser does that follows no redirect.
    static HttpResponse<String> load(String method, URI page, String form) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(page)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .method(method, form.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(form));
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    /// Calls a tool over the Model Context Protocol, and shows some fields of what the model reads.
    JsonNode call(String tool, String arguments, String... fields) throws Exception {
        var message = """
            {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "%s", "arguments": %s}}\
            """.formatted(tool, arguments);
        var request = HttpRequest.newBuilder(URI.create(variables.get("MCP")))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(BodyPublishers.ofString(message));
        var answer = MAPPER.readTree(
                HTTP.send(request.build(), BodyHandlers.ofString()).body());
        assertThat(answer.at("/result/isError").asBoolean(true))
                .as(answer.toString())
                .isFalse();
        var structured = answer.at("/result/structuredContent");
        shell("curl -s $MCP -H 'Accept: application/json, text/event-stream' --json '%s'".formatted(message)
                + " | jq -c '.result.structuredContent | {%s}'".formatted(String.join(", ", fields)));
        lines.add(chosen(structured, fields));
        return structured;
    }

    private void flush() {
        if (!lines.isEmpty()) {
            page.append(lines.stream().collect(Collectors.joining("\n", "```console\n", "\n```\n\n")));
            lines.clear();
        }
    }

    /// The page, in which names stand for values, the longest value first.
    String written() {
        flush();
        var text = page.toString();
        var values = names.keySet().stream()
                .sorted((one, other) -> other.length() - one.length())
                .toList();
        for (var value : values) {
            text = text.replace(value, "$" + names.get(value));
        }
        return text.strip() + "\n";
    }
}
