package hedgerow.server.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.server.sandbox.Sandbox;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A payer goes to the page of the provider, and does not return.
class OpenCheckoutsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final int ROUNDS = 12;

    private Sandbox sandbox;
    private Seller seller;
    private Seller.Process process;

    @BeforeEach
    void open() throws IOException, SQLException {
        sandbox = Sandbox.start(0, Optional.empty(), Duration.ofSeconds(2), Optional.empty());
        seller = new Seller(DATABASE, sandbox.address());
        process = seller.process();
    }

    @AfterEach
    void close() {
        process.close();
        sandbox.close();
    }

    // --- the provider decides ------------------------------------------------------------------------------------

    @Test
    void who_enters_a_card_and_never_returns_has_paid() throws SQLException {
        var order = Shop.order(Shop.choose(process.begin().orElseThrow(), "pm_card"));
        assertThat(seller.status(order)).isEqualTo("none");
        process.work(() -> seller.status(order).equals("succeeded"));
        assertPaidOnce(seller, order);
        assertThat(seller.checkout(order, "status || ' ' || payment_order_id || ' ' || (next_try_at is null)"))
                .isEqualTo("completed " + order + " true");
    }

    @Test
    void who_returns_after_the_worker_sees_the_payment() throws SQLException {
        var returning = Shop.choose(process.begin().orElseThrow(), "pm_card");
        process.work(() -> seller.status(Shop.order(returning)).equals("succeeded"));
        assertThat(process.arrive(returning)).isInstanceOf(CardPayments.Ordered.class);
        assertPaidOnce(seller, Shop.order(returning));
    }

    @Test
    void a_session_in_which_nobody_enters_a_card_expires_when_the_provider_says_so() throws SQLException {
        var page = process.begin().orElseThrow();
        var id = seller.newest();
        seller.hurry();
        process.turn();
        assertThat(seller.checkout(id, "status")).as("the payer may still pay").isEqualTo("open");
        seller.call("POST", "/v1" + page.getPath() + "/expire");
        seller.hurry();
        process.turn();
        assertThat(seller.checkout(id, "status || ' ' || (next_try_at is null)"))
                .isEqualTo("expired true");
        assertThat(seller.count("payment_order", "true")).isZero();
        assertThat(seller.count("customer", "true")).isZero();
    }

    @Test
    void a_price_that_has_changed_meanwhile_is_not_charged() throws SQLException {
        var order = Shop.order(Shop.choose(process.begin().orElseThrow(), "pm_card"));
        seller.bound("update app.price set unit_amount_minor = 1 where organization_id = '%s'"
                .formatted(seller.tenant.organization()));
        seller.hurry();
        process.turn();
        assertThat(seller.checkout(order, "status || ' ' || refusal")).isEqualTo("refused price_changed");
        assertThat(seller.status(order)).isEqualTo("none");
    }

    @Test
    void a_link_that_was_closed_meanwhile_takes_no_card() throws SQLException {
        var order = Shop.order(Shop.choose(process.begin().orElseThrow(), "pm_card"));
        seller.bound("update app.payment_link set status = 'disabled' where id = '%s'".formatted(seller.link));
        seller.hurry();
        process.turn();
        assertThat(seller.checkout(order, "status || ' ' || refusal")).isEqualTo("refused link_closed");
        assertThat(seller.status(order)).isEqualTo("none");
    }

    @Test
    void a_stranger_who_leaves_holds_no_link_that_can_be_paid_once() throws SQLException {
        seller.bound("update app.payment_link set max_uses = 1 where id = '%s'".formatted(seller.link));
        var left = process.begin().orElseThrow();
        var order = Shop.order(Shop.choose(process.begin().orElseThrow(), "pm_card"));
        process.work(() -> seller.status(order).equals("succeeded"));
        assertPaidOnce(seller, order);
        var late = Shop.order(Shop.choose(left, "pm_card"));
        process.work(() -> seller.checkout(late, "status").equals("refused"));
        assertThat(seller.checkout(late, "refusal")).isEqualTo("link_closed");
        assertThat(seller.status(late)).isEqualTo("none");
        assertThat(seller.charges(late)).as("charges, by the sandbox's log").isEmpty();
    }

    @Test
    void the_session_of_a_suspended_seller_waits() throws SQLException {
        var order = Shop.order(Shop.choose(process.begin().orElseThrow(), "pm_card"));
        var tenant = seller.tenant.organization();
        seller.bound("select app_private.suspend_tenant('%s', 'test')".formatted(tenant));
        seller.hurry();
        process.turn();
        assertThat(seller.checkout(order, "status")).isEqualTo("open");
        assertThat(seller.status(order)).isEqualTo("none");
        seller.bound("select app_private.reinstate_tenant('%s')".formatted(tenant));
        process.work(() -> seller.status(order).equals("succeeded"));
        assertPaidOnce(seller, order);
    }

    // --- nobody knows --------------------------------------------------------------------------------------------

    @Test
    void a_session_about_which_the_provider_gives_no_answer_stays_open() throws Exception {
        var order = Shop.order(Shop.choose(process.begin().orElseThrow(), "pm_card"));
        seller.bound(
                "update app.checkout set created_at = now() - interval '4 hours' where id = '%s'".formatted(order));
        var port = sandbox.address().getPort();
        sandbox.close();
        seller.hurry();
        process.turn();
        assertOpenFor(order, "1 hour"); // a quarter of its age
        try (var another = Sandbox.start(port, Optional.empty(), Duration.ofSeconds(2), Optional.empty())) {
            assertThat(another.address()).isEqualTo(sandboxAt(port));
            seller.hurry();
            process.turn();
            assertOpenFor(order, "1 hour"); // one that the provider does not know is not one that has expired
        }
    }

    @Test
    void a_session_whose_secret_is_gone_stays_open() throws SQLException {
        var order = Shop.order(Shop.choose(process.begin().orElseThrow(), "pm_card"));
        seller.bound("update app.provider_credential set status = 'revoked' where organization_id = '%s'"
                .formatted(seller.tenant.organization()));
        seller.hurry();
        process.turn();
        assertThat(seller.checkout(order, "status")).isEqualTo("open");
        assertThat(seller.status(order)).isEqualTo("none");
    }

    @Test
    void a_session_of_which_nobody_heard_is_asked_for_under_its_key_until_keys_are_forgotten() throws Exception {
        var port = sandbox.address().getPort();
        sandbox.close();
        assertThat(process.begin()).isEmpty();
        var id = seller.newest();
        seller.hurry();
        process.turn();
        assertThat(seller.checkout(id, "status")).isEqualTo("prepared");
        try (var again = Sandbox.start(port, Optional.empty(), Duration.ofSeconds(2), Optional.empty())) {
            assertThat(again.address()).isEqualTo(sandboxAt(port));
            seller.bound(
                    "update app.checkout set created_at = now() - interval '21 hours' where id = '%s'".formatted(id));
            seller.hurry();
            process.turn();
            assertThat(seller.checkout(id, "status || ' ' || (next_try_at is null)"))
                    .as("neither opened nor called expired")
                    .isEqualTo("prepared true");
            assertThat(process.begin()).isPresent();
        }
    }

    private static URI sandboxAt(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    private void assertOpenFor(UUID id, String interval) {
        assertThat(seller.checkout(
                        id,
                        "status || ' ' || (next_try_at between now() + interval '%1$s' - interval '1 minute'"
                                        .formatted(interval)
                                + " and now() + interval '%s' + interval '1 minute')".formatted(interval)))
                .isEqualTo("open true");
        assertThat(seller.status(id)).isEqualTo("none");
    }

    // --- several at once -----------------------------------------------------------------------------------------

    @Test
    void the_browser_and_two_workers_at_once_settle_once() throws Exception {
        try (var worker = seller.process();
                var rival = seller.process();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var round = 0; round < ROUNDS; round++) {
                var returning = Shop.choose(process.begin().orElseThrow(), "pm_card");
                var order = Shop.order(returning);
                seller.hurry();
                var start = new CyclicBarrier(3);
                var browser = threads.submit(() -> {
                    start.await();
                    return process.arrive(returning);
                });
                var first = threads.submit(() -> {
                    start.await();
                    worker.turn();
                    return true;
                });
                var second = threads.submit(() -> {
                    start.await();
                    process(rival, returning);
                    return true;
                });
                assertThat(browser.get()).isInstanceOf(CardPayments.Ordered.class);
                assertThat(first.get() && second.get()).isTrue();
                worker.work(() -> seller.status(order).equals("succeeded"));
                assertPaidOnce(seller, order);
            }
        }
    }

    /// Another process to which the payer returns as well.
    private static void process(Seller.Process rival, URI returning) {
        assertThat(rival.arrive(returning)).isInstanceOf(CardPayments.Ordered.class);
    }

    // --- attacks -------------------------------------------------------------------------------------------------

    @Test
    void another_tenant_neither_sees_nor_settles_it() throws SQLException {
        var returning = Shop.choose(process.begin().orElseThrow(), "pm_card");
        var id = Shop.order(returning);
        var other = new Seller(DATABASE, sandbox.address());
        try (var attacker = other.process()) {
            assertThat(attacker.arrive(returning)).isEqualTo(new CardPayments.Refused(PayPage.UNKNOWN));
            other.hurry();
            seller.hurry();
            attacker.turn();
        }
        assertThat(seller.checkout(id, "status")).isEqualTo("open");
        assertThat(seller.count("payment_order", "true") + other.count("payment_order", "true"))
                .isZero();
        try (var worker = DATABASE.worker();
                var statement = worker.createStatement()) {
            statement.execute(
                    "begin; select app.bind('%s', 'system:worker', false)".formatted(other.tenant.organization()));
            try (var rows = statement.executeQuery("select from app.checkout where id = '" + id + "'")) {
                assertThat(rows.next()).as("seen").isFalse();
            }
            assertThat(statement.executeUpdate("update app.checkout set next_try_at = null where id = '" + id + "'"))
                    .as("written")
                    .isZero();
        }
    }

    @Test
    void no_member_and_no_statement_writes_a_session_otherwise() throws SQLException {
        process.begin().orElseThrow();
        var id = seller.newest();
        try (var app = DATABASE.app();
                var statement = app.createStatement()) {
            assertThatThrownBy(() -> statement.execute("select from app.checkout"))
                    .hasMessageContaining("permission denied");
        }
        for (var change : new String[] {
            "amount_minor = 1", "external_id = 'sh_1'", "payment_link_id = gen_random_uuid()", "message = 'You pay 1.'"
        }) {
            assertThatThrownBy(() -> seller.bound("update app.checkout set %s where id = '%s'".formatted(change, id)))
                    .as(change)
                    .hasMessageContaining("session");
        }
        assertThatThrownBy(() ->
                        seller.bound("update app.checkout set status = 'completed' where id = '%s'".formatted(id)))
                .as("without an order")
                .hasMessageContaining("checkout_completed_check");
    }

    static void assertPaidOnce(Seller seller, UUID order) {
        assertThat(seller.status(order)).isEqualTo("succeeded");
        assertThat(seller.charges(order)).as("charges, by the sandbox's log").hasSize(1);
        assertThat(seller.charges(order).getFirst().path("amount_minor").asLong())
                .isEqualTo(Seller.PRICE);
        assertThat(seller.posted(order)).as("in the books").isEqualTo(Seller.PRICE);
        assertThat(seller.count(
                        "customer",
                        "id = (select customer_id from app.payment_order where id = '%s')".formatted(order)))
                .isEqualTo(1);
        for (var event : new String[] {"created", "confirmed", "succeeded"}) {
            assertThat(seller.count(
                            "outbox_event", "subject_id = '%s' and type = 'payment_order.%s'".formatted(order, event)))
                    .as(event)
                    .isEqualTo(1);
        }
    }
}
