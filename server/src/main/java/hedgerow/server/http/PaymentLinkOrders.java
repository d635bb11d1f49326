package hedgerow.server.http;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.payment.PaymentLink;
import hedgerow.mappers.payment.PaymentLinkMapper;
import hedgerow.mappers.product.Price;
import hedgerow.mappers.product.PriceMapper;
import hedgerow.server.http.Problem.Fault;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/// The contents of an order that comes from a payment link. The database decides whether the link accepts it, when it
/// counts the use.
final class PaymentLinkOrders {

    private PaymentLinkOrders() {}

    /// Copies the contents of the link into the body, if the body names a link.
    static ObjectNode fill(Mappers on, TenantKey tenant, ObjectNode body) {
        var id = body.path("payment_link_id").asString(null);
        if (id == null) {
            return body;
        }
        var link = on.get(PaymentLinkMapper.class)
                .find(tenant, UUID.fromString(id))
                .orElseThrow(() -> new Problem(ProblemCode.INVALID_REFERENCE, "the payment link does not exist")
                        .with(new Fault("/payment_link_id", "is not the id of a payment link")));
        on.get(PriceMapper.class)
                .find(tenant, link.priceId())
                .filter(Price::active)
                .orElseThrow(() ->
                        new Problem(ProblemCode.PAYMENT_LINK_CLOSED, "the price of the payment link is not on sale"));
        return filled(body, link);
    }

    private static ObjectNode filled(ObjectNode body, PaymentLink link) {
        body.put("price_id", link.priceId().toString()).put("quantity", link.quantity());
        if (link.executingAgentId() != null) {
            body.put("executing_agent_id", link.executingAgentId().toString());
        }
        if (link.recipientAddress() != null) {
            body.put("recipient_address", link.recipientAddress());
        }
        if (link.description() != null && !body.has("description")) {
            body.put("description", link.description());
        }
        return body;
    }
}
