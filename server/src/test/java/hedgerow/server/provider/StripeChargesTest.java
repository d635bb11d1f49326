package hedgerow.server.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.StripeClient;
import com.stripe.model.Charge;
import com.stripe.model.Refund;
import com.stripe.net.Webhook;
import com.stripe.param.ChargeListParams;
import com.stripe.param.RefundListParams;
import hedgerow.mappers.StatementFailure;
import hedgerow.server.chain.Postmaster;
import hedgerow.server.chain.Scissors.When;
import hedgerow.server.http.Metrics;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The worker charges through `stripe` on a server that others wrote; Stripe's own library reads what that server did,
/// and signs its webhooks.
class StripeChargesTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final int MOST_TURNS = 30;
    private static final int STEP = Integer.getInteger("hedgerow.crash.step", 4);
    private static final long MOST = 100;
    private static final Random RANDOM = new Random(Long.getLong("hedgerow.crash.seed", 20_261_130));

    private static IndependentStripe stripe;

    private final String secret = "sk_test_" + UUID.randomUUID().toString().replace("-", "");
    private Till till;
    private Till.Process worker;

    @BeforeAll
    static void startStripe() throws IOException {
        stripe = IndependentStripe.start();
    }

    @AfterAll
    static void stopStripe() {
        if (stripe != null) {
            stripe.close();
        }
    }

    @BeforeEach
    void open() throws SQLException {
        till = new Till(DATABASE, Map.of("stripe", stripe.address()), false);
        till.credential("stripe", secret);
        worker = till.process(Map.of("provider-timeout", "1m")); // no provider is silent here
    }

    @AfterEach
    void close() {
        worker.close();
    }

    @Test
    void an_order_is_charged_once_and_given_back_in_parts() throws Exception {
        var order = order("pm_card_visa", 1_250);
        worker.work(MOST_TURNS);
        assertPaidOnce(order, 1_250);
        assertThat(till.balance("provider_stripe")).isEqualTo(1_250);
        var first = till.refund(order, 250);
        var second = till.refund(order, 1_000);
        worker.work(MOST_TURNS);
        assertThat(till.refunded(first, "status")).isEqualTo("succeeded");
        assertThat(till.refunded(second, "status")).isEqualTo("succeeded");
        assertThat(refunds(order)).extracting(Refund::getAmount).containsExactlyInAnyOrder(250L, 1_000L);
        assertThat(till.balance("provider_stripe")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "pm_card_chargeDeclined, generic_decline",
        "pm_card_chargeDeclinedInsufficientFunds, insufficient_funds",
    })
    void a_decline_is_what_the_server_says(String method, String code) throws Exception {
        var order = order(method, 1_250);
        worker.work(MOST_TURNS);
        assertThat(till.status(order)).isEqualTo("failed");
        assertThat(till.attempt(order, "error_code")).isEqualTo(code);
        assertThat(till.balance("sales")).isZero();
    }

    @Test
    void an_order_below_the_smallest_amount_is_refused_by_the_server_and_fails() throws Exception {
        till.bound("update app.provider_currency set minimum_minor = 1 where provider = 'stripe'");
        var order = order("pm_card_visa", 10);
        worker.work(MOST_TURNS);
        assertThat(till.status(order)).isEqualTo("failed");
        assertThat(till.attempt(order, "error_code")).isEqualTo("amount_too_small");
    }

    @Test
    void an_order_is_charged_and_given_back_once_wherever_the_worker_dies() throws Exception {
        var places = places();
        for (var when : When.values()) {
            for (var place = 1 + when.ordinal(); place <= places; place += STEP) {
                var order = order("pm_card_visa", 1_250);
                dieAt(place, when);
                worker.work(MOST_TURNS);
                assertPaidOnce(order, 1_250);
                var refund = till.refund(order, 300);
                dieAt(place, when);
                worker.work(MOST_TURNS);
                assertThat(till.refunded(refund, "status")).isEqualTo("succeeded");
                assertThat(refunds(order)).extracting(Refund::getAmount).containsExactly(300L);
            }
        }
    }

    /// At one request of a payment, or at each that the step selects.
    @Test
    void an_order_is_charged_once_wherever_postgresql_is_killed() throws Exception {
        var server = new Postmaster(DATABASE);
        var places = places();
        var step = Integer.getInteger("hedgerow.crash.step", places);
        var killed = 0;
        for (var when : When.values()) {
            for (var place = 1 + RANDOM.nextInt(step); place <= places; place += step) {
                var order = order("pm_card_visa", 1_250);
                killed += killAt(server, place, when) ? 1 : 0;
                worker.work(MOST_TURNS);
                assertPaidOnce(order, 1_250);
            }
        }
        assertThat(killed).as("kills").isPositive();
    }

    private boolean killAt(Postmaster server, int place, When when) throws Exception {
        try (var scissors = till.scissors(stripe.address())) {
            scissors.cutAt(place, when, server::kill);
            try (var process = till.process(scissors)) {
                process.work(MOST_TURNS);
            } catch (RuntimeException | SQLException dead) {
                // The worker, perhaps with its first connection, or the test's own session.
            }
            return scissors.isCut();
        } finally {
            server.kill();
            server.start();
            close();
            worker = till.process(Map.of("provider-timeout", "1m"));
        }
    }

    private int places() throws Exception {
        order("pm_card_visa", 1_250);
        try (var scissors = till.scissors(stripe.address());
                var process = till.process(scissors)) {
            scissors.cutAt(Integer.MAX_VALUE, When.BEFORE);
            process.work(MOST_TURNS);
            return scissors.requests();
        }
    }

    private void dieAt(int place, When when) throws Exception {
        try (var scissors = till.scissors(stripe.address());
                var process = till.process(scissors)) {
            scissors.cutAt(place, when);
            process.work(MOST_TURNS);
        } catch (StatementFailure dead) {
            assertThat(dead.sqlState()).as("died of " + dead).startsWith("08");
        } catch (RuntimeException dead) {
            // With its first connection.
        }
    }

    @Test
    void after_a_restore_an_order_is_looked_up_before_it_is_sent() throws Exception {
        var order = order("pm_card_visa", 1_250);
        worker.work(MOST_TURNS);
        till.restoreBefore(order);
        assertThat(till.status(order)).isEqualTo("requires_execution");
        var before = stripe.submissions();
        worker.work(MOST_TURNS);
        assertPaidOnce(order, 1_250);
        assertThat(stripe.submissions()).as("found, and not sent").isEqualTo(before);
    }

    @Test
    void a_webhook_counts_if_the_library_signed_it_with_the_secret() throws Exception {
        try (var metrics = new Metrics(false);
                var api = Till.letIn(DATABASE, metrics)) {
            till.letIn();
            var order = order("pm_card_visa", 1_250);
            var event = """
                {"id": "evt_%s", "object": "event", "livemode": false, "type": "payment_intent.succeeded",
                 "data": {"object": {"id": "pi_1", "object": "payment_intent", "metadata": {"hedgerow_order": "%s"}}}}
                """;
            var address = URI.create("http://127.0.0.1:%d/in/%s".formatted(api.port(), till.token));
            assertThat(post(address, event.formatted("1", order), Till.WEBHOOK_SECRET))
                    .isEqualTo(200);
            assertThat(post(address, event.formatted("1", order), Till.WEBHOOK_SECRET))
                    .isEqualTo(200);
            assertThat(post(address, event.formatted("2", order), "whsec_of_somebody_else"))
                    .isEqualTo(401);
            assertThat(till.number("select count(*) from app.provider_event where organization_id = '"
                            + till.tenant.organization() + "' and provider = 'stripe' and signature_verified"))
                    .isEqualTo(1);
        }
    }

    private static int post(URI address, String event, String secret) throws Exception {
        var time = Instant.now().getEpochSecond();
        var request = HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .header(
                        "Stripe-Signature",
                        "t=%d,v1=%s".formatted(time, Webhook.Util.computeHmacSha256(secret, time + "." + event)))
                .POST(BodyPublishers.ofString(event));
        return HttpClient.newHttpClient()
                .send(request.build(), BodyHandlers.discarding())
                .statusCode();
    }

    // --- what the server says, read by Stripe's library ----------------------------------------------------------

    private UUID order(String token, long minor) throws SQLException {
        return till.order(Optional.of(till.method("stripe", token)), "EUR", minor);
    }

    private void assertPaidOnce(UUID order, long minor) throws Exception {
        assertThat(till.status(order)).isEqualTo("succeeded");
        assertThat(till.events(order, "payment_order.succeeded")).isEqualTo(1);
        assertThat(charges(order)).extracting(Charge::getAmount).containsExactly(minor);
    }

    private List<Charge> charges(UUID order) throws Exception {
        return client()
                .v1()
                .charges()
                .list(ChargeListParams.builder().setLimit(MOST).build())
                .getData()
                .stream()
                .filter(charge -> order.toString().equals(charge.getMetadata().get("hedgerow_order")))
                .filter(charge -> charge.getStatus().equals("succeeded"))
                .toList();
    }

    private List<Refund> refunds(UUID order) throws Exception {
        return client()
                .v1()
                .refunds()
                .list(RefundListParams.builder().setLimit(MOST).build())
                .getData()
                .stream()
                .filter(refund -> order.toString().equals(refund.getMetadata().get("hedgerow_order")))
                .toList();
    }

    private StripeClient client() {
        return StripeClient.builder()
                .setApiKey(secret)
                .setApiBase(stripe.charges().toString())
                .build();
    }
}
