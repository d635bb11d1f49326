package hedgerow.server.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.server.auth.Anvil;
import hedgerow.server.chain.Scissors.When;
import hedgerow.server.chain.Strangers.Request;
import hedgerow.server.pay.Due;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A stranger pays an address of the tenant; the worker notices, and settles the order that requested it once.
class DepositsTest {

    @org.junit.jupiter.api.Order(1)
    @RegisterExtension
    static final Anvil CHAIN = new Anvil();

    @org.junit.jupiter.api.Order(2)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static String coin;

    private Books books;
    private Books.Process worker;
    private Strangers strangers;

    @BeforeAll
    static void mintCoin() throws Exception {
        coin = Books.deploy(CHAIN, "PlainCoin");
    }

    @BeforeEach
    void open() throws Exception {
        begin(coin);
    }

    private void begin(String contract) throws Exception {
        books = new Books(DATABASE, CHAIN, contract);
        worker = books.process();
        strangers = new Strangers(books);
    }

    @AfterEach
    void close() {
        worker.close();
    }

    // --- paying --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {Books.ETHER, Books.COIN})
    void a_payment_is_settled_once_it_is_deep_enough(String asset) throws Exception {
        try (var slow = books.process(Map.of("chain-confirmations", "4"))) {
            var request = strangers.ask(slow, asset, 1_007);
            strangers.pay(request);
            books.mine(3);
            slow.receive();
            assertThat(strangers.deposits()).isEmpty();
            assertThat(strangers.status(request)).isEqualTo("requires_confirmation");
            books.mine(1);
            slow.receive();
            strangers.assertSettledOnce(List.of(request));
            books.mine(5);
            slow.receive();
            strangers.assertSettledOnce(List.of(request));
            assertThat(strangers.deposits()).isEqualTo("1007 settled");
        }
    }

    @Test
    void many_strangers_pay_one_link_at_once() throws Exception {
        var requests = new ArrayList<Request>();
        for (var i = 0; i < 12; i++) {
            requests.add(strangers.ask(worker, i % 2 == 0 ? Books.ETHER : Books.COIN, 1_000 + i));
        }
        books.rpc("evm_setAutomine", false);
        requests.reversed().forEach(strangers::pay);
        books.rpc("evm_setAutomine", true);
        books.mine(3);
        receive(5);
        strangers.assertSettledOnce(requests);
    }

    /// Two strangers differ by their amounts alone.
    @Test
    void nobody_is_asked_for_an_amount_that_somebody_else_may_still_pay() {
        strangers.ask(worker, Books.ETHER, 1_000);
        assertThatThrownBy(() -> strangers.ask(worker, Books.ETHER, 1_000)).isInstanceOf(AssertionError.class);
        strangers.ask(worker, Books.COIN, 1_000);
    }

    // --- other amounts -------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"ETH.31337, 999", "ETH.31337, 1001", "COIN.31337, 999", "COIN.31337, 1001", "COIN.31337, 1"})
    void another_amount_settles_nothing_and_waits_for_a_person(String asset, long amount) {
        var request = strangers.ask(worker, asset, 1_000);
        strangers.pay(asset, amount);
        books.mine(1);
        receive(2);
        assertThat(strangers.deposits()).isEqualTo(amount + " needs_review unexpected");
        assertThat(strangers.status(request)).isEqualTo("requires_confirmation");
        assertThat(strangers.count("outbox_event", "type = 'deposit.needs_review'"))
                .isEqualTo(1);
        assertThat(strangers.count("ledger_account", "code = 'deposits_in_review'"))
                .isEqualTo(1);
        strangers.assertBooksEqualChain();
        strangers.pay(request);
        books.mine(1);
        receive(2);
        strangers.assertSettledOnce(List.of(request));
    }

    @Test
    void the_amount_in_another_asset_settles_nothing() {
        var request = strangers.ask(worker, Books.ETHER, 1_000);
        strangers.pay(Books.COIN, 1_000);
        books.mine(1);
        receive(2);
        assertThat(strangers.deposits()).isEqualTo("1000 needs_review unexpected");
        assertThat(strangers.status(request)).isEqualTo("requires_confirmation");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_payment_that_comes_twice_settles_once(boolean together) {
        var request = strangers.ask(worker, Books.COIN, 1_000);
        strangers.pay(request);
        if (!together) {
            books.mine(1);
            receive(2);
        }
        strangers.pay(request);
        books.mine(1);
        receive(2);
        assertThat(strangers.deposits()).isEqualTo("1000 settled, 1000 needs_review paid_twice");
        assertThat(strangers.count("payment_attempt", "payment_order_id = '" + request.order() + "'"))
                .isEqualTo(1);
        strangers.assertBooksEqualChain();
    }

    @Test
    void a_payment_from_before_the_request_settles_nothing() {
        strangers.ask(worker, Books.ETHER, 1_000); // watches the address
        strangers.pay(Books.ETHER, 1_001);
        books.mine(1);
        var request = strangers.ask(worker, Books.ETHER, 1_001);
        books.mine(1);
        receive(2);
        assertThat(strangers.deposits()).isEqualTo("1001 needs_review before_request");
        assertThat(strangers.status(request)).isEqualTo("requires_confirmation");
    }

    @Test
    void only_what_arrives_counts_if_a_token_keeps_a_part() throws Exception {
        other("TaxedCoin");
        var request = strangers.ask(worker, Books.COIN, 1_000);
        strangers.pay(request);
        books.mine(1);
        receive(2);
        assertThat(strangers.deposits()).isEqualTo("900 needs_review unexpected");
        assertThat(strangers.status(request)).isEqualTo("requires_confirmation");
        strangers.assertBooksEqualChain();
    }

    @ParameterizedTest
    @ValueSource(strings = {"FalseCoin", "IdleCoin"})
    void a_token_that_moves_nothing_has_not_paid(String contract) throws Exception {
        other(contract);
        var request = strangers.ask(worker, Books.COIN, 1_000);
        strangers.pay(request);
        books.mine(1);
        receive(2);
        assertThat(strangers.deposits()).isEmpty();
        assertThat(strangers.status(request)).isEqualTo("requires_confirmation");
    }

    @Test
    void a_token_that_returns_nothing_pays() throws Exception {
        other("SilentCoin");
        var request = strangers.ask(worker, Books.COIN, 1_000);
        strangers.pay(request);
        books.mine(1);
        receive(2);
        strangers.assertSettledOnce(List.of(request));
    }

    /// A contract at the address refuses the money: the transaction is in a block all the same.
    @Test
    void a_payment_that_is_reverted_has_not_paid() throws Exception {
        var request = strangers.ask(worker, Books.ETHER, 1_000);
        books.rpc("anvil_setCode", strangers.recipient, "0x60006000fd");
        var from = books.rpc("eth_accounts").path(0).asString();
        books.rpc(
                "eth_sendTransaction",
                Map.of("from", from, "to", strangers.recipient, "value", "0x3e8", "gas", "0x15f90"));
        books.mine(2);
        receive(2);
        assertThat(strangers.deposits()).isEmpty();
        assertThat(strangers.status(request)).isEqualTo("requires_confirmation");
        assertThat(books.balance(Books.ETHER, strangers.recipient)).isZero();
    }

    // --- time ----------------------------------------------------------------------------------------------------

    @Test
    void a_request_expires_once_the_chain_was_read_beyond_its_end_and_a_later_payment_waits_for_a_person() {
        var request = strangers.ask(worker, Books.ETHER, 1_000, 1);
        passUntil(request, "expired");
        assertThat(strangers.count(
                        "outbox_event", "type = 'payment_order.expired' and subject_id = '" + request.order() + "'"))
                .isEqualTo(1);
        assertThatThrownBy(() -> strangers.ask(worker, Books.ETHER, 1_000))
                .as("its amount is kept")
                .isInstanceOf(AssertionError.class);
        strangers.pay(request);
        books.mine(1);
        receive(2);
        assertThat(strangers.deposits()).isEqualTo("1000 needs_review late");
        assertThat(strangers.status(request)).isEqualTo("expired");
        assertThat(strangers.count("deposit", "payment_order_id = '" + request.order() + "'"))
                .as("a person sees which order it was for")
                .isEqualTo(1);
        strangers.assertBooksEqualChain();
    }

    @Test
    void a_payment_in_time_counts_however_late_it_is_noticed() {
        var request = strangers.ask(worker, Books.ETHER, 1_000, 5);
        books.mine(25); // more than are read at once
        strangers.pay(request);
        while (books.one("select now() > max(expires_at) from app.deposit_request where payment_order_id = '"
                        + request.order() + "'")
                .equals("f")) {
            Thread.onSpinWait();
        }
        books.mine(3);
        receive(4);
        strangers.assertSettledOnce(List.of(request));
    }

    @Test
    void an_order_that_was_canceled_is_not_paid() throws Exception {
        var request = strangers.ask(worker, Books.ETHER, 1_000);
        books.bound("update app.payment_order set status = 'canceled' where id = '" + request.order() + "'");
        strangers.pay(request);
        books.mine(1);
        receive(2);
        assertThat(strangers.deposits()).isEqualTo("1000 needs_review order_closed");
        assertThat(strangers.status(request)).isEqualTo("canceled");
    }

    @Test
    void a_suspended_seller_takes_no_payment() throws Exception {
        var request = strangers.ask(worker, Books.ETHER, 1_000);
        new Superuser(DATABASE).run("select app_private.suspend_tenant('" + books.tenant.organization() + "', 'test')");
        strangers.pay(request);
        books.mine(1);
        receive(2);
        assertThat(strangers.deposits()).isEqualTo("1000 needs_review refused");
        assertThat(strangers.status(request)).isEqualTo("requires_confirmation");
        strangers.assertBooksEqualChain();
    }

    // --- blocks --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {Books.ETHER, Books.COIN})
    void a_payment_that_a_reorganization_removes_is_not_settled(String asset) throws Exception {
        try (var slow = books.process(Map.of("chain-confirmations", "4"))) {
            var request = strangers.ask(slow, asset, 1_000);
            var before = books.rpc("evm_snapshot");
            strangers.pay(request);
            books.mine(3);
            slow.receive();
            books.rpc("evm_revert", before.asString());
            books.mine(12);
            for (var i = 0; i < 3; i++) {
                slow.receive();
            }
            assertThat(strangers.deposits()).isEmpty();
            assertThat(strangers.status(request)).isEqualTo("requires_confirmation");
            strangers.pay(request);
            books.mine(4);
            slow.receive();
            strangers.assertSettledOnce(List.of(request));
        }
    }

    @Test
    void blocks_from_before_the_first_request_are_never_read() {
        books.mine(700);
        strangers.mined(strangers.pay(Books.ETHER, 1_000));
        var head = strangers.head();
        strangers.ask(worker, Books.ETHER, 1_001);
        assertThat(scanned()).isEqualTo(head);
        books.mine(30);
        receive(1);
        assertThat(scanned()).as("at most ten whole blocks at once").isEqualTo(head + 10);
        receive(5);
        assertThat(strangers.deposits()).isEmpty();
        assertThat(scanned()).isEqualTo(strangers.head() - 1);
    }

    @Test
    void what_nobody_waits_for_is_skipped() throws Exception {
        var request = strangers.ask(worker, Books.ETHER, 1_000, 1);
        passUntil(request, "expired");
        books.bound("update app.deposit_request set status = 'released' where payment_order_id = '" + request.order()
                + "'");
        worker.receive(); // rests
        assertThat(worker.receive()).isEqualTo(Due.NEVER);
        books.mine(40);
        strangers.ask(worker, Books.ETHER, 1_000);
        assertThat(scanned()).isEqualTo(strangers.head());
    }

    /// Every request to the database and to the chain is counted.
    @Test
    void a_poll_costs_the_same_however_many_requests_are_open() throws Exception {
        strangers.ask(worker, Books.ETHER, 10_000);
        strangers.ask(worker, Books.COIN, 10_000);
        try (var scissors = Scissors.between(DATABASE.url(Logins.WORKER), CHAIN.endpoint());
                var process = books.process(scissors)) {
            for (var i = 0; i < 8; i++) { // the driver prepares each statement after some executions
                requests(scissors, process);
            }
            var few = requests(scissors, process);
            for (var i = 1; i < 60; i++) {
                strangers.ask(worker, Books.ETHER, 10_000 + i);
                strangers.ask(worker, Books.COIN, 10_000 + i);
            }
            receive(10);
            requests(scissors, process); // the pool checks whether an idle connection is alive
            assertThat(requests(scissors, process)).isEqualTo(few).isLessThan(20);
        }
    }

    private int requests(Scissors scissors, Books.Process process) {
        books.mine(1);
        scissors.cutAt(Integer.MAX_VALUE, When.BEFORE);
        process.receive();
        return scissors.requests();
    }

    @Test
    void a_majority_of_endpoints_is_needed_to_settle() throws Exception {
        var node = CHAIN.endpoint().toString();
        var away = "http://127.0.0.1:1";
        var request = strangers.ask(worker, Books.ETHER, 1_000);
        strangers.pay(request);
        books.mine(2);
        try (var two = books.process(Map.of("chain-endpoints", Anvil.CHAIN + "=" + node + " " + away))) {
            two.receive();
            assertThat(strangers.deposits()).isEmpty();
        }
        try (var three = books.process(Map.of("chain-endpoints", Anvil.CHAIN + "=" + node + " " + away + " " + node))) {
            three.receive();
        }
        strangers.assertSettledOnce(List.of(request));
    }

    // --- dying, and others ---------------------------------------------------------------------------------------

    @Test
    void a_payment_is_settled_once_wherever_the_worker_dies() throws Exception {
        var requests = new ArrayList<Request>();
        var amount = 1_000;
        for (var when : When.values()) {
            for (var place = 1; place <= 45; place += 2) {
                requests.add(paid(Books.ETHER, amount++));
                requests.add(paid(Books.COIN, amount++));
                books.mine(1);
                try (var scissors = Scissors.between(DATABASE.url(Logins.WORKER), CHAIN.endpoint())) {
                    scissors.cutAt(place, when);
                    try (var process = books.process(scissors)) {
                        process.receive();
                    } catch (RuntimeException dead) {
                        assertThat(scissors.isCut()).as(() -> "died of " + dead).isTrue();
                    }
                }
                receive(2);
            }
        }
        strangers.assertSettledOnce(requests);
    }

    @Test
    void two_workers_settle_each_payment_once() throws Exception {
        var requests = new ArrayList<Request>();
        for (var round = 0; round < 5; round++) {
            for (var i = 0; i < 6; i++) {
                requests.add(paid(i % 2 == 0 ? Books.ETHER : Books.COIN, 1_000 + requests.size()));
            }
            books.mine(1);
            try (var other = books.process();
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var turns = List.<Callable<Object>>of(worker::receive, other::receive, worker::receive, other::receive);
                for (var turn : threads.invokeAll(turns)) {
                    turn.get();
                }
            }
        }
        receive(2);
        strangers.assertSettledOnce(requests);
    }

    // --- decisions of people -------------------------------------------------------------------------------------

    @Test
    void a_decision_is_carried_out_once_wherever_the_worker_dies() throws Exception {
        var orders = new ArrayList<Books.Order>();
        for (var when : When.values()) {
            for (var place = 1; place <= 33; place += 2) {
                orders.add(decided(5_000 + orders.size()));
                try (var scissors = Scissors.between(DATABASE.url(Logins.WORKER), CHAIN.endpoint())) {
                    scissors.cutAt(place, when);
                    try (var process = books.process(scissors)) {
                        process.receive();
                    } catch (RuntimeException dead) {
                        assertThat(scissors.isCut()).as(() -> "died of " + dead).isTrue();
                    }
                }
            }
        }
        receive(3);
        orders.forEach(this::assertDecidedOnce);
    }

    @Test
    void two_workers_carry_each_decision_out_once() throws Exception {
        var orders = new ArrayList<Books.Order>();
        for (var round = 0; round < 6; round++) {
            orders.add(decided(6_000 + round));
        }
        try (var other = books.process();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var turns = List.<Callable<Object>>of(worker::receive, other::receive, worker::receive, other::receive);
            for (var turn : threads.invokeAll(turns)) {
                turn.get();
            }
        }
        receive(2);
        orders.forEach(this::assertDecidedOnce);
    }

    /// Between a decision and the worker, somebody else pays the order or closes it.
    @ParameterizedTest
    @CsvSource({"succeeded, paid_twice", "canceled, order_closed", "suspended, refused"})
    void a_decision_that_no_longer_fits_is_taken_back(String meanwhile, String reason) throws Exception {
        var order = decided(7_000);
        var organization = books.tenant.organization();
        switch (meanwhile) {
            case "canceled" ->
                books.bound("update app.payment_order set status = 'canceled' where id = '" + order.id() + "'");
            case "suspended" ->
                new Superuser(DATABASE).run("select app_private.suspend_tenant('" + organization + "', 'test')");
            default -> settleByHand(order);
        }
        receive(2);
        assertThat(strangers.deposits()).endsWith("7000 needs_review " + reason);
        assertThat(strangers.count("deposit", "asked is not null")).isZero();
        assertThat(strangers.count("outbox_event", "type = 'deposit.needs_review'"))
                .isEqualTo(2);
        strangers.assertBooksEqualChain();
    }

    /// The order succeeds by an attempt of another rail.
    private void settleByHand(Books.Order order) throws SQLException {
        books.bound("""
            update app.payment_order set status = 'requires_execution' where id = '%1$s';
            update app.payment_order set status = 'processing' where id = '%1$s';
            insert into app.payment_attempt (organization_id, livemode, payment_order_id, number, provider)
            values ('%2$s', false, '%1$s', 1, 'evm');
            update app.payment_attempt set status = 'submitted' where payment_order_id = '%1$s';
            update app.payment_attempt set status = 'succeeded' where payment_order_id = '%1$s';
            update app.payment_order set status = 'succeeded', succeeded_at = now() where id = '%1$s'
            """.formatted(order.id(), books.tenant.organization()));
    }

    /// Something arrives that nobody was asked for, and a person decides that it pays an order.
    private Books.Order decided(long amount) throws SQLException {
        strangers.ask(worker, Books.ETHER, 1_000_000 + amount); // watches the address
        strangers.pay(Books.ETHER, amount);
        books.mine(1);
        receive(2);
        var order = new Books.Order(UUID.randomUUID(), Books.ETHER, strangers.recipient, BigInteger.valueOf(amount));
        books.bound("""
            insert into app.payment_order (organization_id, livemode, id, asset, amount, created_by)
            values ('%1$s', false, '%2$s', '%3$s', %4$d, app.actor());
            update app.deposit set asked = 'paid', asked_by = app.actor(), asked_order_id = '%2$s', note = 'They wrote'
             where organization_id = '%1$s' and amount = %4$d and status = 'needs_review'
            """.formatted(books.tenant.organization(), order.id(), Books.ETHER, amount));
        return order;
    }

    private void assertDecidedOnce(Books.Order order) {
        strangers.assertSettledOnce(List.of(new Request(order.id(), order.asset(), order.amount())));
        var deposit = "deposit_id = (select id from app.deposit where amount = " + order.amount() + " and recipient = '"
                + strangers.recipient + "')";
        assertThat(strangers.count("ledger_entry", deposit)).isEqualTo(4);
    }

    /// The last use of a link is taken once, however many pay it at the same moment.
    @Test
    void two_workers_give_the_last_use_of_a_link_to_one_payment() throws Exception {
        for (var round = 0; round < 5; round++) {
            close();
            begin(coin);
            books.bound("update app.payment_link set max_uses = 1 where organization_id = '"
                    + books.tenant.organization() + "'");
            var requests = List.of(paid(Books.ETHER, 1_000), paid(Books.ETHER, 1_001), paid(Books.ETHER, 1_002));
            books.mine(1);
            try (var other = books.process();
                    var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                var turns = List.<Callable<Object>>of(worker::receive, other::receive);
                for (var turn : threads.invokeAll(turns)) {
                    turn.get();
                }
            }
            receive(2);
            assertThat(requests.stream().filter(one -> strangers.status(one).equals("succeeded")))
                    .hasSize(1);
            assertThat(strangers.count("deposit", "review_reason = 'link_used_up'"))
                    .isEqualTo(2);
            assertThat(strangers.count("payment_link", "used = 1")).isEqualTo(1);
            strangers.assertBooksEqualChain();
        }
    }

    private Request paid(String asset, long amount) {
        var request = strangers.ask(worker, asset, amount);
        strangers.pay(request);
        return request;
    }

    @Test
    void a_payment_settles_no_order_of_another_tenant() throws Exception {
        var other = new Strangers(new Books(DATABASE, CHAIN, coin));
        try (var process = other.books.process()) {
            var theirs = other.ask(process, Books.ETHER, 1_000);
            var own = strangers.ask(worker, Books.ETHER, 1_000);
            strangers.pay(own);
            books.mine(1);
            process.receive();
            assertThat(other.status(theirs)).isEqualTo("requires_confirmation");
            assertThat(other.deposits()).isEmpty();
            receive(1);
            strangers.assertSettledOnce(List.of(own));
        }
    }

    // --- what the database refuses, to the worker too ----------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update app.deposit set amount = 1000 where status = '%2$s' and '%1$s' <> ''",
                "update app.deposit set status = 'settled', payment_order_id = '%1$s' where status = '%2$s'",
                "update app.deposit set status = 'received' where status = '%2$s' and '%1$s' <> ''",
                "update app.deposit set asked = 'kept', asked_by = 'user:x', note = 'x' where status = '%2$s' and"
                        + " '%1$s' <> ''",
                "update app.deposit set status = 'kept', asked = 'kept', asked_by = 'user:x', note = 'x' where"
                        + " status = '%2$s' and '%1$s' <> ''",
                "update app.deposit set status = 'settled', payment_order_id = '%1$s', asked = 'paid', asked_by ="
                        + " 'user:x', note = 'x', asked_order_id = '%1$s' where status = '%2$s'",
                "delete from app.deposit where status = '%2$s' and '%1$s' <> ''",
                "update app.deposit_scan set scanned_block = 0 where '%1$s%2$s' <> ''",
                "update app.deposit_request set status = 'released' where payment_order_id = '%1$s' and '%2$s' <> ''",
                "update app.deposit_request set amount = 999 where payment_order_id = '%1$s' and '%2$s' <> ''",
                "insert into app.deposit (organization_id, livemode, asset, recipient, sender, amount,"
                        + " transaction_hash, log_index, block_number, block_hash, block_time) select organization_id,"
                        + " livemode, asset, recipient, sender, amount, transaction_hash, log_index, block_number,"
                        + " block_hash, block_time from app.deposit where status = '%2$s' and '%1$s' <> ''"
            })
    void a_deposit_cannot_be_called_anything_else(String sql) throws Exception {
        var request = strangers.ask(worker, Books.ETHER, 1_000);
        strangers.pay(Books.ETHER, 999);
        books.mine(1);
        receive(1);
        assertThat(changes(sql.formatted(request.order(), "needs_review"))).isZero();
        books.bound("insert into app.deposit (organization_id, livemode, asset, recipient, sender, amount,"
            + " transaction_hash, log_index, block_number, block_hash, block_time) select organization_id, livemode,"
            + " asset, recipient, sender, amount, transaction_hash, 1, block_number, block_hash, block_time from"
            + " app.deposit where organization_id = '" + books.tenant.organization() + "'");
        assertThat(changes(sql.formatted(request.order(), "received"))).isZero();
    }

    /// The number of rows that a statement of the worker changes: none if it is refused.
    private int changes(String sql) throws SQLException {
        try (var connection = DATABASE.worker();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select app.bind('" + books.tenant.organization() + "', 'system:worker', false)");
            return statement.executeUpdate(sql);
        } catch (SQLException refused) {
            assertThat(refused.getSQLState()).isIn("23514", "23505", "42501");
            return 0;
        }
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private void other(String contract) throws Exception {
        close();
        begin(Books.deploy(CHAIN, contract));
    }

    private void receive(int often) {
        for (var i = 0; i < often; i++) {
            worker.receive();
        }
    }

    private void passUntil(Request request, String status) {
        while (!strangers.status(request).equals(status)) {
            books.mine(1);
            receive(1);
        }
    }

    private long scanned() {
        return books.number(
                        "select scanned_block from app.deposit_scan where recipient = '" + strangers.recipient + "'")
                .longValueExact();
    }
}
