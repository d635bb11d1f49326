package hedgerow.server.provider;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/// The answer of a provider.
///
/// @param retryAfter how long it asks to be left alone
public record Answer(int status, Optional<Duration> retryAfter, byte[] body) {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Duration A_MOMENT = Duration.ofSeconds(2);
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHENTICATED = 401;
    private static final int FORBIDDEN = 403;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY = 429;
    private static final int FAILED = 500;

    /// The body as JSON; a missing node if it is not a JSON object.
    public JsonNode json() {
        try {
            var tree = MAPPER.readTree(body);
            return tree != null && tree.isObject() ? tree : MissingNode.getInstance();
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    /// An id of ours that a provider gives back; empty if it is none.
    public static Optional<UUID> id(JsonNode text) {
        return Optional.of(text.asString(""))
                .filter(id -> id.matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"))
                .map(UUID::fromString);
    }

    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /// The outcome that the status alone means at any provider; empty if the body must be read.
    public Optional<PaymentOutcome> byStatus() {
        return switch (status) {
            case TOO_MANY -> Optional.of(new PaymentOutcome.Busy(retryAfter.orElse(A_MOMENT)));
            case CONFLICT -> Optional.of(new PaymentOutcome.Busy(A_MOMENT)); // the same key is under way
            case UNAUTHENTICATED, FORBIDDEN -> Optional.of(new PaymentOutcome.Refused("credential_refused"));
            default ->
                status >= FAILED || status < 200 || !isSuccess() && status < BAD_REQUEST
                        ? Optional.of(new PaymentOutcome.Unknown("http_" + status))
                        : Optional.empty();
        };
    }
}
