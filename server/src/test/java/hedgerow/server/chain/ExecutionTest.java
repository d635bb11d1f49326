package hedgerow.server.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.server.auth.Anvil;
import hedgerow.server.chain.Books.Order;
import hedgerow.server.pay.Due;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The worker copes with trouble from a chain, a token or a person.
class ExecutionTest {

    @org.junit.jupiter.api.Order(1)
    @RegisterExtension
    static final Anvil CHAIN = new Anvil();

    @org.junit.jupiter.api.Order(2)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final BigInteger MOST = BigInteger.TEN.pow(16);

    private static String coin;

    private Books books;
    private Books.Process worker;

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
    }

    @AfterEach
    void close() {
        books.rpc("evm_setAutomine", true);
        worker.close();
    }

    // --- tokens --------------------------------------------------------------------------------------------------

    @Test
    void a_token_that_returns_nothing_pays() throws Exception {
        other("SilentCoin");
        var order = books.order(Books.COIN, 500);
        worker.work(10);
        ExecutionCrashTest.assertPaidExactlyOnce(books, List.of(order));
    }

    @Test
    void a_token_that_returns_false_uses_no_nonce() throws Exception {
        other("FalseCoin");
        var order = books.order(Books.COIN, 500);
        worker.turn();
        assertThat(books.status(order)).isEqualTo("requires_execution");
        assertThat(books.waits(order)).isEqualTo("payment_would_fail");
        assertThat(books.nonce()).isZero();
    }

    @Test
    void a_token_that_reports_success_without_a_transfer_has_not_paid() throws Exception {
        other("IdleCoin");
        var order = books.order(Books.COIN, 500);
        worker.work(10);
        assertThat(books.status(order)).isEqualTo("failed");
        assertThat(error(order)).isEqualTo("token_moved_nothing");
        assertThat(books.posted(Books.COIN)).isZero();
        assertThat(books.posted(Books.ETHER))
                .isEqualTo(books.spent(Books.ETHER))
                .isPositive();
        assertThat(spent()).as("given back").isZero();
    }

    @ParameterizedTest
    @CsvSource({"paid, succeeded, confirmed", "not_paid, failed, reverted"})
    void a_person_decides_when_a_token_keeps_a_part(String outcome, String status, String ending) throws Exception {
        other("TaxedCoin");
        var order = books.order(Books.COIN, 500);
        passes(5);
        assertThat(books.status(order)).isEqualTo("processing");
        assertThat(nonce(order, "status || ' ' || review_reason")).isEqualTo("needs_review another_amount_moved");
        assertThat(books.one("select count(*) from app.outbox_event where type = 'payment_order.needs_review'"
                        + " and subject_id = '" + order.id() + "'"))
                .isEqualTo("1");
        assertThat(books.balance(Books.COIN, order.recipient())).isEqualTo(BigInteger.valueOf(450));
        ask(order, outcome);
        passes(3);
        assertThat(books.status(order)).isEqualTo(status);
        assertThat(nonce(order, "status")).isEqualTo(ending);
        assertThat(books.posted(Books.COIN)).isEqualTo(books.spent(Books.COIN)).isEqualTo(BigInteger.valueOf(500));
        assertThat(books.posted(Books.ETHER)).isEqualTo(books.spent(Books.ETHER));
    }

    // --- money ---------------------------------------------------------------------------------------------------

    @Test
    void an_order_without_cover_waits_and_is_paid_once_there_is_some() throws Exception {
        books.fund(BigInteger.valueOf(999));
        var order = books.order(Books.ETHER, 1_000);
        worker.turn();
        assertThat(books.waits(order)).isEqualTo("insufficient_funds");
        assertThat(books.nonce()).isZero();
        books.fund(BigInteger.TEN.pow(19));
        worker.work(10);
        ExecutionCrashTest.assertPaidExactlyOnce(books, List.of(order));
    }

    /// Otherwise they would all be signed, and the last ones would block everything after them.
    @Test
    void no_more_is_begun_than_the_wallet_can_pay() throws Exception {
        books.rpc("evm_setAutomine", false);
        books.fund(BigInteger.TEN.pow(16)); // a payment reserves about 5 * 10^13 of it as a fee
        for (var i = 0; i < 3; i++) {
            books.bound("update app.agent_limit set per_payment = 10000000000000000, per_period = 100000000000000000,"
                    + " requires_approval_above = 10000000000000000 where organization_id = '"
                    + books.tenant.organization() + "'");
        }
        var orders = List.of(
                books.order(Books.ETHER, 4_000_000_000_000_000L),
                books.order(Books.ETHER, 4_000_000_000_000_000L),
                books.order(Books.ETHER, 4_000_000_000_000_000L));
        worker.turn();
        worker.turn();
        assertThat(orders.stream().map(books::status))
                .containsExactly("processing", "processing", "requires_execution");
    }

    /// Whatever a worker has read of a wallet, another one begins a payment before it takes an order.
    @Test
    void no_more_is_begun_than_the_wallet_can_pay_when_another_worker_begins_too() throws Exception {
        for (var place = 1; place <= 12; place++) {
            close();
            begin(coin);
            raiseLimits();
            books.rpc("evm_setAutomine", false);
            books.fund(MOST.multiply(BigInteger.valueOf(3)).divide(BigInteger.TWO));
            var order = books.order(Books.ETHER, MOST.longValueExact());
            overtake(place, other -> {
                postpone(order);
                books.order(Books.ETHER, MOST.longValueExact());
                other.turn();
            });
            assertThat(books.number("select sum(amount) from app.chain_transaction where organization_id = '"
                            + books.tenant.organization() + "'"))
                    .as("begun, overtaken at place %d", place)
                    .isEqualTo(MOST);
        }
    }

    private void raiseLimits() throws SQLException {
        books.bound("update app.agent_limit set per_payment = %1$d, per_period = %1$d * 10,".formatted(MOST)
                + " requires_approval_above = %d where organization_id = '%s'"
                        .formatted(MOST, books.tenant.organization()));
    }

    private void postpone(Order order) throws SQLException {
        books.bound("update app.payment_order set next_try_at = now() + interval '1 hour' where organization_id = '"
                + books.tenant.organization() + "' and not livemode and id = '" + order.id() + "'");
    }

    /// The chain has taken it off the balance already.
    @Test
    void a_payment_that_is_mined_but_not_noted_is_not_held_twice() throws Exception {
        raiseLimits();
        books.rpc("evm_setAutomine", false);
        books.fund(MOST.multiply(BigInteger.valueOf(5)).divide(BigInteger.TWO));
        books.order(Books.ETHER, MOST.longValueExact());
        worker.turn();
        books.mine(1);
        var next = books.order(Books.ETHER, MOST.longValueExact());
        worker.turn();
        assertThat(books.waits(next)).isNull();
        assertThat(books.status(next)).isEqualTo("processing");
    }

    @Test
    void a_payment_that_its_recipient_would_refuse_uses_no_nonce() throws Exception {
        var shutter = Books.deploy(CHAIN, "Shutter");
        books.send(shutter, "0x43d726d6");
        var order = books.order(Books.ETHER, 1_000, shutter);
        worker.turn();
        assertThat(books.waits(order)).isEqualTo("payment_would_fail");
        assertThat(books.nonce()).isZero();
    }

    @Test
    void a_payment_that_is_refused_on_the_chain_costs_its_fee_and_is_not_paid() throws Exception {
        var shutter = Books.deploy(CHAIN, "Shutter");
        var order = books.order(Books.ETHER, 1_000, shutter);
        books.rpc("evm_setAutomine", false);
        worker.turn();
        // A higher fee puts it before the payment.
        var from = books.rpc("eth_accounts").path(0).asString();
        books.rpc(
                "eth_sendTransaction",
                Map.of(
                        "from",
                        from,
                        "to",
                        shutter,
                        "data",
                        "0x43d726d6",
                        "gas",
                        "0x15f90",
                        "gasPrice",
                        "0x174876e800"));
        books.mine(1);
        worker.turn();
        books.mine(1);
        worker.turn();
        assertThat(nonce(order, "status")).isEqualTo("reverted");
        assertThat(books.status(order)).isEqualTo("requires_execution");
        assertThat(books.waits(order)).isEqualTo("payment_reverted");
        assertThat(books.posted(Books.ETHER))
                .isEqualTo(books.spent(Books.ETHER))
                .isPositive();
        assertThat(spent()).as("given back").isZero();
        assertThat(books.balance(Books.ETHER, shutter)).isZero();
    }

    @Test
    void a_limit_stops_a_payment_before_it_takes_a_nonce() throws Exception {
        books.bound("update app.agent_limit set per_payment = 10, per_period = 10 where organization_id = '"
                + books.tenant.organization() + "'");
        assertThatThrownBy(() -> books.order(Books.ETHER, 11)).hasMessageContaining("limit");
        var first = books.order(Books.ETHER, 6);
        var second = books.order(Books.ETHER, 6);
        worker.turn();
        assertThat(books.status(first)).isEqualTo("processing");
        assertThat(books.waits(second)).isEqualTo("payment_order_within_period");
        assertThat(spent()).isEqualTo(BigInteger.valueOf(6));
    }

    @Test
    void an_order_that_a_limit_refuses_holds_up_no_other_of_its_batch() throws Exception {
        books.bound("update app.agent_limit set per_payment = 10, per_period = 10 where organization_id = '"
                + books.tenant.organization() + "'");
        var paid = books.order(Books.ETHER, 6);
        var refused = books.order(Books.ETHER, 6);
        var others = List.of(books.order(Books.ETHER, 1), books.order(Books.COIN, 2), books.order(Books.ETHER, 3));
        worker.turn();
        assertThat(books.waits(refused)).isEqualTo("payment_order_within_period");
        assertThat(books.status(refused)).isEqualTo("requires_execution");
        assertThat(books.status(paid)).isEqualTo("processing");
        assertThat(others.stream().map(books::status)).containsOnly("processing");
        assertThat(spent()).isEqualTo(BigInteger.valueOf(12));
    }

    /// Every request to the database and to the chain is counted: no order has one of its own.
    @Test
    void a_batch_of_orders_takes_hardly_more_requests_than_one() throws Exception {
        try (var scissors = Scissors.between(DATABASE.url(Logins.WORKER), CHAIN.endpoint());
                var process = books.process(scissors)) {
            requests(scissors, process, 1);
            var one = requests(scissors, process, 1);
            assertThat(requests(scissors, process, 20)).isBetween(1, one + 5);
        }
    }

    private int requests(Scissors scissors, Books.Process process, int count) throws Exception {
        var orders = new ArrayList<Order>();
        for (var i = 0; i < count; i++) {
            orders.add(books.order(Books.ETHER, 1_000));
        }
        scissors.cutAt(Integer.MAX_VALUE, Scissors.When.BEFORE);
        process.work(10);
        assertThat(orders.stream().map(books::status)).containsOnly("succeeded");
        return scissors.requests();
    }

    // --- blocks --------------------------------------------------------------------------------------------------

    @Test
    void a_transaction_dropped_by_a_reorganization_is_sent_again_unchanged() throws Exception {
        books.mine(10); // keeps the funds of the wallet
        try (var slow = books.process(Map.of("chain-confirmations", "5"))) {
            var orders = List.of(books.order(Books.ETHER, 1_000), books.order(Books.COIN, 2_000));
            slow.turn();
            for (var i = 0; i < 50 && !nonce(orders.getFirst(), "status").equals("mined"); i++) {
                slow.turn(); // the node mines in its own time
            }
            assertThat(nonce(orders.getFirst(), "status")).isEqualTo("mined");
            var hash = nonce(orders.getFirst(), "transaction_hash");
            books.mine(2);
            books.rpc("anvil_reorg", 4, List.of());
            if (books.nonce() == 0) { // the node itself may mine them again
                slow.turn();
                assertThat(nonce(orders.getFirst(), "status")).isIn("signed", "mined");
            }
            slow.work(20);
            assertThat(nonce(orders.getFirst(), "transaction_hash")).isEqualTo(hash);
            ExecutionCrashTest.assertPaidExactlyOnce(books, orders);
        }
    }

    @Test
    void nothing_is_settled_before_it_is_deep_enough() throws Exception {
        try (var slow = books.process(Map.of("chain-confirmations", "4"))) {
            var order = books.order(Books.ETHER, 1_000);
            slow.turn();
            books.mine(3);
            slow.turn();
            slow.turn();
            assertThat(books.status(order)).isEqualTo("processing");
            assertThat(books.posted(Books.ETHER)).isZero();
            books.mine(1);
            slow.turn();
            assertThat(books.status(order)).isEqualTo("succeeded");
        }
    }

    @Test
    void a_dropped_transaction_is_sent_again() throws Exception {
        books.rpc("evm_setAutomine", false);
        var order = books.order(Books.ETHER, 1_000);
        worker.turn();
        books.rpc("anvil_dropTransaction", nonce(order, "transaction_hash"));
        books.mine(1);
        assertThat(books.nonce()).isZero();
        worker.work(10);
        ExecutionCrashTest.assertPaidExactlyOnce(books, List.of(order));
    }

    @Test
    void a_stuck_payment_is_signed_again_with_a_higher_fee_and_paid_once() throws Exception {
        books.rpc("evm_setAutomine", false);
        var order = books.order(Books.ETHER, 1_000);
        try (var hasty = books.process(Map.of("chain-stuck-after", "0.001s"))) {
            hasty.turn();
            books.rpc("anvil_dropTransaction", nonce(order, "transaction_hash"));
            hasty.turn();
            assertThat(books.one("select (count(*) > 1) || ' ' || bool_and(kind = 'pay') || ' ' || (max(max_fee) >="
                            + " 1.12 * min(max_fee)) from app.chain_signature where organization_id = '"
                            + books.tenant.organization() + "'"))
                    .isEqualTo("true true true");
        }
        worker.work(10);
        ExecutionCrashTest.assertPaidExactlyOnce(books, List.of(order));
    }

    @Test
    void while_a_block_costs_more_than_the_cap_orders_wait() throws Exception {
        books.rpc("anvil_setNextBlockBaseFeePerGas", "0x" + Long.toHexString(30_000_000_000L));
        books.mine(1);
        var order = books.order(Books.ETHER, 1_000);
        try (var thrifty = books.process(Map.of("chain-max-fee", "20"))) {
            thrifty.turn();
        }
        assertThat(books.waits(order)).isEqualTo("fees_above_cap");
        books.rpc("anvil_setNextBlockBaseFeePerGas", "0x3b9aca00");
        books.mine(1);
        worker.work(10);
        ExecutionCrashTest.assertPaidExactlyOnce(books, List.of(order));
    }

    @Test
    void a_canceled_payment_is_not_paid_unless_already_mined() throws Exception {
        books.rpc("evm_setAutomine", false);
        var canceled = books.order(Books.ETHER, 1_000);
        worker.turn();
        ask(canceled, "cancel");
        passes(4);
        assertThat(books.status(canceled)).isEqualTo("canceled");
        assertThat(nonce(canceled, "status")).isEqualTo("void");
        assertThat(books.balance(Books.ETHER, canceled.recipient())).isZero();
        assertThat(books.posted(Books.ETHER))
                .isEqualTo(books.spent(Books.ETHER))
                .isPositive();
        assertThat(spent()).as("given back").isZero();
        var paid = books.order(Books.ETHER, 1_000);
        books.hurry();
        worker.turn();
        books.mine(1);
        ask(paid, "cancel");
        passes(4);
        assertThat(books.status(paid)).isEqualTo("succeeded");
        assertThat(books.balance(Books.ETHER, paid.recipient())).isEqualTo(paid.amount());
    }

    // --- somebody else -------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"not_paid, failed, void", "paid, succeeded, confirmed"})
    void a_nonce_that_a_stranger_used_freezes_the_wallet_and_waits_for_a_person(
            String outcome, String status, String ending) throws Exception {
        books.rpc("evm_setAutomine", false);
        var order = books.order(Books.ETHER, 1_000);
        worker.turn();
        books.rpc("anvil_dropTransaction", nonce(order, "transaction_hash"));
        books.rpc("anvil_setNonce", books.address, "0x1"); // the state after somebody else has used the key
        books.mine(2);
        worker.turn();
        assertThat(nonce(order, "status || ' ' || review_reason")).isEqualTo("needs_review nonce_used_elsewhere");
        assertThat(books.one("select status from app.wallet where id = '" + books.wallet + "'"))
                .isEqualTo("frozen");
        passes(2);
        assertThat(books.status(order)).isEqualTo("processing");
        ask(order, outcome);
        passes(2);
        assertThat(books.status(order)).isEqualTo(status);
        assertThat(nonce(order, "status")).isEqualTo(ending);
        assertThat(books.balance(Books.ETHER, order.recipient())).isZero();
    }

    /// Whatever a worker has read, another one has paid with this wallet before it asks the chain.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_nonce_that_another_worker_used_meanwhile_is_not_a_strangers(boolean again) throws Exception {
        books.rpc("evm_setAutomine", !again);
        var orders = new ArrayList<Order>();
        for (var place = 1; place <= 14; place++) {
            orders.add(books.order(Books.ETHER, 1_000));
            if (again) {
                worker.turn();
                books.rpc("anvil_dropTransaction", nonce(orders.getLast(), "transaction_hash"));
            }
            overtake(place, other -> {
                other.turn();
                books.mine(3);
            });
            books.mine(1);
            worker.work(10);
            assertThat(books.one("select status from app.wallet where id = '" + books.wallet + "'"))
                    .as("the wallet, overtaken at place %d", place)
                    .isEqualTo("active");
        }
        ExecutionCrashTest.assertPaidExactlyOnce(books, orders);
    }

    @FunctionalInterface
    private interface Deed {
        void by(Books.Process other) throws SQLException;
    }

    /// Has a worker do a turn, and another one do something right before the request with this number.
    private void overtake(int place, Deed deed) throws Exception {
        try (var hasty = books.hasty(Map.of("chain-stuck-after", "0.001s"));
                var scissors = Scissors.between(DATABASE.url(Logins.WORKER), CHAIN.endpoint());
                var slow = books.process(scissors, 60_000)) {
            scissors.overtakeAt(place, () -> {
                try {
                    deed.by(hasty);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            slow.turn();
        }
    }

    /// JSON-RPC lets a node answer so; between two calls, blocks are mined. One that forgets the past does not tell
    /// whether somebody else used a nonce.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_node_that_answers_backwards_or_forgets_the_past_holds_up_no_payment(boolean forgetful) throws Exception {
        books.rpc("evm_setAutomine", false);
        var order = books.order(Books.ETHER, 1_000);
        try (var backwards = new Backwards(books, forgetful);
                var process = books.process(Map.of("chain-endpoints", Anvil.CHAIN + "=" + backwards.endpoint()))) {
            for (var turn = 0; turn < 4; turn++) {
                process.turn();
            }
        }
        assertThat(books.one("select status from app.wallet where id = '" + books.wallet + "'"))
                .isEqualTo("active");
        ExecutionCrashTest.assertPaidExactlyOnce(books, List.of(order));
    }

    /// The state after a restore from a backup: perhaps paid already.
    @Test
    void a_chain_that_knows_more_of_a_wallet_than_the_database_stops_it() throws Exception {
        books.rpc("anvil_setNonce", books.address, "0x3");
        var order = books.order(Books.ETHER, 1_000);
        worker.turn();
        assertThat(books.waits(order)).isEqualTo("wallet_used_elsewhere");
        assertThat(books.one("select status from app.wallet where id = '" + books.wallet + "'"))
                .isEqualTo("frozen");
        assertThat(books.one("select count(*) from app.chain_transaction where wallet_id = '" + books.wallet + "'"))
                .isEqualTo("0");
        assertThat(books.one("select count(*) from app.outbox_event where type = 'wallet.frozen' and subject_id = '"
                        + books.wallet + "'"))
                .isEqualTo("1");
    }

    @Test
    void the_key_of_one_wallet_opens_for_no_other() throws Exception {
        var stranger = new Books(DATABASE, CHAIN, coin);
        stranger.bound("delete from app.wallet_key where organization_id = '" + stranger.tenant.organization() + "'");
        books.bound("create table if not exists public.stolen as select key_id, nonce, ciphertext"
                + " from app.wallet_key where organization_id = '" + books.tenant.organization() + "'");
        stranger.bound("insert into app.wallet_key (organization_id, livemode, id, key_id, nonce, ciphertext)"
                + " select '" + stranger.tenant.organization() + "', false, '" + stranger.wallet
                + "', key_id, nonce, ciphertext from public.stolen");
        var order = stranger.order(Books.ETHER, 1_000);
        try (var process = stranger.process()) {
            process.turn();
        }
        assertThat(stranger.waits(order)).isEqualTo("wallet_cannot_sign");
        assertThat(books.nonce()).isZero();
    }

    @Test
    void without_the_key_of_its_keys_a_wallet_pays_nothing() throws Exception {
        var order = books.order(Books.ETHER, 1_000);
        for (var key : List.of("", "11".repeat(32))) {
            try (var other = books.process(Map.of("wallet-key", key))) {
                books.hurry();
                other.turn();
            }
            assertThat(books.waits(order)).isEqualTo("wallet_cannot_sign");
        }
        assertThat(books.nonce()).isZero();
    }

    @Test
    void it_asks_again_after_the_poll() throws Exception {
        books.order(Books.ETHER, 1_000);
        try (var calm = books.process(Map.of("chain-poll", "90s"))) {
            assertThat(calm.turn()).isEqualTo(Due.after(Duration.ofSeconds(90)));
        }
    }

    // --- endpoints -----------------------------------------------------------------------------------------------

    @Test
    void a_majority_of_endpoints_is_needed_to_settle() throws Exception {
        var node = CHAIN.endpoint().toString();
        var away = "http://127.0.0.1:1";
        var order = books.order(Books.ETHER, 1_000);
        try (var two = endpoints(node, away)) {
            two.pass();
            two.pass();
            assertThat(books.status(order)).isEqualTo("requires_execution");
        }
        try (var three = endpoints(node, away, node)) {
            three.work(10);
        }
        ExecutionCrashTest.assertPaidExactlyOnce(books, List.of(order));
    }

    @Test
    void orders_of_a_chain_that_cannot_be_reached_keep_their_turn() throws Exception {
        var order = books.order(Books.ETHER, 1_000);
        try (var away = endpoints("http://127.0.0.1:1")) {
            assertThat(away.turn().at()).as("the next turn").isPresent();
        }
        assertThat(books.waits(order)).isEqualTo("chain_unreachable");
        worker.work(10);
        ExecutionCrashTest.assertPaidExactlyOnce(books, List.of(order));
    }

    /// Nobody else may take the turn then: the order has none of its own.
    @Test
    void an_order_that_somebody_has_in_hand_keeps_its_turn() throws Exception {
        var order = books.order(Books.ETHER, 1_000);
        try (var somebody = DATABASE.admin();
                var statement = somebody.createStatement()) {
            somebody.setAutoCommit(false);
            statement.execute("select from app.payment_order where id = '" + order.id() + "' for update");
            assertThat(worker.turn()).isNotEqualTo(Due.NEVER);
            assertThat(books.status(order)).isEqualTo("requires_execution");
            somebody.rollback();
        }
        worker.work(10);
        ExecutionCrashTest.assertPaidExactlyOnce(books, List.of(order));
    }

    /// Another version of a payment gets it out of the queue of a node, which takes no notice of the first.
    @Test
    void a_payment_that_a_node_keeps_in_its_queue_is_paid_by_another_version() throws Exception {
        books.rpc("evm_setAutomine", false);
        var orders = List.of(books.order(Books.ETHER, 1_000), books.order(Books.ETHER, 2_000));
        worker.turn();
        books.rpc("anvil_dropAllTransactions");
        books.mine(2);
        books.rpc("eth_sendRawTransaction", raw(orders.getLast()));
        books.rpc("anvil_reorg", 1, List.of(List.of(raw(orders.getFirst()), 0)));
        worker.turn();
        books.mine(2);
        assertThat(books.nonce())
                .as("the first is in a block, the second in the queue")
                .isEqualTo(1);
        try (var hasty = books.process(Map.of("chain-stuck-after", "0.001s"))) {
            hasty.turn();
            books.mine(2);
            hasty.turn();
        }
        ExecutionCrashTest.assertPaidExactlyOnce(books, orders);
    }

    private String raw(Order order) {
        return books.one("select '0x' || encode(s.raw, 'hex') from app.chain_signature s join app.chain_transaction c"
                + " on c.organization_id = s.organization_id and c.livemode = s.livemode and c.id ="
                + " s.chain_transaction_id join app.payment_attempt p on p.organization_id = c.organization_id and"
                + " p.livemode = c.livemode and p.id = c.payment_attempt_id where p.payment_order_id = '" + order.id()
                + "'");
    }

    @Test
    void an_endpoint_of_another_chain_is_believed_nothing() throws Exception {
        var order = books.order(Books.ETHER, 1_000);
        books.rpc("anvil_setChainId", 4_242);
        worker.turn();
        books.rpc("anvil_setChainId", (int) Anvil.CHAIN);
        assertThat(books.status(order)).isEqualTo("requires_execution");
        assertThat(books.nonce()).isZero();
    }

    private Books.Process endpoints(String... addresses) {
        return books.process(Map.of("chain-endpoints", Anvil.CHAIN + "=" + String.join(" ", addresses)));
    }

    // --- what cannot be settled ----------------------------------------------------------------------------------

    /// Nobody can do so: it stands for whatever the database refuses when a payment is settled.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "update app.payment_order set status = 'canceled' where id = '%s'",
                "insert into app.provider_transaction (organization_id, livemode, provider, external_id,"
                        + " payment_order_id, payment_attempt_id, asset, amount) select c.organization_id, c.livemode,"
                        + " 'evm', 'eip155:31337/' || c.transaction_hash, p.payment_order_id, p.id, c.asset, c.amount"
                        + " from app.chain_transaction c join app.payment_attempt p on p.id = c.payment_attempt_id"
                        + " where p.payment_order_id = '%s'"
            })
    void a_payment_that_cannot_be_settled_holds_up_no_other_and_is_shown(String poison) throws Exception {
        var orders = List.of(
                books.order(Books.ETHER, 1_000), books.order(Books.ETHER, 2_000), books.order(Books.COIN, 3_000));
        worker.turn();
        var poisoned = orders.get(1);
        new Superuser(DATABASE).run("set session_replication_role = replica; " + poison.formatted(poisoned.id()));
        passes(3);
        assertThat(books.status(orders.getFirst())).isEqualTo("succeeded");
        assertThat(books.status(orders.getLast())).isEqualTo("succeeded");
        assertThat(nonce(poisoned, "status || ' ' || review_reason")).isEqualTo("needs_review not_settled");
        assertThat(books.one("select count(*) from app.outbox_event where type = 'payment_order.needs_review'"
                        + " and subject_id = '" + poisoned.id() + "'"))
                .isEqualTo("1");
        assertThat(books.posted(Books.ETHER)).isEqualTo(books.spent(Books.ETHER));
        assertThat(books.posted(Books.COIN)).isEqualTo(books.spent(Books.COIN));
        ask(poisoned, "paid");
        passes(2);
        assertThat(nonce(poisoned, "status")).isEqualTo("confirmed");
        assertThat(books.posted(Books.ETHER)).isEqualTo(books.spent(Books.ETHER));
    }

    // --- what the database refuses, to the worker too ----------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(
            strings = {
                "update app.payment_attempt set status = 'failed', error_code = 'x' where payment_order_id = '%s'",
                "update app.payment_attempt set status = 'succeeded' where payment_order_id = '%s'",
                "update app.chain_transaction set status = 'reserved' where payment_attempt_id = (select id from"
                        + " app.payment_attempt where payment_order_id = '%s')",
                "update app.chain_transaction set status = 'void' where payment_attempt_id = (select id from"
                        + " app.payment_attempt where payment_order_id = '%s')",
                "update app.chain_transaction set nonce = 7 where payment_attempt_id = (select id from"
                        + " app.payment_attempt where payment_order_id = '%s')",
                "insert into app.chain_transaction (organization_id, livemode, wallet_id, nonce, payment_attempt_id,"
                    + " asset, amount, recipient, gas_limit) select organization_id, livemode, wallet_id, nonce + 1,"
                    + " payment_attempt_id, asset, amount, recipient, gas_limit from app.chain_transaction where"
                    + " payment_attempt_id = (select id from app.payment_attempt where payment_order_id = '%s')",
                "delete from app.chain_signature where chain_transaction_id is not null and '%s' <> ''",
                "update app.wallet set status = 'retired' where id is not null and '%s' <> ''",
                "update app.payment_order set status = 'canceled' where id = '%s'",
                "update app.payment_order set status = 'failed' where id = '%s'",
                "update app.payment_order set status = 'succeeded' where id = '%s'",
                "update app.payment_order set status = 'requires_execution' where id = '%s'"
            })
    void a_payment_under_way_cannot_be_called_anything_else(String sql) throws Exception {
        books.rpc("evm_setAutomine", false);
        var order = books.order(Books.ETHER, 1_000);
        worker.turn();
        try (var connection = DATABASE.worker();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("select app.bind('" + books.tenant.organization() + "', 'system:worker', false)");
            assertThatThrownBy(() -> statement.execute(sql.formatted(order.id())))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isIn("23514", "23505", "42501"));
        }
    }

    @Test
    void nothing_is_posted_twice_for_an_attempt() throws Exception {
        var order = books.order(Books.ETHER, 1_000);
        worker.work(10);
        assertThat(books.status(order)).isEqualTo("succeeded");
        assertThatThrownBy(() -> books.bound("insert into app.ledger_entry (organization_id, livemode, transaction_id,"
                        + " account_id, unit, amount, payment_order_id, payment_attempt_id, posting, description)"
                        + " select organization_id, livemode, '" + UUID.randomUUID() + "', account_id, unit, amount,"
                        + " payment_order_id, payment_attempt_id, posting, description from app.ledger_entry"
                        + " where payment_order_id = '" + order.id() + "'"))
                .hasMessageContaining("ledger_entry_posted_once");
    }

    /// The application, as any role of the tenant, reads neither keys nor signatures.
    @ParameterizedTest
    @ValueSource(strings = {"wallet_key", "chain_signature"})
    void the_application_reads_no_key_and_no_signature(String table) throws Exception {
        try (var connection = DATABASE.app();
                var statement = connection.createStatement()) {
            assertThatThrownBy(() -> statement.execute("select * from app." + table))
                    .hasMessageContaining("permission denied");
        }
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private void other(String contract) throws Exception {
        close();
        begin(Books.deploy(CHAIN, contract));
    }

    private void passes(int many) {
        for (var i = 0; i < many; i++) {
            worker.pass();
        }
    }

    private void ask(Order order, String asked) throws SQLException {
        books.bound("update app.chain_transaction set asked = '" + asked
                + "', asked_by = app.actor() where payment_attempt_id = (select id from app.payment_attempt where"
                + " payment_order_id = '" + order.id() + "')");
        assertThat(books.number("select count(*) from app_private.wake where kind = 'execute' and organization_id = '"
                        + books.tenant.organization() + "'"))
                .as("it wakes the worker")
                .isPositive();
    }

    private String nonce(Order order, String columns) {
        return books.one("select " + columns + " from app.chain_transaction where payment_attempt_id = (select id from"
                + " app.payment_attempt where payment_order_id = '" + order.id() + "' order by number desc limit 1)");
    }

    private String error(Order order) {
        return books.one("select error_code from app.payment_attempt where payment_order_id = '" + order.id()
                + "' order by number desc limit 1");
    }

    private BigInteger spent() {
        return books.number(
                "select sum(spent) from app.agent_limit where organization_id = '" + books.tenant.organization() + "'");
    }
}
