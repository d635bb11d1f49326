package hedgerow.server.provider.sandbox;

import hedgerow.server.provider.Answer;
import hedgerow.server.provider.Call;
import hedgerow.server.provider.PaymentOutcome;
import hedgerow.server.provider.Protocol;
import hedgerow.server.provider.TimedSignature;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The project's own provider, `hedgerow sandbox`, which moves no money and states this in each answer.
/// It is never spoken to about live data, and an answer that does not say that it is a sandbox counts
/// for nothing.
public final class SandboxProtocol implements Protocol {

    /// Begins each secret for it.
    public static final String SECRET_PREFIX = "sk_sandbox_";

    /// The header that signs its webhooks.
    public static final String SIGNATURE = "Sandbox-Signature";

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final int MOST_CODE = 100;
    private static final int UNPROCESSABLE = 422;

    @Override
    public String code() {
        return "sandbox";
    }

    @Override
    public boolean isFor(boolean livemode, String secret) {
        return !livemode && secret.startsWith(SECRET_PREFIX);
    }

    @Override
    public Call submission(Order order, String secret) {
        var body = MAPPER.createObjectNode()
                .put("order", order.payment().toString())
                .put("amount_minor", order.amountMinor())
                .put("currency", order.currency());
        order.refund()
                .ifPresentOrElse(
                        refund -> body.put("refund", refund.toString()).put("charge", order.instrument()),
                        () -> body.put("attempt", order.number()).put("method", order.instrument()));
        var headers = new LinkedHashMap<>(headers(secret));
        headers.put("Idempotency-Key", order.idempotencyKey());
        return new Call(
                order.refund().isPresent() ? "/v1/refunds" : "/v1/charges",
                headers,
                Optional.of(new Call.Body("application/json", body.toString())));
    }

    @Override
    public Call lookup(Order order, String secret) {
        var path = order.refund()
                .map(refund -> "/v1/refunds?refund=" + refund)
                .orElseGet(() -> "/v1/charges?order=" + order.payment());
        return new Call(path, headers(secret), Optional.empty());
    }

    private static Map<String, String> headers(String secret) {
        return Map.of("Authorization", "Bearer " + secret);
    }

    @Override
    public PaymentOutcome submitted(Order order, Answer answer) {
        return answer.byStatus()
                .orElseGet(() -> answer.isSuccess() || answer.status() == UNPROCESSABLE
                        ? decided(order, answer.json())
                        : new PaymentOutcome.Unknown("http_" + answer.status()));
    }

    private static PaymentOutcome decided(Order order, JsonNode one) {
        return isAbout(order, one) ? meaning(one) : new PaymentOutcome.Unknown("unexpected_answer");
    }

    /// One that succeeded counts, whichever attempt made it; one that failed counts if it is this attempt's.
    @Override
    public PaymentOutcome lookedUp(Order order, Answer answer) {
        return answer.byStatus().orElseGet(() -> {
            var json = answer.json();
            if (!answer.isSuccess() || !isSandbox(json) || !json.path("data").isArray()) {
                return new PaymentOutcome.Unknown("unexpected_answer");
            }
            var ours = json.path("data")
                    .valueStream()
                    .filter(one -> isAbout(order, one))
                    .toList();
            return ours.stream()
                    .filter(one -> !one.path("status").asString("").equals("declined"))
                    .findFirst()
                    .or(() -> ours.stream()
                            .filter(one -> order.refund().isPresent()
                                    || one.path("attempt").asInt(0) == order.number())
                            .findFirst())
                    .map(SandboxProtocol::meaning)
                    .orElseGet(PaymentOutcome.Absent::new);
        });
    }

    private static boolean isAbout(Order order, JsonNode one) {
        return order.refund()
                .map(refund -> one.path("refund").asString("").equals(refund.toString()))
                .orElseGet(() ->
                        one.path("order").asString("").equals(order.payment().toString()));
    }

    private static boolean isSandbox(JsonNode json) {
        return json.path("sandbox").asBoolean(false);
    }

    private static PaymentOutcome meaning(JsonNode one) {
        var id = one.path("id").asString("");
        if (!isSandbox(one) || !id.matches("s[cr]_[0-9a-f]{1,64}")) {
            return new PaymentOutcome.Unknown("unexpected_answer");
        }
        return switch (one.path("status").asString("")) {
            case "succeeded" ->
                new PaymentOutcome.Paid(
                        id,
                        one.path("currency").asString(""),
                        one.path("amount_minor").asLong(0),
                        Optional.of(one.path("fee_minor"))
                                .filter(JsonNode::isIntegralNumber)
                                .map(JsonNode::asLong));
            case "declined" -> new PaymentOutcome.Declined(Optional.of(id), code(one));
            case "pending" -> new PaymentOutcome.Pending(id);
            default -> new PaymentOutcome.Unknown("unexpected_answer");
        };
    }

    private static String code(JsonNode one) {
        var code = one.path("code").asString("");
        return code.matches("[a-z][a-z0-9_]*") && code.length() <= MOST_CODE ? code : "declined";
    }

    @Override
    public Optional<Notice> verify(
            byte[] body, UnaryOperator<String> headers, String secret, boolean livemode, Instant now) {
        if (livemode || !TimedSignature.isOf(body, headers.apply(SIGNATURE), secret, now)) {
            return Optional.empty();
        }
        try {
            var event = MAPPER.readTree(body);
            return isSandbox(event)
                            && event.path("id").asString("").matches("se_[0-9a-f]{1,64}")
                            && event.path("type").asString("").matches("[a-z_.]{1,100}")
                    ? Optional.of(new Notice(
                            event.path("id").asString(),
                            event.path("type").asString(),
                            Answer.id(event.path("order")),
                            event.toString()))
                    : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
