package hedgerow.server.chain;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.mappers.StatementFailure;
import hedgerow.server.auth.Anvil;
import hedgerow.server.chain.Books.Order;
import hedgerow.server.chain.Scissors.When;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A worker dies at every possible place, and two of them at random ones; the chain is the witness: each
/// order is paid exactly once.
///
/// `-Dhedgerow.crash.step=1` dies at every request instead of every third, and `-Dhedgerow.crash.rounds=200` at more
/// random ones.
class ExecutionCrashTest {

    static {
        System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", "3600000"); // the same requests each time
    }

    @org.junit.jupiter.api.Order(1)
    @RegisterExtension
    static final Anvil CHAIN = new Anvil();

    @org.junit.jupiter.api.Order(2)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final int STEP = Integer.getInteger("hedgerow.crash.step", 3);
    private static final int ROUNDS = Integer.getInteger("hedgerow.crash.rounds", 6);
    private static final int MOST_TURNS = 40;
    private static final String CONNECTION = "08"; // a busy machine may take too long to connect
    private static final Random FEES = new Random(1);

    private static String coin;

    @BeforeAll
    static void mintCoin() throws Exception {
        coin = Books.deploy(CHAIN, "PlainCoin");
    }

    @AfterAll
    static void forget() {
        System.clearProperty("com.zaxxer.hikari.aliveBypassWindowMs");
    }

    @Test
    void an_order_is_paid_exactly_once_wherever_the_worker_dies() throws Exception {
        try (var books = new Books(DATABASE, CHAIN, coin)) {
            var orders = new ArrayList<Order>();
            var places = requestsWithoutDeath(books, orders);
            assertThat(places).as("places to die").isBetween(30, 300);
            var deaths = 0;
            for (var when : When.values()) {
                for (var place = 1 + deaths % STEP; place <= places; place += STEP) {
                    orders.addAll(two(books));
                    deaths += dieAt(books, place, when) ? 1 : 0;
                    finish(books);
                }
            }
            assertThat(deaths).isGreaterThan(places / STEP);
            assertPaidExactlyOnce(books, orders);
        }
    }

    @Test
    void two_workers_that_die_at_random_pay_each_order_exactly_once() throws Exception {
        var random = new Random(20261129);
        try (var books = new Books(DATABASE, CHAIN, coin);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var orders = new ArrayList<Order>();
            for (var round = 0; round < ROUNDS; round++) {
                for (var i = 0; i < 4; i++) {
                    orders.addAll(two(books));
                }
                var rivals = new ArrayList<Future<Boolean>>();
                for (var rival = 0; rival < 2; rival++) {
                    var place = 1 + random.nextInt(90);
                    var when = When.values()[random.nextInt(2)];
                    rivals.add(threads.submit(() -> dieAt(books, place, when)));
                }
                for (var rival : rivals) {
                    rival.get();
                }
                finish(books);
            }
            assertPaidExactlyOnce(books, orders);
        }
    }

    private static List<Order> two(Books books) throws Exception {
        return List.of(books.order(Books.ETHER, 1_000), books.order(Books.COIN, 2_000));
    }

    private static int requestsWithoutDeath(Books books, List<Order> orders) throws Exception {
        orders.addAll(two(books));
        try (var scissors = Scissors.between(DATABASE.url(Logins.WORKER), CHAIN.endpoint());
                var process = books.process(scissors)) {
            scissors.cutAt(Integer.MAX_VALUE, When.BEFORE);
            process.work(MOST_TURNS);
            return scissors.requests();
        }
    }

    /// Whether the worker died: the orders may be paid before.
    private static boolean dieAt(Books books, int place, When when) throws Exception {
        try (var scissors = Scissors.between(DATABASE.url(Logins.WORKER), CHAIN.endpoint());
                var process = books.process(scissors)) {
            scissors.cutAt(place, when);
            try {
                process.work(MOST_TURNS);
            } catch (StatementFailure dead) {
                assertThat(scissors.isCut() || dead.sqlState().startsWith(CONNECTION))
                        .as(() -> "died of " + dead)
                        .isTrue();
                return true;
            }
            return scissors.isCut();
        } catch (RuntimeException dead) { // with its first connection
            return true;
        }
    }

    /// Finishes the work with another fee, so that a worker that signs again signs something different.
    private static void finish(Books books) throws Exception {
        var base = FEES.nextLong(1_000_000_000, 2_000_000_000);
        books.rpc("anvil_setNextBlockBaseFeePerGas", "0x" + Long.toHexString(base));
        books.mine(1);
        try (var process = books.process()) {
            process.work(MOST_TURNS);
        }
        assertThat(books.open()).as("open orders").isZero();
    }

    static void assertPaidExactlyOnce(Books books, List<Order> orders) {
        assertThat(orders).allSatisfy(order -> {
            assertThat(books.status(order)).isEqualTo("succeeded");
            assertThat(books.balance(order.asset(), order.recipient())).isEqualTo(order.amount());
        });
        var tenant = " where organization_id = '" + books.tenant.organization() + "' and not livemode";
        var count = BigInteger.valueOf(orders.size());
        assertThat(books.posted(Books.ETHER)).as("books of ether").isEqualTo(books.spent(Books.ETHER));
        assertThat(books.posted(Books.COIN)).as("books of coins").isEqualTo(books.spent(Books.COIN));
        assertThat(books.number("select count(*) from app.chain_transaction" + tenant + " and status = 'confirmed'"))
                .isEqualTo(count);
        assertThat(books.number("select max(nonce) + 1 from app.chain_transaction" + tenant))
                .isEqualTo(count);
        assertThat(books.nonce()).isEqualTo(orders.size());
        assertThat(books.number("select count(*) from app.provider_transaction" + tenant + " and status = 'confirmed'"))
                .isEqualTo(count);
        assertThat(books.number(
                        "select count(*) from app.outbox_event" + tenant + " and type = 'payment_order.succeeded'"))
                .isEqualTo(count);
        assertThat(books.number("select sum(spent) from app.agent_limit" + tenant))
                .as("spent of the limits")
                .isEqualTo(orders.stream().map(Order::amount).reduce(BigInteger.ZERO, BigInteger::add));
    }
}
