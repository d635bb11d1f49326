package hedgerow.server.mcp;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps what other people wrote apart from what the server knows.
///
/// A description, a note or a name may hold instructions to the model. It is shown under `untrusted`, cut, and nowhere
/// else.
final class Untrusted {

    private static final int LONGEST = 500;

    private static final List<String> OF_ORDERS = List.of("description", "metadata");
    private static final List<String> OF_APPROVALS = List.of("reason", "decision_note");
    private static final List<String> OF_AGENTS = List.of("name", "system_prompt", "tools");
    private static final List<String> OF_PROBLEMS = List.of();

    private Untrusted() {}

    static ObjectNode order(JsonNode row) {
        return apart(
                row,
                List.of(
                        "id",
                        "status",
                        "currency",
                        "amount_minor",
                        "asset",
                        "amount",
                        "recipient_address",
                        "purchase_id",
                        "waiting_for",
                        "expires_at",
                        "succeeded_at",
                        "created_by",
                        "created_at"),
                OF_ORDERS);
    }

    static ObjectNode approval(JsonNode row) {
        return apart(
                row,
                List.of("id", "payment_order_id", "status", "decided_by", "decided_at", "expires_at", "created_at"),
                OF_APPROVALS);
    }

    static ObjectNode agent(JsonNode row) {
        return apart(
                row,
                List.of("id", "livemode", "status", "capabilities", "supported_providers", "supported_chains"),
                OF_AGENTS);
    }

    static ObjectNode limit(JsonNode row) {
        return apart(
                row,
                List.of(
                        "id",
                        "asset",
                        "currency",
                        "per_payment",
                        "per_period",
                        "period",
                        "left",
                        "requires_approval_above",
                        "allowed_chains",
                        "allowed_recipients",
                        "starts_at",
                        "ends_at"),
                List.of());
    }

    /// A refusal of the API: its words are the server's own.
    static ObjectNode problem(JsonNode document) {
        return apart(document, List.of("code", "title", "detail", "refusal", "errors"), OF_PROBLEMS);
    }

    private static ObjectNode apart(JsonNode row, List<String> known, List<String> foreign) {
        var shown = McpProtocol.MAPPER.createObjectNode();
        known.stream().filter(name -> isThere(row, name)).forEach(name -> shown.set(name, row.get(name)));
        var untrusted = McpProtocol.MAPPER.createObjectNode();
        foreign.stream()
                .filter(name -> isThere(row, name))
                .forEach(name -> untrusted.put(name, cut(text(row.get(name)))));
        if (!untrusted.isEmpty()) {
            shown.set("untrusted", untrusted);
        }
        return shown;
    }

    private static boolean isThere(JsonNode row, String name) {
        var value = row.path(name);
        return !value.isMissingNode() && !value.isNull() && !(value.isContainer() && value.isEmpty());
    }

    private static String text(JsonNode value) {
        return value.isString() ? value.asString() : value.toString();
    }

    static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }
}
