package hedgerow.server.provider.stripe;

import hedgerow.server.provider.Answer;
import hedgerow.server.provider.Call;
import hedgerow.server.provider.Checkout;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Stripe Checkout in its mode `setup`: a hosted page that keeps a card for a new customer of the account.
public final class StripeCheckout implements Checkout {

    private static final int NOT_FOUND = 404;

    @Override
    public String code() {
        return "stripe";
    }

    @Override
    public Call opening(Wanted wanted, String secret) {
        var purpose = wanted.purpose();
        var form = new LinkedHashMap<String, String>();
        form.put("mode", "setup");
        form.put("currency", purpose.currency().toLowerCase(Locale.ROOT));
        form.put("payment_method_types[0]", "card");
        form.put("customer_creation", "always");
        form.put("success_url", wanted.back());
        form.put("cancel_url", wanted.without());
        form.put("client_reference_id", purpose.order().toString());
        form.put("metadata[hedgerow_link]", purpose.link().toString());
        form.put("metadata[hedgerow_currency]", purpose.currency());
        form.put("metadata[hedgerow_amount]", Long.toString(purpose.amountMinor()));
        form.put("custom_text[submit][message]", wanted.text());
        var headers = new LinkedHashMap<>(Stripe.headers(secret));
        headers.put("Idempotency-Key", "checkout-" + purpose.order());
        return new Call(
                "/v1/checkout/sessions", headers, Optional.of(new Call.Body(Stripe.FORM, Stripe.encoded(form))));
    }

    @Override
    public Optional<Opened> opened(Answer answer) {
        var json = answer.json();
        return Optional.of(json.path("id").asString(""))
                .filter(id -> answer.isSuccess() && id.matches("cs_[0-9A-Za-z_]{1,190}"))
                .flatMap(id -> page(json).map(page -> new Opened(id, page)));
    }

    @Override
    public Call lookup(String session, String secret) {
        return new Call(
                "/v1/checkout/sessions/" + session + "?expand[0]=setup_intent.payment_method",
                Stripe.headers(secret),
                Optional.empty());
    }

    @Override
    public State state(Answer answer) {
        var json = answer.json();
        if (answer.status() == NOT_FOUND) {
            return new Absent();
        }
        return switch (answer.isSuccess() ? json.path("status").asString("") : "") {
            case "open" -> page(json).<State>map(Open::new).orElseGet(Unclear::new);
            case "complete" -> complete(json).<State>map(complete -> complete).orElseGet(Unclear::new);
            case "expired" -> new Over();
            default -> new Unclear();
        };
    }

    private static Optional<URI> page(JsonNode session) {
        return Optional.of(session.path("url").asString(""))
                .filter(url -> url.matches("https://[0-9a-z.-]+/[!-~]*"))
                .map(URI::create);
    }

    private static Optional<Complete> complete(JsonNode session) {
        var order = Answer.id(session.path("client_reference_id"));
        var link = Answer.id(session.at("/metadata/hedgerow_link"));
        var amount = session.at("/metadata/hedgerow_amount").asString("");
        var customer = session.path("customer").asString("");
        var method = session.at("/setup_intent/payment_method");
        var card = method.path("card");
        if (order.isEmpty()
                || link.isEmpty()
                || !amount.matches("[0-9]{1,18}")
                || !customer.matches("cus_[0-9A-Za-z]{1,100}")
                || !method.path("id").asString("").matches("pm_[0-9A-Za-z]{1,100}")
                || !card.path("exp_year").isIntegralNumber()) {
            return Optional.empty();
        }
        return Optional.of(new Complete(
                new Purpose(
                        order.get(),
                        link.get(),
                        session.at("/metadata/hedgerow_currency").asString(""),
                        Long.parseLong(amount)),
                customer + "/" + method.path("id").asString(),
                card.path("exp_month").asInt(0),
                card.path("exp_year").asInt(0),
                text(session.at("/customer_details/name"), ".{1,200}"),
                text(card.path("country"), "[A-Z]{2}"),
                text(card.path("brand"), ".{1,50}"),
                text(card.path("last4"), "[0-9]{4}")));
    }

    private static Optional<String> text(JsonNode node, String shape) {
        return Optional.of(node.asString("")).filter(text -> text.matches(shape));
    }
}
