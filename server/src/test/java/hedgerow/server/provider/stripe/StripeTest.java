package hedgerow.server.provider.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.Stripe;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Refund;
import com.stripe.net.ApiResource;
import com.stripe.net.RequestOptions;
import com.stripe.net.Webhook;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentSearchParams;
import com.stripe.param.RefundCreateParams;
import com.stripe.param.RefundListParams;
import com.sun.net.httpserver.HttpServer;
import hedgerow.server.provider.Answer;
import hedgerow.server.provider.Call;
import hedgerow.server.provider.PaymentOutcome;
import hedgerow.server.provider.Protocol;
import hedgerow.server.provider.TimedSignature;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests, answers and signatures, beside Stripe's own library: what it sends, reads and signs is the measure.
class StripeTest {

    private static final String SECRET = "sk_test_0123456789";
    private static final UUID PAYMENT = UUID.fromString("019b8f3a-0000-7000-8000-000000000004");
    private static final UUID REFUND = UUID.fromString("019b8f3a-0000-7000-8000-000000000005");

    private static final Protocol.Order CHARGE =
            new Protocol.Order(PAYMENT, Optional.empty(), 2, false, PAYMENT + "-2", "cus_1/pm_2", "EUR", 1_050);
    private static final Protocol.Order BACK =
            new Protocol.Order(PAYMENT, Optional.of(REFUND), 0, false, REFUND.toString(), "pi_3", "EUR", 300);

    private final Protocol ours = new hedgerow.server.provider.stripe.Stripe();
    private final AtomicReference<Seen> seen = new AtomicReference<>();
    private HttpServer recorder;

    /// A request as a server sees it.
    private record Seen(String verb, String path, Map<String, String> fields, Map<String, String> headers) {}

    @BeforeEach
    void record() throws IOException {
        recorder = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        recorder.createContext("/", exchange -> {
            var form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var uri = exchange.getRequestURI();
            var query = Optional.ofNullable(uri.getRawQuery()).orElse(form);
            var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
            seen.set(new Seen(exchange.getRequestMethod(), uri.getPath(), fields(query), headers));
            var object = exchange.getRequestMethod().equals("GET")
                    ? "list"
                    : uri.getPath().endsWith("refunds") ? "refund" : "payment_intent";
            var answer = "{\"id\": \"x\", \"object\": \"%s\", \"data\": []}"
                    .formatted(object)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        recorder.start();
        Stripe.overrideApiBase("http://127.0.0.1:" + recorder.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        Stripe.overrideApiBase(Stripe.LIVE_API_BASE);
        recorder.stop(0);
    }

    // --- requests ------------------------------------------------------------------------------------------------

    @Test
    void a_charge_is_what_the_library_sends() throws Exception {
        PaymentIntent.create(
                PaymentIntentCreateParams.builder()
                        .setAmount(1_050L)
                        .setCurrency("eur")
                        .setConfirm(true)
                        .setOffSession(true)
                        .setErrorOnRequiresAction(true)
                        .setCustomer("cus_1")
                        .setPaymentMethod("pm_2")
                        .putMetadata("hedgerow_order", PAYMENT.toString())
                        .putMetadata("hedgerow_attempt", "2")
                        .addExpand("latest_charge.balance_transaction")
                        .build(),
                options(CHARGE.idempotencyKey()));
        assertSame(ours.submission(CHARGE, SECRET), "POST");
    }

    @Test
    void a_charge_is_looked_up_as_the_library_does() throws Exception {
        PaymentIntent.search(
                PaymentIntentSearchParams.builder()
                        .setQuery("metadata['hedgerow_order']:'%s'".formatted(PAYMENT))
                        .setLimit(100L)
                        .addExpand("data.latest_charge.balance_transaction")
                        .build(),
                options(null));
        assertSame(ours.lookup(CHARGE, SECRET), "GET");
    }

    @Test
    void a_refund_is_what_the_library_sends() throws Exception {
        Refund.create(
                RefundCreateParams.builder()
                        .setAmount(300L)
                        .setPaymentIntent("pi_3")
                        .putMetadata("hedgerow_refund", REFUND.toString())
                        .putMetadata("hedgerow_order", PAYMENT.toString())
                        .build(),
                options(BACK.idempotencyKey()));
        assertSame(ours.submission(BACK, SECRET), "POST");
    }

    @Test
    void a_refund_is_looked_up_as_the_library_does() throws Exception {
        Refund.list(
                RefundListParams.builder()
                        .setPaymentIntent("pi_3")
                        .setLimit(100L)
                        .build(),
                options(null));
        assertSame(ours.lookup(BACK, SECRET), "GET");
    }

    private static RequestOptions options(String idempotencyKey) {
        var options = RequestOptions.builder().setApiKey(SECRET);
        return (idempotencyKey == null ? options : options.setIdempotencyKey(idempotencyKey)).build();
    }

    private void assertSame(Call call, String verb) {
        var uri = URI.create(call.path());
        var theirs = seen.get();
        assertThat(verb).isEqualTo(theirs.verb());
        assertThat(uri.getPath()).isEqualTo(theirs.path());
        assertThat(fields(call.body().map(Call.Body::text).orElseGet(uri::getRawQuery)))
                .isEqualTo(theirs.fields());
        assertThat(call.headers().get("Authorization"))
                .isEqualTo(theirs.headers().get("Authorization"));
        assertThat(call.headers().get("Idempotency-Key"))
                .isEqualTo(verb.equals("GET") ? null : theirs.headers().get("Idempotency-Key"));
        assertThat(theirs.headers()).containsKey("Stripe-Version");
        assertThat(call.headers().get("Stripe-Version")).matches("20[0-9]{2}-[0-9]{2}-[0-9]{2}");
        call.body()
                .ifPresent(
                        body -> assertThat(theirs.headers().get("Content-Type")).startsWith(body.type()));
    }

    private static Map<String, String> fields(String encoded) {
        var fields = new TreeMap<String, String>();
        Arrays.stream(encoded.split("&"))
                .map(field -> field.split("=", 2))
                .forEach(field -> fields.put(decoded(field[0]), decoded(field[1])));
        return fields;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    // --- answers -------------------------------------------------------------------------------------------------

    @Test
    void the_library_reads_the_same_from_a_payment() {
        var json = """
            {"id": "pi_9", "object": "payment_intent", "livemode": false, "status": "succeeded", "amount": 1050,
             "amount_received": 1050, "currency": "eur", "metadata": {"hedgerow_order": "%s"},
             "latest_charge": {"id": "ch_1", "object": "charge", "balance_transaction":
               {"id": "txn_1", "object": "balance_transaction", "fee": 41, "currency": "eur"}}}
            """.formatted(PAYMENT);
        var theirs = ApiResource.GSON.fromJson(json, PaymentIntent.class);
        var outcome = (PaymentOutcome.Paid) ours.submitted(CHARGE, answer(200, json));
        assertThat(outcome.externalId()).isEqualTo(theirs.getId());
        assertThat(outcome.amountMinor()).isEqualTo(theirs.getAmountReceived());
        assertThat(outcome.currency()).isEqualToIgnoringCase(theirs.getCurrency());
        assertThat(outcome.feeMinor())
                .contains(theirs.getLatestChargeObject()
                        .getBalanceTransactionObject()
                        .getFee());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {'id':'pi_1','status':'processing'} | Pending[externalId=pi_1]",
                "200 | {'id':'pi_1','status':'requires_action'} | Pending[externalId=pi_1]",
                "200 | {'id':'pi_1','status':'canceled'} | Declined[externalId=Optional[pi_1], code=canceled]",
                "200 | {'id':'pi_1','status':'succeeded','livemode':true} | Unknown[code=unexpected_answer]",
                "200 | {'id':'pi_1','status':'of the future'} | Unknown[code=unexpected_answer]",
                "200 | {'id':'pi_1','status':'succeeded' | Unknown[code=unexpected_answer]",
                "200 | {'id':'pi_of_another_order','status':'succeeded'} | Unknown[code=unexpected_answer]",
                "402 | {'error':{'type':'card_error','code':'card_declined','decline_code':'insufficient_funds',"
                        + "'payment_intent':{'id':'pi_1'}}}"
                        + " | Declined[externalId=Optional[pi_1], code=insufficient_funds]",
                "402 | {'error':{'type':'card_error','code':'card_declined'}} | Unknown[code=http_402]",
                "400 | {'error':{'type':'invalid_request_error','code':'resource_missing'}}"
                        + " | Declined[externalId=Optional.empty, code=resource_missing]",
                "400 | {'error':{'type':'idempotency_error'}} | Unknown[code=http_400]",
                "400 | {'error':{'type':'api_error'}} | Unknown[code=http_400]",
                "401 | {} | Refused[code=credential_refused]",
                "409 | {} | Busy[pause=PT2S]",
                "429 | {} | Busy[pause=PT2S]",
                "500 | {} | Unknown[code=http_500]",
                "302 | {} | Unknown[code=http_302]"
            })
    void an_answer_to_a_charge_means(int status, String json, String outcome) {
        var ofOurs = json.replace("{'id':'pi_1'", "{'metadata':{'hedgerow_order':'%s'},'id':'pi_1'".formatted(PAYMENT));
        assertThat(ours.submitted(CHARGE, answer(status, ofOurs.replace('\'', '"'))))
                .hasToString(outcome);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | Absent[]",
                "pi_1 succeeded 1 | Paid[externalId=pi_1, currency=EUR, amountMinor=1050, feeMinor=Optional.empty]",
                "pi_1 requires_payment_method 1 | Absent[]",
                "pi_1 requires_payment_method 2 | Declined[externalId=Optional[pi_1], code=declined]",
                "pi_1 processing 1 | Pending[externalId=pi_1]",
                "pi_1 requires_payment_method 2;pi_2 succeeded 1"
                        + " | Paid[externalId=pi_2, currency=EUR, amountMinor=1050, feeMinor=Optional.empty]",
                "pi_1 succeeded 1;pi_2 succeeded 2"
                        + " | Paid[externalId=pi_1, currency=EUR, amountMinor=2100, feeMinor=Optional.empty]"
            })
    void a_look_up_means(String payments, String outcome) {
        var data = Arrays.stream(payments.split(";"))
                .filter(text -> !text.isEmpty())
                .map(text -> text.split(" "))
                .map(one -> """
                    {"id": "%s", "status": "%s", "amount_received": 1050, "currency": "eur",
                     "metadata": {"hedgerow_order": "%s", "hedgerow_attempt": "%s"}}
                    """.formatted(one[0], one[1], PAYMENT, one[2]))
                .toList();
        var json = "{\"object\": \"search_result\", \"data\": [" + String.join(",", data) + "], \"has_more\": false}";
        assertThat(ours.lookedUp(CHARGE, answer(200, json))).hasToString(outcome);
        assertThat(ours.lookedUp(CHARGE, answer(200, json.replace("data", "date"))))
                .hasToString("Unknown[code=http_200]");
    }

    @Test
    void a_look_up_counts_no_payment_of_another_order() {
        var json = """
            {"data": [{"id": "pi_1", "status": "succeeded", "amount_received": 1050, "currency": "eur",
             "metadata": {"hedgerow_order": "%s"}}], "has_more": false}\
            """;
        assertThat(ours.lookedUp(CHARGE, answer(200, json.formatted(REFUND))))
                .isInstanceOf(PaymentOutcome.Absent.class);
        assertThat(ours.lookedUp(CHARGE, answer(200, json.formatted(PAYMENT)))).isInstanceOf(PaymentOutcome.Paid.class);
    }

    private static Answer answer(int status, String json) {
        return new Answer(status, Optional.empty(), json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "sk_test_0a, false, true",
        "rk_test_0a, false, true",
        "sk_live_0a, true, true",
        "sk_live_0a, false, false",
        "sk_test_0a, true, false",
        "pk_test_0a, false, false",
        "test, false, false"
    })
    void a_secret_shows_its_mode(String secret, boolean livemode, boolean fits) {
        assertThat(ours.isFor(livemode, secret)).isEqualTo(fits);
    }

    // --- webhooks ------------------------------------------------------------------------------------------------

    private static final String WEBHOOK_SECRET = "whsec_0example0example";
    private static final String EVENT = """
        {"id": "evt_1", "object": "event", "livemode": false, "type": "payment_intent.succeeded",
         "data": {"object": {"id": "pi_1", "object": "payment_intent", "metadata": {"hedgerow_order": "%s"}}}}
        """.formatted(PAYMENT);

    @Test
    void the_library_accepts_our_signatures_and_we_its() throws Exception {
        var now = Instant.now();
        var body = EVENT.getBytes(StandardCharsets.UTF_8);
        var mine = TimedSignature.of(body, WEBHOOK_SECRET, now);
        Webhook.Signature.verifyHeader(EVENT, mine, WEBHOOK_SECRET, 300);
        var theirs = "t=%d,v1=%s"
                .formatted(
                        now.getEpochSecond(),
                        Webhook.Util.computeHmacSha256(WEBHOOK_SECRET, now.getEpochSecond() + "." + EVENT));
        assertThat(verified(EVENT, theirs, now)).isPresent();
        assertThat(verified(EVENT, "t=1,v1=00," + theirs, now))
                .as("another time")
                .isEmpty();
        assertThat(verified(EVENT, theirs + ",v1=00", now)).as("one of several").isPresent();
        assertThat(verified(EVENT, theirs, now).orElseThrow().payment()).contains(PAYMENT);
    }

    @ParameterizedTest
    @CsvSource({
        "0, whsec_0example0example, true",
        "299, whsec_0example0example, true",
        "301, whsec_0example0example, false",
        "-301, whsec_0example0example, false",
        "0, whsec_another0another, false"
    })
    void a_signature_counts_for_five_minutes_as_in_the_library(int age, String secret, boolean counts) {
        var now = Instant.now();
        var header = TimedSignature.of(EVENT.getBytes(StandardCharsets.UTF_8), secret, now.minusSeconds(age));
        assertThat(verified(EVENT, header, now).isPresent()).isEqualTo(counts);
        if (age >= 0) { // the library lets a time in the future pass
            assertThat(theirVerdict(header)).isEqualTo(counts);
        }
    }

    private static boolean theirVerdict(String header) {
        try {
            return Webhook.Signature.verifyHeader(EVENT, header, WEBHOOK_SECRET, 300);
        } catch (SignatureVerificationException e) {
            return false;
        }
    }

    @Test
    void what_is_not_signed_as_it_is_says_nothing() throws StripeException {
        var now = Instant.now();
        var header = TimedSignature.of(EVENT.getBytes(StandardCharsets.UTF_8), WEBHOOK_SECRET, now);
        assertThat(verified(EVENT.replace("succeeded", "failed"), header, now)).isEmpty();
        assertThat(verified(EVENT, null, now)).isEmpty();
        assertThat(verified(EVENT, "v1=" + header.split("v1=")[1], now)).isEmpty();
        var live = EVENT.replace("\"livemode\": false", "\"livemode\": true");
        var signed = TimedSignature.of(live.getBytes(StandardCharsets.UTF_8), WEBHOOK_SECRET, now);
        assertThat(verified(live, signed, now)).as("of the other mode").isEmpty();
        var noJson = TimedSignature.of("{".getBytes(StandardCharsets.UTF_8), WEBHOOK_SECRET, now);
        assertThat(verified("{", noJson, now)).isEmpty();
    }

    private Optional<Protocol.Notice> verified(String body, String header, Instant now) {
        return ours.verify(body.getBytes(StandardCharsets.UTF_8), _ -> header, WEBHOOK_SECRET, false, now);
    }
}
