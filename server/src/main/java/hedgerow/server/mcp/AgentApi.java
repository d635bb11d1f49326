package hedgerow.server.mcp;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The HTTP API as one agent calls it: with its key, and by no other way.
public final class AgentApi {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LARGEST_ANSWER = 8 * 1024 * 1024;
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    private final URI server;
    private final String key;

    public AgentApi(URI server, String key) {
        this.server = server;
        this.key = key;
    }

    /// An answer of the API.
    ///
    /// @param body that of the API, which may be a problem document
    record Answer(int status, JsonNode body) {

        boolean isDone() {
            return status < 300;
        }

        String code() {
            return body.path("code").asString("");
        }
    }

    /// Thrown if the API cannot be reached, or another program answers in its place.
    static final class Unreachable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreachable(String message) {
            super(message, null, false, false);
        }
    }

    Answer get(String path) {
        return send("GET", path, Optional.empty(), Map.of());
    }

    /// Sends a POST.
    ///
    /// @param headers `Idempotency-Key` and `Prefer`
    Answer post(String path, ObjectNode body, Map<String, String> headers) {
        return send("POST", path, Optional.of(body), headers);
    }

    private Answer send(String method, String path, Optional<ObjectNode> body, Map<String, String> headers) {
        var request = HttpRequest.newBuilder(server.resolve(path))
                .header("Authorization", "Bearer " + key)
                .timeout(PATIENCE)
                .method(
                        method,
                        body.map(json -> BodyPublishers.ofString(json.toString()))
                                .orElseGet(BodyPublishers::noBody));
        body.ifPresent(_ -> request.header("Content-Type", "application/json"));
        headers.forEach(request::header);
        try {
            var answer = CLIENT.send(request.build(), BodyHandlers.limiting(BodyHandlers.ofString(), LARGEST_ANSWER));
            return new Answer(answer.statusCode(), McpProtocol.MAPPER.readTree(answer.body()));
        } catch (IOException | JacksonException e) {
            throw new Unreachable("the payments API did not answer; nothing is known to have happened");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unreachable("the call was ended");
        }
    }
}
