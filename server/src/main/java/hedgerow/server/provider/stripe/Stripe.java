package hedgerow.server.provider.stripe;

import hedgerow.server.provider.Answer;
import hedgerow.server.provider.Call;
import hedgerow.server.provider.PaymentOutcome;
import hedgerow.server.provider.Protocol;
import hedgerow.server.provider.TimedSignature;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Stripe, by its public protocol: PaymentIntents that are confirmed as they are made, and refunds.
///
/// The token of a payment method is `pm_...`, or `cus_.../pm_...` for one that belongs to a customer of Stripe's.
public final class Stripe implements Protocol {

    /// Pinned: another version may answer otherwise.
    static final String VERSION = "2024-06-20";

    static final String FORM = "application/x-www-form-urlencoded";
    private static final String ORDER = "hedgerow_order";
    private static final String ATTEMPT = "hedgerow_attempt";
    private static final String REFUND = "hedgerow_refund";
    private static final int PAYMENT_REQUIRED = 402;
    private static final int MOST_CODE = 100;
    private static final JsonMapper MAPPER = new JsonMapper();

    @Override
    public String code() {
        return "stripe";
    }

    @Override
    public boolean isFor(boolean livemode, String secret) {
        return secret.matches("(sk|rk)_%s_[0-9A-Za-z_]+".formatted(livemode ? "live" : "test"));
    }

    // --- requests ------------------------------------------------------------------------------------------------

    @Override
    public Call submission(Order order, String secret) {
        var headers = new LinkedHashMap<>(headers(secret));
        headers.put("Idempotency-Key", order.idempotencyKey());
        var form = order.refund().isPresent() ? refundForm(order) : chargeForm(order);
        var path = order.refund().isPresent() ? "/v1/refunds" : "/v1/payment_intents";
        return new Call(path, headers, Optional.of(new Call.Body(FORM, encoded(form))));
    }

    private static Map<String, String> chargeForm(Order order) {
        var form = new LinkedHashMap<String, String>();
        form.put("amount", Long.toString(order.amountMinor()));
        form.put("currency", order.currency().toLowerCase(Locale.ROOT));
        form.put("confirm", "true");
        form.put("off_session", "true");
        form.put("error_on_requires_action", "true");
        var parts = order.instrument().split("/", 2);
        if (parts.length == 2) {
            form.put("customer", parts[0]);
        }
        form.put("payment_method", parts[parts.length - 1]);
        form.put("metadata[%s]".formatted(ORDER), order.payment().toString());
        form.put("metadata[%s]".formatted(ATTEMPT), Integer.toString(order.number()));
        form.put("expand[0]", "latest_charge.balance_transaction");
        return form;
    }

    private static Map<String, String> refundForm(Order order) {
        var form = new LinkedHashMap<String, String>();
        form.put("amount", Long.toString(order.amountMinor()));
        form.put("payment_intent", order.instrument());
        form.put("metadata[%s]".formatted(REFUND), order.refund().orElseThrow().toString());
        form.put("metadata[%s]".formatted(ORDER), order.payment().toString());
        return form;
    }

    @Override
    public Call lookup(Order order, String secret) {
        if (order.refund().isPresent()) {
            var query = Map.of("payment_intent", order.instrument(), "limit", "100");
            return new Call("/v1/refunds?" + encoded(query), headers(secret), Optional.empty());
        }
        var query = new LinkedHashMap<String, String>();
        query.put("query", "metadata['%s']:'%s'".formatted(ORDER, order.payment()));
        query.put("limit", "100");
        query.put("expand[0]", "data.latest_charge.balance_transaction");
        return new Call("/v1/payment_intents/search?" + encoded(query), headers(secret), Optional.empty());
    }

    static Map<String, String> headers(String secret) {
        return Map.of("Authorization", "Bearer " + secret, "Stripe-Version", VERSION, "Accept", "application/json");
    }

    static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    // --- answers -------------------------------------------------------------------------------------------------

    @Override
    public PaymentOutcome submitted(Order order, Answer answer) {
        return answer.byStatus().orElseGet(() -> {
            var json = answer.json();
            if (answer.isSuccess()) {
                return isAbout(order, json) ? meaning(order, json) : new PaymentOutcome.Unknown("unexpected_answer");
            }
            var error = json.path("error");
            return switch (error.path("type").asString("")) {
                case "card_error", "invalid_request_error" -> declined(answer, error);
                // Of another body under the same key, and of whatever is new to us, nobody knows.
                default -> new PaymentOutcome.Unknown("http_" + answer.status());
            };
        });
    }

    private static PaymentOutcome declined(Answer answer, JsonNode error) {
        var intent = error.at("/payment_intent/id").asString("");
        if (answer.status() == PAYMENT_REQUIRED && intent.isEmpty()) {
            return new PaymentOutcome.Unknown("http_402");
        }
        var code = first(error.path("decline_code"), error.path("code"), error.path("type"));
        return new PaymentOutcome.Declined(Optional.of(intent).filter(id -> !id.isEmpty()), code);
    }

    @Override
    public PaymentOutcome lookedUp(Order order, Answer answer) {
        return answer.byStatus().orElseGet(() -> {
            var data = answer.json().path("data");
            if (!answer.isSuccess()
                    || !data.isArray()
                    || answer.json().path("has_more").asBoolean(false)) {
                return new PaymentOutcome.Unknown("http_" + answer.status());
            }
            var ours = data.valueStream().filter(one -> isAbout(order, one)).toList();
            return order.refund().isPresent()
                    ? ours.stream().findFirst().map(one -> meaning(order, one)).orElseGet(PaymentOutcome.Absent::new)
                    : among(order, ours);
        });
    }

    private static boolean isAbout(Order order, JsonNode one) {
        var metadata = one.path("metadata");
        return order.refund()
                .map(refund -> metadata.path(REFUND).asString("").equals(refund.toString()))
                .orElseGet(() ->
                        metadata.path(ORDER).asString("").equals(order.payment().toString()));
    }

    /// Chooses among all payments of the order: one that succeeded counts, whichever attempt made it; one
    /// that is in progress is waited for; one that failed counts if it is this attempt's.
    private static PaymentOutcome among(Order order, List<JsonNode> intents) {
        var outcomes = intents.stream().collect(Collectors.toMap(one -> one, one -> meaning(order, one)));
        var paid = outcomes.values().stream()
                .filter(PaymentOutcome.Paid.class::isInstance)
                .map(PaymentOutcome.Paid.class::cast);
        var all = paid.toList();
        if (all.size() > 1) {
            var sum = all.stream().mapToLong(PaymentOutcome.Paid::amountMinor).sum();
            return new PaymentOutcome.Paid(
                    all.getFirst().externalId(), all.getFirst().currency(), sum, Optional.empty());
        }
        return all.stream()
                .<PaymentOutcome>map(one -> one)
                .findFirst()
                .or(() -> outcomes.values().stream()
                        .filter(one -> one instanceof PaymentOutcome.Pending || one instanceof PaymentOutcome.Unknown)
                        .findFirst())
                .or(() -> intents.stream()
                        .filter(one ->
                                one.at("/metadata/" + ATTEMPT).asString("").equals(Integer.toString(order.number())))
                        .findFirst()
                        .map(outcomes::get))
                .orElseGet(PaymentOutcome.Absent::new);
    }

    /// The outcome of a PaymentIntent or a refund.
    private static PaymentOutcome meaning(Order order, JsonNode one) {
        var id = one.path("id").asString("");
        if (id.isEmpty() || one.path("livemode").asBoolean(order.livemode()) != order.livemode()) {
            return new PaymentOutcome.Unknown("unexpected_answer");
        }
        return switch (one.path("status").asString("")) {
            case "succeeded" -> paid(id, one);
            case "processing", "pending", "requires_action", "requires_capture", "requires_confirmation" ->
                new PaymentOutcome.Pending(id);
            case "requires_payment_method" -> {
                var error = one.path("last_payment_error");
                yield new PaymentOutcome.Declined(
                        Optional.of(id), first(error.path("decline_code"), error.path("code")));
            }
            case "canceled" -> new PaymentOutcome.Declined(Optional.of(id), "canceled");
            case "failed" -> new PaymentOutcome.Declined(Optional.of(id), first(one.path("failure_reason")));
            default -> new PaymentOutcome.Unknown("unexpected_answer");
        };
    }

    private static PaymentOutcome paid(String id, JsonNode one) {
        var amount = one.has("amount_received") ? one.path("amount_received") : one.path("amount");
        var currency = one.path("currency").asString("").toUpperCase(Locale.ROOT);
        var fee = one.at("/latest_charge/balance_transaction");
        return amount.isIntegralNumber() && !currency.isEmpty()
                ? new PaymentOutcome.Paid(
                        id,
                        currency,
                        amount.asLong(),
                        Optional.of(fee)
                                .filter(found -> found.path("fee").isIntegralNumber()
                                        && found.path("currency").asString("").equalsIgnoreCase(currency))
                                .map(found -> found.path("fee").asLong()))
                : new PaymentOutcome.Unknown("unexpected_answer");
    }

    private static String first(JsonNode... words) {
        for (var word : words) {
            var text = word.asString("");
            if (text.matches("[a-z][a-z0-9_]*") && text.length() <= MOST_CODE) {
                return text;
            }
        }
        return "declined";
    }

    // --- webhooks ------------------------------------------------------------------------------------------------

    @Override
    public Optional<Notice> verify(
            byte[] body, UnaryOperator<String> headers, String secret, boolean livemode, Instant now) {
        if (!TimedSignature.isOf(body, headers.apply("Stripe-Signature"), secret, now)) {
            return Optional.empty();
        }
        try {
            var event = MAPPER.readTree(body);
            return event.path("livemode").asBoolean(!livemode) == livemode
                            && event.path("id").asString("").matches("evt_[0-9A-Za-z_]{1,190}")
                            && event.path("type").asString("").matches("[a-z0-9_.]{1,100}")
                    ? Optional.of(new Notice(
                            event.path("id").asString(),
                            event.path("type").asString(),
                            Answer.id(event.at("/data/object/metadata/" + ORDER))
                                    .or(() -> Answer.id(event.at("/data/object/client_reference_id"))),
                            event.toString()))
                    : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }
}
