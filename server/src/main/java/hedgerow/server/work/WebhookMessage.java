package hedgerow.server.work;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.RawValue;

/// An event in the form that a receiver gets: the headers and the body of Standard Webhooks.
///
/// @param headers by name, in lower case
public record WebhookMessage(Map<String, String> headers, String body) {

    private static final JsonMapper MAPPER = new JsonMapper();

    /// An event.
    ///
    /// @param data the row that the event is about, as JSON
    public record Event(String id, String type, String createdAt, long sequence, boolean livemode, String data) {}

    /// The message, signed at this moment under every one of `secrets`.
    public static WebhookMessage of(Event event, List<byte[]> secrets) {
        var body = MAPPER.createObjectNode()
                .put("id", event.id)
                .put("type", event.type)
                .put("created_at", event.createdAt)
                .put("sequence", event.sequence)
                .put("livemode", event.livemode);
        body.putRawValue("data", new RawValue(event.data));
        var text = MAPPER.writeValueAsString(body);
        var now = Instant.now().getEpochSecond();
        var headers = Map.of(
                "webhook-id",
                event.id,
                "webhook-timestamp",
                Long.toString(now),
                "webhook-signature",
                WebhookSignature.of(secrets, event.id, now, text),
                "user-agent",
                "Hedgerow");
        return new WebhookMessage(headers, text);
    }
}
