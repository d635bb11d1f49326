package hedgerow.server.provider.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.Stripe;
import com.stripe.model.checkout.Session;
import com.stripe.net.RequestOptions;
import com.stripe.param.checkout.SessionCreateParams;
import com.stripe.param.checkout.SessionCreateParams.CustomText;
import com.stripe.param.checkout.SessionRetrieveParams;
import com.sun.net.httpserver.HttpServer;
import hedgerow.server.provider.Answer;
import hedgerow.server.provider.Checkout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sessions of Stripe Checkout, beside Stripe's own library.
class StripeCheckoutTest {

    private static final String SECRET = "sk_test_0123456789";
    private static final UUID ORDER = UUID.fromString("019b8f3a-0000-7000-8000-000000000004");
    private static final UUID LINK = UUID.fromString("019b8f3a-0000-7000-8000-000000000005");
    private static final Checkout.Purpose PURPOSE = new Checkout.Purpose(ORDER, LINK, "EUR", 4_900);
    private static final String BACK = "https://pay.shop.example/pay/t/o?provider=stripe&session=" + Checkout.SESSION;
    private static final String WITHOUT = "https://pay.shop.example/pay/t";
    private static final String COMPLETE = """
        {"id": "cs_test_1", "object": "checkout.session", "status": "complete", "client_reference_id": "%s",
         "customer": "cus_1",
         "metadata": {"hedgerow_link": "%s", "hedgerow_currency": "EUR", "hedgerow_amount": "4900"},
         "customer_details": {"name": "Ada"},
         "setup_intent": {"payment_method": {"id": "pm_2", "card": {"brand": "visa", "last4": "4242", "exp_month": 12,
          "exp_year": 2050, "country": "DE"}}}}\
        """.formatted(ORDER, LINK);

    private final Checkout ours = new StripeCheckout();

    private record Seen(String verb, String path, Map<String, String> fields) {}

    @Test
    void a_session_is_what_the_library_asks_for() throws Exception {
        var seen = seen(() -> Session.create(
                SessionCreateParams.builder()
                        .setMode(SessionCreateParams.Mode.SETUP)
                        .setCurrency("eur")
                        .addPaymentMethodType(SessionCreateParams.PaymentMethodType.CARD)
                        .setCustomerCreation(SessionCreateParams.CustomerCreation.ALWAYS)
                        .setSuccessUrl(BACK)
                        .setCancelUrl(WITHOUT)
                        .setClientReferenceId(ORDER.toString())
                        .putMetadata("hedgerow_link", LINK.toString())
                        .putMetadata("hedgerow_currency", "EUR")
                        .putMetadata("hedgerow_amount", "4900")
                        .setCustomText(CustomText.builder()
                                .setSubmit(CustomText.Submit.builder()
                                        .setMessage("You pay.")
                                        .build())
                                .build())
                        .build(),
                options()));
        var call = ours.opening(new Checkout.Wanted(PURPOSE, "You pay.", BACK, WITHOUT), SECRET);
        assertThat(new Seen(
                        "POST", call.path(), fields(call.body().orElseThrow().text())))
                .isEqualTo(seen);
        assertThat(call.headers())
                .containsEntry("Authorization", "Bearer " + SECRET)
                .containsEntry("Idempotency-Key", "checkout-" + ORDER)
                .containsKey("Stripe-Version");
    }

    @Test
    void a_look_up_is_what_the_library_asks_for() throws Exception {
        var seen = seen(() -> Session.retrieve(
                "cs_test_1",
                SessionRetrieveParams.builder()
                        .addExpand("setup_intent.payment_method")
                        .build(),
                options()));
        var call = ours.lookup("cs_test_1", SECRET);
        assertThat(new Seen(
                        "GET",
                        call.path().replaceAll("[?].*", ""),
                        fields(call.path().replaceAll(".*[?]", ""))))
                .isEqualTo(seen);
    }

    @Test
    void the_card_of_a_complete_session_belongs_to_a_customer_of_the_account() {
        assertThat(ours.state(answer(200, COMPLETE)))
                .isEqualTo(new Checkout.Complete(
                        PURPOSE,
                        "cus_1/pm_2",
                        12,
                        2050,
                        Optional.of("Ada"),
                        Optional.of("DE"),
                        Optional.of("visa"),
                        Optional.of("4242")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"customer\": \"cus_1\"",
                "\"id\": \"pm_2\"",
                "\"hedgerow_amount\": \"4900\"",
                "\"status\": \"complete\""
            })
    void a_session_that_lacks_something_makes_no_order(String part) {
        assertThat(ours.state(answer(200, COMPLETE.replace(part, "\"x\": 1")))).isEqualTo(new Checkout.Unclear());
    }

    @Test
    void other_states_are_told_apart() {
        assertThat(ours.state(answer(200, "{\"status\": \"open\", \"url\": \"https://checkout.stripe.com/c/1\"}")))
                .isEqualTo(new Checkout.Open(URI.create("https://checkout.stripe.com/c/1")));
        assertThat(ours.state(answer(200, "{\"status\": \"open\", \"url\": \"javascript:alert(1)\"}")))
                .isEqualTo(new Checkout.Unclear());
        assertThat(ours.state(answer(200, "{\"status\": \"expired\"}"))).isEqualTo(new Checkout.Over());
        assertThat(ours.state(answer(404, "{}"))).isEqualTo(new Checkout.Absent());
        assertThat(ours.state(answer(500, COMPLETE))).isEqualTo(new Checkout.Unclear());
        assertThat(ours.state(answer(401, COMPLETE))).isEqualTo(new Checkout.Unclear());
        assertThat(ours.opened(answer(200, "{\"id\": \"cs_test_1\", \"url\": \"https://checkout.stripe.com/c/1\"}")))
                .contains(new Checkout.Opened("cs_test_1", URI.create("https://checkout.stripe.com/c/1")));
        assertThat(ours.opened(answer(400, "{\"id\": \"cs_test_1\", \"url\": \"https://checkout.stripe.com/c/1\"}")))
                .isEmpty();
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private interface Request {
        Object send() throws Exception;
    }

    /// The request that the library sends.
    private static Seen seen(Request request) throws Exception {
        var seen = new AtomicReference<Seen>();
        var recorder = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        recorder.createContext("/", exchange -> {
            var form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var uri = exchange.getRequestURI();
            seen.set(new Seen(
                    exchange.getRequestMethod(),
                    uri.getPath(),
                    fields(Optional.ofNullable(uri.getRawQuery()).orElse(form))));
            var answer = "{\"id\": \"x\", \"object\": \"checkout.session\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        recorder.start();
        Stripe.overrideApiBase("http://127.0.0.1:" + recorder.getAddress().getPort());
        try {
            request.send();
            return seen.get();
        } finally {
            Stripe.overrideApiBase(Stripe.LIVE_API_BASE);
            recorder.stop(0);
        }
    }

    private static RequestOptions options() {
        return RequestOptions.builder().setApiKey(SECRET).build();
    }

    private static Map<String, String> fields(String form) {
        var fields = new TreeMap<String, String>();
        for (var field : form.split("&")) {
            var parts = field.split("=", 2);
            fields.put(decoded(parts[0]), decoded(parts[1]));
        }
        return fields;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static Answer answer(int status, String body) {
        return new Answer(status, Optional.empty(), body.getBytes(StandardCharsets.UTF_8));
    }
}
