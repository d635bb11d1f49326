package hedgerow.server.mcp;

import hedgerow.server.mcp.Tool.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Makes the order of a purchase, once.
///
/// The id of the purchase is the idempotency key of the request, and a unique key of the order for ever. A model that
/// retries under a new id is told of the order that it made for the same money and recipient, unless it names that
/// order.
final class Purchases {

    private static final Duration RECENT = Duration.ofDays(1);
    private static final List<String> COPIED =
            List.of("currency", "amount_minor", "asset", "amount", "recipient_address", "description", "purchase_id");
    private static final List<String> ALIKE =
            List.of("currency", "amount_minor", "asset", "amount", "recipient_address");
    private static final List<String> ENDED = List.of("failed", "canceled", "expired");

    private Purchases() {}

    static Outcome create(AgentApi api, ObjectNode given) {
        var purchase = given.path("purchase_id").asString();
        var known = ofPurchase(api, purchase);
        if (known.isPresent()) {
            return isAlike(known.get(), given)
                    ? Tools.shown(new AgentApi.Answer(200, known.get()))
                    : another(known.get());
        }
        var alike = recent(api, given);
        if (alike.isPresent() && !isNamed(alike.get(), given)) {
            return duplicate(alike.get());
        }
        var body = McpProtocol.MAPPER.createObjectNode();
        COPIED.stream().filter(given::has).forEach(name -> body.set(name, given.get(name)));
        var made = api.post("/v1/payment-orders", body, Map.of("Idempotency-Key", "purchase:" + purchase));
        return made.code().equals("already_exists") // somebody was faster, with the same purchase
                ? ofPurchase(api, purchase)
                        .map(row -> Tools.shown(new AgentApi.Answer(200, row)))
                        .orElseGet(() -> Tools.refused(made))
                : Tools.shown(made);
    }

    private static Optional<JsonNode> ofPurchase(AgentApi api, String purchase) {
        return rows(api, "purchase_id=" + Tools.encoded(purchase)).stream().findFirst();
    }

    private static Optional<JsonNode> recent(AgentApi api, ObjectNode given) {
        var since = Instant.now().minus(RECENT).truncatedTo(ChronoUnit.SECONDS);
        return rows(api, "created_at%5Bgte%5D=" + since).stream()
                .filter(row -> isAlike(row, given)
                        && !ENDED.contains(row.path("status").asString()))
                .findFirst();
    }

    private static List<JsonNode> rows(AgentApi api, String query) {
        var page = api.get("/v1/payment-orders?limit=100&" + query);
        if (!page.isDone()) {
            throw new AgentApi.Unreachable(
                    "what was bought before cannot be read (%s); nothing was made".formatted(page.code()));
        }
        return page.body().path("data").valueStream().toList();
    }

    private static boolean isAlike(JsonNode row, ObjectNode given) {
        return ALIKE.stream().allMatch(name -> text(row, name).equals(text(given, name)));
    }

    private static String text(JsonNode node, String name) {
        var value = node.path(name);
        return value.isNull() || value.isMissingNode() ? "" : value.asString();
    }

    private static boolean isNamed(JsonNode row, ObjectNode given) {
        return text(given, "besides_order_id").equals(text(row, "id"));
    }

    private static Outcome another(JsonNode row) {
        var answer = Untrusted.order(row).put("code", "purchase_differs");
        return Outcome.refused(
                answer,
                "This purchase has an order already, for another amount or recipient. Nothing was made. For another"
                        + " purchase use another purchase_id.");
    }

    private static Outcome duplicate(JsonNode row) {
        var answer = Untrusted.order(row).put("code", "possible_duplicate");
        return Outcome.refused(
                answer,
                "You have made this order for the same amount and recipient within a day. Nothing was made. If this is"
                        + " a retry, use its purchase_id; if it is another purchase, send its id as besides_order_id.");
    }
}
