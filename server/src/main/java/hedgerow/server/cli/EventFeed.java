package hedgerow.server.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The events of an API key, read from the API in the order of their publication.
///
/// A read takes one request, or two if more events wait than one response holds.
final class EventFeed {

    /// Signals that the server does not accept the request, and will not accept it later.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LARGEST_ANSWER = 8 * 1024 * 1024;
    private static final int LARGEST_PAGE = 100;
    private static final String TOO_LARGE = "answer_too_large";

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final URI server;
    private final String key;
    private int limit = LARGEST_PAGE;
    private long last;

    EventFeed(URI server, String key) {
        this.server = server;
        this.key = key;
    }

    /// Goes to the end of the present events.
    void skip() throws IOException, InterruptedException, Refused {
        var newest = page("sequence[gt]=0&limit=%d&fields=sequence".formatted(LARGEST_PAGE));
        last = highest(newest.path("data").valueStream().toList()).orElse(0);
    }

    /// The next events, possibly none.
    List<JsonNode> next() throws IOException, InterruptedException, Refused {
        var page = bounded("sequence[gt]=%d".formatted(last));
        if (page.path("has_more").asBoolean()) {
            var first = last;
            page = bounded("sequence[gt]=%d&sequence[lte]=%d".formatted(first, first + limit));
            last = first + limit; // numbers of removed events may be missing
        }
        var events = page.path("data")
                .valueStream()
                .sorted(Comparator.comparingLong(EventFeed::sequence))
                .toList();
        highest(events).ifPresent(number -> last = number);
        return events;
    }

    private static OptionalLong highest(List<JsonNode> events) {
        return events.stream().mapToLong(EventFeed::sequence).max();
    }

    static long sequence(JsonNode event) {
        return event.path("sequence").asLong();
    }

    /// Requests fewer events at once where they are large.
    private JsonNode bounded(String query) throws IOException, InterruptedException, Refused {
        while (true) {
            var page = page(query + "&limit=" + limit);
            if (!page.path("code").asString("").equals(TOO_LARGE) || limit == 1) {
                return page;
            }
            limit = Math.max(1, limit / 4);
        }
    }

    /// A page of events, or the problem that it would be too large.
    private JsonNode page(String query) throws IOException, InterruptedException, Refused {
        var path = "/v1/events?" + query.replace("[", "%5B").replace("]", "%5D");
        var request = HttpRequest.newBuilder(server.resolve(path))
                .header("Authorization", "Bearer " + key)
                .timeout(PATIENCE)
                .build();
        var answer = client.send(request, BodyHandlers.limiting(BodyHandlers.ofString(), LARGEST_ANSWER));
        var status = answer.statusCode();
        if (status == 429 || status >= 500) {
            throw new IOException("it answers " + status);
        }
        var body = json(answer)
                .orElseThrow(() ->
                        new Refused("%s is not a Hedgerow API: it answers %d without JSON".formatted(server, status)));
        if (status != 200 && !body.path("code").asString("").equals(TOO_LARGE)) {
            throw new Refused("%s refuses the key: %s"
                    .formatted(server, body.path("detail").asString("it answers " + status)));
        } else if (status == 200 && !body.path("data").isArray()) {
            throw new Refused("%s is not a Hedgerow API: it answers without events".formatted(server));
        }
        return body;
    }

    private static Optional<JsonNode> json(HttpResponse<String> answer) {
        try {
            return Optional.of(MAPPER.readTree(answer.body())).filter(JsonNode::isObject);
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
