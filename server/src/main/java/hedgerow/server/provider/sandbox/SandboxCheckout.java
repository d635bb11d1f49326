package hedgerow.server.provider.sandbox;

import hedgerow.server.provider.Answer;
import hedgerow.server.provider.Call;
import hedgerow.server.provider.Checkout;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The hosted page of `hedgerow sandbox`, on which a payer chooses how the card behaves.
public final class SandboxCheckout implements Checkout {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int NOT_FOUND = 404;

    @Override
    public String code() {
        return "sandbox";
    }

    @Override
    public Call opening(Wanted wanted, String secret) {
        var body = MAPPER.createObjectNode()
                .put("order", wanted.purpose().order().toString())
                .put("link", wanted.purpose().link().toString())
                .put("currency", wanted.purpose().currency())
                .put("amount_minor", wanted.purpose().amountMinor())
                .put("text", wanted.text())
                .put("back", wanted.back())
                .put("without", wanted.without());
        var headers = new LinkedHashMap<>(headers(secret));
        headers.put("Idempotency-Key", "checkout-" + wanted.purpose().order());
        return new Call("/v1/checkouts", headers, Optional.of(new Call.Body("application/json", body.toString())));
    }

    @Override
    public Optional<Opened> opened(Answer answer) {
        var json = answer.json();
        return answer.isSuccess() && isOurs(json)
                ? page(json).map(page -> new Opened(json.path("id").asString(), page))
                : Optional.empty();
    }

    @Override
    public Call lookup(String session, String secret) {
        return new Call("/v1/checkouts/" + session, headers(secret), Optional.empty());
    }

    private static Map<String, String> headers(String secret) {
        return Map.of("Authorization", "Bearer " + secret);
    }

    @Override
    public State state(Answer answer) {
        var json = answer.json();
        if (answer.status() == NOT_FOUND) {
            return new Absent();
        } else if (!answer.isSuccess() || !isOurs(json)) {
            return new Unclear();
        } else if (json.path("expired").asBoolean(false)) {
            return new Over();
        }
        return json.path("method").isString()
                ? purpose(json).<State>map(purpose -> complete(purpose, json)).orElseGet(Unclear::new)
                : page(json).<State>map(Open::new).orElseGet(Unclear::new);
    }

    private static Optional<Purpose> purpose(JsonNode json) {
        return json.path("amount_minor").canConvertToLong()
                ? Answer.id(json.path("order"))
                        .flatMap(order -> Answer.id(json.path("link"))
                                .map(link -> new Purpose(
                                        order,
                                        link,
                                        json.path("currency").asString(""),
                                        json.path("amount_minor").asLong())))
                : Optional.empty();
    }

    private static State complete(Purpose purpose, JsonNode json) {
        return new Complete(
                purpose,
                json.path("method").asString(),
                12,
                2099,
                Optional.empty(),
                Optional.empty(),
                Optional.of("sandbox"),
                Optional.empty());
    }

    private static boolean isOurs(JsonNode json) {
        return json.path("sandbox").asBoolean(false)
                && json.path("id").asString("").matches("sh_[0-9a-f]{1,64}");
    }

    private static Optional<URI> page(JsonNode json) {
        return Optional.of(json.path("page").asString(""))
                .filter(page -> page.matches("https?://[0-9A-Za-z.:\\[\\]-]+/[!-~]*"))
                .map(URI::create);
    }
}
