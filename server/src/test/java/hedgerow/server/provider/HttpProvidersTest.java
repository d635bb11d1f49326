package hedgerow.server.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.server.pay.Due;
import hedgerow.server.sandbox.Sandbox;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The worker copes with the trouble that a provider, a customer's bank or a person makes.
class HttpProvidersTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final Duration HOLD = Duration.ofMillis(1_500);

    private static Sandbox sandbox;

    private Till till;
    private Till.Process worker;

    @BeforeAll
    static void openSandbox() throws IOException {
        sandbox = Sandbox.start(0, Optional.empty(), HOLD, Optional.empty());
    }

    @AfterAll
    static void closeSandbox() {
        sandbox.close();
    }

    @BeforeEach
    void open() throws SQLException {
        till = Till.at(DATABASE, sandbox.address());
        worker = till.process();
    }

    @AfterEach
    void close() {
        worker.close();
    }

    // --- charges -------------------------------------------------------------------------------------------------

    /// Nobody else may take the turn then: neither has one of its own.
    @Test
    void orders_and_refunds_that_somebody_has_in_hand_keep_their_turn() throws Exception {
        var order = till.order("pm_card", 1_000);
        turnWhileInHand("payment_order", order);
        assertThat(till.status(order)).isEqualTo("requires_execution");
        worker.work(5);
        assertThat(till.status(order)).isEqualTo("succeeded");
        var refund = till.refund(order, 300);
        turnWhileInHand("refund", refund);
        assertThat(till.refunded(refund, "status")).isEqualTo("requested");
        worker.work(5);
        assertThat(till.refunded(refund, "status")).isEqualTo("succeeded");
    }

    private void turnWhileInHand(String table, UUID id) throws SQLException {
        try (var somebody = DATABASE.admin();
                var statement = somebody.createStatement()) {
            somebody.setAutoCommit(false);
            statement.execute("select from app.%s where id = '%s' for update".formatted(table, id));
            assertThat(worker.turn()).isNotEqualTo(Due.NEVER);
            somebody.rollback();
        }
    }

    @Test
    void an_order_is_charged_once_with_its_postings_and_its_event() throws Exception {
        var order = till.order("pm_card", 1_000);
        worker.turn();
        assertPaidOnce(order, 1_000);
        assertThat(till.attempt(order, "status || ' ' || provider")).isEqualTo("succeeded sandbox");
        assertThat(till.balance("provider_sandbox")).isEqualTo(1_000 - 20);
        assertThat(till.balance("provider_fees")).isEqualTo(20);
        assertThat(till.balance("sales")).isEqualTo(-1_000);
        assertThat(till.one("select status from app.provider_transaction where payment_order_id = '" + order + "'"))
                .isEqualTo("confirmed");
        worker.turn();
        assertPaidOnce(order, 1_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pm_timeout_before",
                "pm_timeout_after",
                "pm_error_before",
                "pm_error_after",
                "pm_malformed",
                "pm_slow",
                "pm_another_order",
                "pm_too_many",
                "pm_pending",
                "pm_timeout_after+lost_lookup",
                "pm_error_after+lost_lookup+webhook_twice",
                "pm_malformed+pending"
            })
    void whatever_the_provider_does_an_order_is_charged_once(String method) throws Exception {
        var order = till.order(method, 1_000);
        worker.work(10);
        assertPaidOnce(order, 1_000);
    }

    @Test
    void a_timeout_leaves_the_attempt_unknown_until_it_is_looked_up() throws Exception {
        var order = till.order("pm_timeout_after", 1_000);
        try (var hasty = till.process(Map.of("provider-timeout", "1s"))) {
            hasty.send(order);
        }
        assertThat(till.attempt(order, "status")).isEqualTo("unknown");
        assertThat(till.request(order, "status || ' ' || error_code")).isEqualTo("unknown timeout");
        assertThat(till.status(order)).isEqualTo("processing");
        till.hurry();
        worker.turn();
        assertPaidOnce(order, 1_000);
        assertThat(till.request(order, "tries")).as("found, not sent again").isEqualTo("1");
    }

    @Test
    void a_declined_order_fails_and_says_why() throws Exception {
        var order = till.order("pm_declined", 1_000);
        worker.work(5);
        assertThat(till.status(order)).isEqualTo("failed");
        assertThat(till.attempt(order, "error_code")).isEqualTo("card_declined");
        assertThat(till.events(order, "payment_order.failed")).isEqualTo(1);
        assertThat(till.balance("sales")).isZero();
    }

    @Test
    void after_a_decline_another_method_of_the_customer_is_charged() throws Exception {
        till.method("sandbox", "pm_declined");
        till.method("sandbox", "pm_card");
        till.method("sandbox", "pm_declined");
        var order = till.order(Optional.empty(), "EUR", 1_000);
        worker.work(10);
        assertPaidOnce(order, 1_000);
        var other = till.order("pm_declined", 1_000);
        worker.work(10);
        assertThat(till.status(other)).as("an order that names its method").isEqualTo("failed");
    }

    @Test
    void a_decline_that_was_not_true_is_noticed_before_another_method_is_charged() throws Exception {
        till.method("sandbox", "pm_says_declined");
        till.method("sandbox", "pm_card");
        for (var i = 0; i < 4; i++) { // whichever is charged first
            var order = till.order(Optional.empty(), "EUR", 1_000);
            worker.work(10);
            assertPaidOnce(order, 1_000);
        }
    }

    @Test
    void what_a_restored_database_has_forgotten_is_found_before_it_is_charged_again() throws Exception {
        var order = till.order("pm_card", 1_000);
        worker.work(5);
        till.restoreBefore(order);
        assertThat(till.status(order)).isEqualTo("requires_execution");
        worker.work(5);
        assertPaidOnce(order, 1_000);
        assertThat(till.events(order, "payment_order.succeeded")).isEqualTo(1);
    }

    // --- what only a person can know -----------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "pm_wrong_amount, paid, succeeded, 1001",
        "pm_wrong_amount, not_paid, failed, 0",
        "pm_wrong_currency, paid, succeeded, 1000",
        "pm_wrong_currency, not_paid, failed, 0"
    })
    void another_amount_needs_a_review(String method, String outcome, String status, long posted) throws Exception {
        var order = till.order(method, 1_000);
        worker.send(order);
        assertThat(till.request(order, "status || ' ' || review_reason"))
                .isEqualTo("needs_review another_amount_moved");
        assertThat(till.attempt(order, "status")).isEqualTo("unknown");
        assertThat(till.events(order, "payment_order.needs_review")).isEqualTo(1);
        worker.work(3);
        assertThat(till.status(order)).isEqualTo("processing");
        till.resolve(order, outcome);
        worker.turn();
        assertThat(till.status(order)).isEqualTo(status);
        assertThat(till.balance("sales")).isEqualTo(-posted);
    }

    @Test
    void what_nobody_has_answered_for_a_day_needs_a_review_and_never_fails_by_itself() throws Exception {
        try (var silent = till.process(Map.of("provider-urls", "sandbox=http://127.0.0.1:9"))) {
            var order = till.order("pm_timeout_before", 1_000);
            worker.send(order);
            till.age("21 hours");
            till.hurry();
            worker.turn();
            assertThat(till.request(order, "status || ' ' || tries"))
                    .as("no longer sent")
                    .isEqualTo("unknown 1");
            till.age("4 hours");
            till.hurry();
            silent.turn();
            assertThat(till.request(order, "status || ' ' || review_reason")).isEqualTo("needs_review no_answer");
            assertThat(till.status(order)).isEqualTo("processing");
            assertThatThrownBy(() -> till.bound("update app.provider_request set status = 'failed', error_code = 'x'"
                            + " where payment_order_id = '" + order + "'"))
                    .hasMessageContaining("only the provider or a person");
            till.resolve(order, "not_paid");
            silent.turn();
            assertThat(till.status(order)).isEqualTo("failed");
        }
    }

    @Test
    void a_decision_that_the_provider_contradicts_is_not_carried_out() throws Exception {
        var order = till.order("pm_timeout_after", 1_000);
        worker.send(order);
        till.bound("update app.provider_request set status = 'needs_review', review_reason = 'no_answer'"
                + " where payment_order_id = '" + order + "'");
        till.resolve(order, "not_paid");
        worker.turn();
        till.hurry();
        worker.turn();
        assertThat(till.request(order, "status || ' ' || error_code")).isEqualTo("needs_review provider_disagrees");
        till.resolve(order, "paid");
        worker.turn();
        assertPaidOnce(order, 1_000);
    }

    // --- test and live -------------------------------------------------------------------------------------------

    @Test
    void live_data_never_meets_the_sandbox() throws Exception {
        var live = new Till(DATABASE, Map.of("sandbox", sandbox.address()), true);
        assertThatThrownBy(() -> live.credential("sandbox", Till.SANDBOX_SECRET))
                .hasMessageContaining("provider_credential_provider_fkey");
        assertThatThrownBy(() -> live.method("sandbox", "pm_card"))
                .hasMessageContaining("customer_payment_method_provider_fkey");
    }

    @Test
    void a_secret_of_the_other_mode_is_never_sent() throws Exception {
        var test = new Till(DATABASE, Map.of("stripe", URI.create("http://127.0.0.1:9")), false);
        test.credential("stripe", "sk_live_0123456789");
        var order = test.order(Optional.of(test.method("stripe", "pm_1")), "EUR", 1_000);
        try (var process = test.process()) {
            process.turn();
        }
        assertThat(test.attempt(order, "status || ' ' || error_code")).isEqualTo("failed credential_gone");
        assertThat(test.request(order, "tries")).isEqualTo("0");
    }

    // --- refunds -------------------------------------------------------------------------------------------------

    @Test
    void refunds_are_carried_out_in_parts_up_to_the_amount() throws Exception {
        var order = till.order("pm_card", 1_000);
        worker.work(5);
        var first = till.refund(order, 300);
        var second = till.refund(order, 700);
        assertThatThrownBy(() -> till.refund(order, 1)).hasMessageContaining("that much left");
        worker.work(5);
        assertThat(till.refunded(first, "status")).isEqualTo("succeeded");
        assertThat(till.refunded(second, "status")).isEqualTo("succeeded");
        assertThat(till.events(first, "refund.succeeded")).isEqualTo(1);
        assertThat(till.balance("refunds")).isEqualTo(1_000);
        assertThat(till.balance("provider_sandbox")).isEqualTo(-20);
        assertThat(Till.moved(sandbox.address(), "refund", order)).hasSize(2);
        worker.turn();
        assertThat(Till.moved(sandbox.address(), "refund", order)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pm_timeout_after", "pm_error_after+lost_lookup", "pm_malformed", "pm_error_before"})
    void whatever_the_provider_does_a_refund_is_given_once(String method) throws Exception {
        var order = till.order(method, 1_000);
        worker.work(10);
        var refund = till.refund(order, 400);
        worker.work(10);
        assertThat(till.refunded(refund, "status")).isEqualTo("succeeded");
        assertThat(Till.moved(sandbox.address(), "refund", order)).hasSize(1);
        assertThat(till.balance("refunds")).isEqualTo(400);
    }

    @Test
    void a_refund_that_fails_gives_its_amount_back() throws Exception {
        var order = till.order("pm_refund_declined", 1_000);
        worker.work(5);
        var refund = till.refund(order, 1_000);
        worker.work(5);
        assertThat(till.refunded(refund, "status || ' ' || failure_code")).isEqualTo("failed refund_declined");
        assertThat(till.one("select refunded from app.payment_order where id = '" + order + "'"))
                .isEqualTo("0");
        assertThat(till.balance("refunds")).isZero();
    }

    @Test
    void a_refund_that_fails_after_it_had_succeeded_is_reversed_once() throws Exception {
        var order = till.order("pm_card", 1_000);
        worker.work(5);
        var refund = till.refund(order, 600);
        worker.work(5);
        Till.call(sandbox.address(), "POST", "/v1/refunds/" + refund + "/fail");
        for (var i = 0; i < 2; i++) {
            till.bound("update app.provider_request set next_try_at = now() where refund_id = '" + refund + "'");
            worker.turn();
        }
        assertThat(till.refunded(refund, "status || ' ' || failure_code")).isEqualTo("failed refund_failed");
        assertThat(till.balance("refunds")).isZero();
        assertThat(till.number("select count(*) from app.ledger_entry where refund_id = '" + refund + "'"))
                .isEqualTo(4);
        assertThat(till.events(refund, "refund.failed")).isEqualTo(1);
        assertThat(till.one("select refunded from app.payment_order where id = '" + order + "'"))
                .isEqualTo("0");
    }

    @Test
    void refunds_at_once_never_exceed_the_amount() throws Exception {
        var order = till.order("pm_card", 1_000);
        worker.work(5);
        var tries = new ArrayList<Callable<Boolean>>();
        for (var i = 0; i < 16; i++) {
            tries.add(() -> {
                try (var clerk = DATABASE.admin();
                        var statement = clerk.createStatement()) {
                    statement.execute(
                            "begin; select app.bind('%s', 'system:test', false)".formatted(till.tenant.organization()));
                    statement.execute("""
                        insert into app.refund (organization_id, livemode, payment_order_id, currency, amount_minor,
                               reason, created_by)
                        values ('%s', false, '%s', 'EUR', 300, 'other', app.actor()); commit
                        """.formatted(till.tenant.organization(), order));
                    return true;
                } catch (SQLException e) {
                    return false;
                }
            });
        }
        try (var threads = Executors.newFixedThreadPool(8)) {
            var made = 0;
            for (var one : threads.invokeAll(tries)) {
                made += one.get() ? 1 : 0;
            }
            assertThat(made).isEqualTo(3);
        }
        worker.work(10);
        assertThat(Till.moved(sandbox.address(), "refund", order)).hasSize(3);
        assertThat(till.balance("refunds")).isEqualTo(900);
    }

    @Test
    void nothing_is_posted_twice() throws Exception {
        var order = till.order("pm_card", 1_000);
        worker.work(5);
        assertThatThrownBy(() -> till.bound("""
            insert into app.ledger_entry (organization_id, livemode, transaction_id, account_id, unit, amount,
                   payment_order_id, payment_attempt_id, posting, description)
            select organization_id, livemode, gen_random_uuid(), account_id, unit, amount, payment_order_id,
                   payment_attempt_id, posting, 'again'
              from app.ledger_entry where payment_order_id = '%s'
            """.formatted(order))).hasMessageContaining("ledger_entry_posted_once");
    }

    private void assertPaidOnce(UUID order, long minor) throws Exception {
        assertThat(till.status(order)).isEqualTo("succeeded");
        assertThat(Till.moved(sandbox.address(), "charge", order))
                .singleElement()
                .satisfies(one -> assertThat(one.path("amount_minor").asLong()).isEqualTo(minor));
        assertThat(till.events(order, "payment_order.succeeded")).isEqualTo(1);
        assertThat(till.number("select sum(amount) from app.ledger_entry where posting = 'payment' and amount > 0"
                        + " and payment_order_id = '" + order + "'"))
                .isEqualTo(minor);
    }
}
