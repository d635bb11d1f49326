package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.Service;
import hedgerow.sql.Eventually;
import hedgerow.sql.Logins;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Subscriptions over HTTP with a running worker: test clocks, changes within a period and their preview, ends and
/// pauses.
class SubscriptionApiTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String CLOCKS = "/v1/test-clocks";
    private static final String SUBSCRIPTIONS = "/v1/subscriptions/";

    private static Service worker;

    private final ApiServer.Client acme = SERVER.as("acme", "Owner");

    @BeforeAll
    static void work() {
        worker = SERVER.start(Map.of(
                "worker",
                "true",
                "worker-database",
                SERVER.database.url(Logins.WORKER).libpq()));
    }

    @AfterAll
    static void rest() {
        worker.close();
    }

    // --- clocks --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"2036-01-30T23:59:59Z", "2036-01-31T00:00:00Z", "2000-01-01T00:00:00Z"})
    void a_clock_that_is_set_back_or_stands_still_is_a_clear_answer(String to) {
        var clock = clock("2036-01-31T00:00:00Z");
        var refused = acme.post(CLOCKS + "/" + clock + "/advance", "{\"now_at\": \"%s\"}".formatted(to))
                .problem(ProblemCode.INVALID_STATE);
        assertThat(refused.text("/detail"))
                .isEqualTo("a test clock goes forwards only, and shows 2036-01-31T00:00:00Z; make another one");
        assertThat(refused.text("/errors/0/field")).isEqualTo("/now_at");
        assertThat(acme.get(CLOCKS + "/" + clock).text("/now_at")).isEqualTo("2036-01-31T00:00:00Z");
    }

    @Test
    void a_clock_is_for_test_data_and_for_its_own_tenant() {
        var live = SERVER.with(SERVER.liveKey("acme"));
        live.post(CLOCKS, "{\"name\": \"A year\", \"now_at\": \"2036-01-31T00:00:00Z\"}")
                .problem(ProblemCode.FORBIDDEN);
        var clock = clock("2036-01-31T00:00:00Z");
        for (var stranger : List.of(live, SERVER.as("globex", "Owner"))) {
            stranger.post(CLOCKS + "/" + clock + "/advance", "{\"now_at\": \"2037-01-31T00:00:00Z\"}")
                    .problem(ProblemCode.NOT_FOUND);
        }
        var theirs = SERVER.as("globex", "Owner").get("/v1/subscriptions?limit=1");
        var customer = theirs.text("/data/0/customer_id");
        var price = theirs.text("/data/0/price_id");
        SERVER.as("globex", "Owner")
                .post("/v1/subscriptions", """
                    {"customer_id": "%s", "price_id": "%s", "test_clock_id": "%s"}\
                    """.formatted(customer, price, clock))
                .problem(ProblemCode.INVALID_REFERENCE);
    }

    @Test
    void a_clock_that_advances_has_the_worker_bill_every_month_until_then() {
        var subscription = begun("2036-01-31T00:00:00Z", 1);
        advance(subscription, "2036-04-01T00:00:00Z");
        assertThat(periods(subscription, "ended_at"))
                .containsExactly("2036-02-29T00:00:00Z", "2036-03-31T00:00:00Z", "2036-04-30T00:00:00Z");
        assertThat(amounts(subscription)).containsExactly("2000", "2000", "2000");
    }

    // --- changes -------------------------------------------------------------------------------------------------

    @Test
    void a_preview_shows_what_a_change_costs_and_changes_nothing() {
        var subscription = begun("2036-04-01T00:00:00Z", 1);
        advance(subscription, "2036-04-16T00:00:00Z");
        var before = acme.get(SUBSCRIPTIONS + subscription);
        var preview = acme.with("Prefer", "tx=rollback")
                .patch(SUBSCRIPTIONS + subscription, "{\"quantity\": 3}")
                .is(200);
        assertThat(preview.header("Preference-Applied")).isEqualTo("tx=rollback");
        assertThat(preview.text("/carried")).as("half of a month, two more").isEqualTo("2000");
        assertThat(acme.get(SUBSCRIPTIONS + subscription).body()).isEqualTo(before.body());
        var changed =
                acme.patch(SUBSCRIPTIONS + subscription, "{\"quantity\": 3}").is(200);
        assertThat(changed.text("/carried")).as("as previewed").isEqualTo("2000");
        advance(subscription, "2036-05-02T00:00:00Z");
        assertThat(amounts(subscription)).containsExactly("2000", "8000");
        assertThat(acme.get(SUBSCRIPTIONS + subscription).text("/carried")).isEqualTo("0");
    }

    @Test
    void a_change_that_is_taken_back_at_once_costs_nothing() {
        var subscription = begun("2036-04-01T00:00:00Z", 3);
        advance(subscription, "2036-04-08T11:22:33Z");
        var less = acme.patch(SUBSCRIPTIONS + subscription, "{\"quantity\": 1}").is(200);
        assertThat(less.text("/carried")).startsWith("-");
        assertThat(acme.patch(SUBSCRIPTIONS + subscription, "{\"quantity\": 3}")
                        .is(200)
                        .text("/carried"))
                .isEqualTo("0");
    }

    @Test
    void a_credit_larger_than_a_period_leaves_it_without_an_order() {
        var subscription = begun("2036-04-01T00:00:00Z", 5);
        acme.patch(SUBSCRIPTIONS + subscription, "{\"quantity\": 1}").is(200);
        advance(subscription, "2036-05-02T00:00:00Z");
        assertThat(amounts(subscription)).containsExactly("10000");
        assertThat(periods(subscription, "amount")).containsExactly("10000", "0");
        assertThat(acme.get(SUBSCRIPTIONS + subscription).text("/carried")).isEqualTo("-6000");
    }

    // --- ends and pauses -----------------------------------------------------------------------------------------

    @Test
    void what_is_canceled_at_the_end_of_its_period_ends_there() {
        var subscription = begun("2036-01-01T00:00:00Z", 1);
        acme.patch(SUBSCRIPTIONS + subscription, "{\"cancel_at_period_end\": true}")
                .is(200);
        assertThat(acme.get(SUBSCRIPTIONS + subscription).text("/status")).isEqualTo("active");
        advance(subscription, "2036-03-01T00:00:00Z");
        var ended = acme.get(SUBSCRIPTIONS + subscription);
        assertThat(ended.text("/status")).isEqualTo("canceled");
        assertThat(ended.text("/canceled_at")).isEqualTo("2036-02-01T00:00:00Z");
        assertThat(amounts(subscription)).containsExactly("2000");
        acme.post(SUBSCRIPTIONS + subscription + "/resume").problem(ProblemCode.INVALID_STATE);
    }

    @Test
    void an_end_can_be_called_off_before_it_comes() {
        var subscription = begun("2036-01-01T00:00:00Z", 1);
        acme.patch(SUBSCRIPTIONS + subscription, "{\"cancel_at_period_end\": true}")
                .is(200);
        acme.patch(SUBSCRIPTIONS + subscription, "{\"cancel_at_period_end\": false}")
                .is(200);
        advance(subscription, "2036-02-02T00:00:00Z");
        assertThat(amounts(subscription)).containsExactly("2000", "2000");
    }

    @Test
    void a_pause_bills_nothing_and_a_new_period_begins_when_it_is_over() {
        var subscription = begun("2036-01-01T00:00:00Z", 1);
        acme.post(SUBSCRIPTIONS + subscription + "/pause").is(200);
        advance(subscription, "2036-05-10T00:00:00Z");
        assertThat(amounts(subscription)).containsExactly("2000");
        acme.post(SUBSCRIPTIONS + subscription + "/resume").is(200);
        advance(subscription, "2036-05-11T00:00:00Z");
        assertThat(periods(subscription, "kind")).containsExactly("paid", "paused", "paid");
        assertThat(periods(subscription, "ended_at"))
                .containsExactly("2036-02-01T00:00:00Z", "2036-05-10T00:00:00Z", "2036-06-10T00:00:00Z");
        acme.post(SUBSCRIPTIONS + subscription + "/resume").problem(ProblemCode.INVALID_STATE);
    }

    @Test
    void a_pause_that_ends_within_its_period_changes_nothing() {
        var subscription = begun("2036-01-01T00:00:00Z", 1);
        acme.post(SUBSCRIPTIONS + subscription + "/pause").is(200);
        advance(subscription, "2036-01-20T00:00:00Z");
        acme.post(SUBSCRIPTIONS + subscription + "/resume").is(200);
        advance(subscription, "2036-02-02T00:00:00Z");
        assertThat(periods(subscription, "kind")).containsExactly("paid", "paid");
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private String clock(String at) {
        return acme.post(CLOCKS, "{\"name\": \"A clock\", \"now_at\": \"%s\"}".formatted(at))
                .is(201)
                .text("/id");
    }

    /// A subscription to 20.00 EUR a month that has begun on a clock of its own, with its first order.
    private String begun(String at, int quantity) {
        var customer = acme.post("/v1/customers", "{\"name\": \"Ada\"}").is(201).text("/id");
        var product =
                acme.post("/v1/products", "{\"name\": \"A paper\"}").is(201).text("/id");
        var price = acme.post("/v1/prices", """
            {"product_id": "%s", "kind": "recurring", "currency": "EUR", "unit_amount_minor": 2000,
             "interval_unit": "month", "interval_count": 1}\
            """.formatted(product)).is(201).text("/id");
        var subscription = acme.post("/v1/subscriptions", """
            {"customer_id": "%s", "price_id": "%s", "quantity": %d, "test_clock_id": "%s"}\
            """.formatted(customer, price, quantity, clock(at)))
                .is(201)
                .text("/id");
        acme.post(SUBSCRIPTIONS + subscription + "/begin").is(200);
        Eventually.holds(
                "the first order", PATIENCE, () -> amounts(subscription).size() == 1);
        return subscription;
    }

    private void advance(String subscription, String to) {
        var clock = CLOCKS + "/" + acme.get(SUBSCRIPTIONS + subscription).text("/test_clock_id");
        assertThat(acme.post(clock + "/advance", "{\"now_at\": \"%s\"}".formatted(to))
                        .is(200)
                        .text("/status"))
                .isEqualTo("advancing");
        Eventually.holds(
                "the clock is there",
                PATIENCE,
                () -> acme.get(clock).text("/status").equals("ready"));
        assertThat(acme.get(clock).text("/now_at")).isEqualTo(to);
    }

    /// A field of the periods, the first one first.
    private List<String> periods(String subscription, String field) {
        var page = acme.get("/v1/subscription-periods?limit=100&subscription_id=" + subscription);
        var count = page.body().path("data").size();
        return IntStream.range(0, count)
                .mapToObj(at -> page.text("/data/%d/%s".formatted(count - 1 - at, field)))
                .toList();
    }

    /// The amounts of the orders, the first one first.
    private List<String> amounts(String subscription) {
        var page = acme.get("/v1/payment-orders?limit=100&subscription_id=" + subscription);
        var data = page.body().path("data");
        return IntStream.range(0, data.size())
                .mapToObj(at ->
                        data.get(data.size() - 1 - at).path("amount_minor").toString())
                .toList();
    }
}
