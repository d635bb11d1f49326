package hedgerow.server.chain;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.mappers.StatementFailure;
import hedgerow.rls.bind.BindCall;
import hedgerow.server.auth.Anvil;
import hedgerow.server.chain.Books.Order;
import hedgerow.server.chain.Scissors.When;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A worker dies at every possible place, and two of them at random ones; the chain is the witness: each
/// order is paid exactly once.
///
/// `-Dhedgerow.crash.step=1` dies at every request instead of every third, `-Dhedgerow.crash.rounds=200`
/// has two workers die at more random ones, and `-Dhedgerow.crash.kills=200` kills PostgreSQL itself more
/// often.
class ExecutionCrashTest {

    static {
        System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", "3600000"); // the same requests each time
    }

    @org.junit.jupiter.api.Order(1)
    @RegisterExtension
    static final Anvil CHAIN = new Anvil();

    @org.junit.jupiter.api.Order(2)
    @RegisterExtension
    static final HedgerowDatabase PLAIN = HedgerowDatabase.migrated();

    @org.junit.jupiter.api.Order(3)
    @RegisterExtension
    static final HedgerowDatabase SEALED = HedgerowDatabase.migrated().sealed();

    private static final byte[] BIND_KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int STEP = Integer.getInteger("hedgerow.crash.step", 3);
    private static final int ROUNDS = Integer.getInteger("hedgerow.crash.rounds", 6);
    private static final int KILLS = Integer.getInteger("hedgerow.crash.kills", 4);
    private static final int MOST_TURNS = 40;
    private static final int PATIENCE = 60_000;
    private static final String CONNECTION = "08"; // a busy machine may take too long to connect
    private static final Random FEES = new Random(1);

    private static String coin;

    @BeforeAll
    static void prepare() throws Exception {
        coin = Books.deploy(CHAIN, "PlainCoin");
        try (var admin = SEALED.admin();
                var create = admin.prepareStatement("select app_private.create_key('bind', ?)")) {
            create.setBytes(1, BIND_KEY);
            create.execute();
        }
    }

    @AfterAll
    static void forget() {
        System.clearProperty("com.zaxxer.hikari.aliveBypassWindowMs");
    }

    /// A database of each mode, and how a worker binds there.
    private enum Where {
        IN_PLAIN_MODE(PLAIN, BindCall.plain()),
        IN_SEALED_MODE(SEALED, BindCall.sealed(BIND_KEY));

        private final HedgerowDatabase database;
        private final BindCall call;

        Where(HedgerowDatabase database, BindCall call) {
            this.database = database;
            this.call = call;
        }

        Books books() throws Exception {
            return new Books(database, CHAIN, coin, call);
        }

        Scissors scissors() throws IOException {
            return Scissors.between(database.url(Logins.WORKER), CHAIN.endpoint());
        }
    }

    @ParameterizedTest
    @EnumSource
    void an_order_is_paid_exactly_once_wherever_the_worker_dies(Where where) throws Exception {
        var books = where.books();
        var orders = new ArrayList<Order>();
        var places = requestsWithoutDeath(where, books, orders);
        assertThat(places).as("places to die").isBetween(20, 300);
        var deaths = 0;
        for (var when : When.values()) {
            for (var place = 1 + deaths % STEP; place <= places; place += STEP) {
                orders.addAll(two(books));
                deaths += dieAt(where, books, place, when) ? 1 : 0;
                finish(books);
            }
        }
        assertThat(deaths).isGreaterThan(places / STEP);
        assertPaidExactlyOnce(books, orders);
    }

    @ParameterizedTest
    @EnumSource
    void two_workers_that_die_at_random_pay_each_order_exactly_once(Where where) throws Exception {
        var random = new Random(20261129);
        var books = where.books();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var orders = new ArrayList<Order>();
            for (var round = 0; round < ROUNDS; round++) {
                for (var i = 0; i < 4; i++) {
                    orders.addAll(two(books));
                }
                var rivals = new ArrayList<Future<Boolean>>();
                for (var rival = 0; rival < 2; rival++) {
                    var place = 1 + random.nextInt(90);
                    var when = When.values()[random.nextInt(2)];
                    rivals.add(threads.submit(() -> dieAt(where, books, place, when)));
                }
                for (var rival : rivals) {
                    rival.get();
                }
                finish(books);
            }
            assertPaidExactlyOnce(books, orders);
        }
    }

    /// Whatever it read before is no longer true: the other one has done all that it could.
    @ParameterizedTest
    @EnumSource(names = "IN_PLAIN_MODE")
    void a_worker_that_another_one_overtakes_anywhere_changes_nothing(Where where) throws Exception {
        var books = where.books();
        var orders = new ArrayList<Order>();
        var places = requestsWithoutDeath(where, books, orders);
        for (var place = 1; place <= places; place += STEP) {
            orders.addAll(two(books));
            try (var other = books.hasty();
                    var scissors = where.scissors();
                    var process = books.process(scissors, PATIENCE)) {
                scissors.overtakeAt(place, () -> work(other));
                process.work(MOST_TURNS);
            }
            finish(books);
        }
        assertPaidExactlyOnce(books, orders);
    }

    private static void work(Books.Process other) {
        try {
            other.work(5);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Each time at a request that is under way, so that some die within a transaction and some in COMMIT.
    @ParameterizedTest
    @EnumSource
    void each_order_is_paid_exactly_once_although_postgresql_is_killed(Where where) throws Exception {
        var random = new Random(20261130);
        var books = where.books();
        var server = new Postmaster(where.database);
        var orders = new ArrayList<Order>();
        for (var kill = 0; kill < KILLS; kill++) {
            orders.addAll(two(books));
            var place = 1 + random.nextInt(25);
            try (var scissors = where.scissors()) {
                scissors.cutAt(place, When.values()[kill % 2], server::kill);
                assertThat(dies(books, scissors)).isTrue();
            } catch (SQLException dead) {
                // The test's own session died as well.
            } finally {
                server.kill();
                server.start();
            }
            finish(books);
        }
        assertPaidExactlyOnce(books, orders);
    }

    private static List<Order> two(Books books) throws Exception {
        return List.of(books.order(Books.ETHER, 1_000), books.order(Books.COIN, 2_000));
    }

    private static int requestsWithoutDeath(Where where, Books books, List<Order> orders) throws Exception {
        orders.addAll(two(books));
        try (var scissors = where.scissors();
                var process = books.process(scissors)) {
            scissors.cutAt(Integer.MAX_VALUE, When.BEFORE);
            process.work(MOST_TURNS);
            return scissors.requests();
        }
    }

    private static boolean dieAt(Where where, Books books, int place, When when) throws Exception {
        try (var scissors = where.scissors()) {
            scissors.cutAt(place, when);
            return dies(books, scissors);
        }
    }

    /// Whether the worker died: the orders may be paid before.
    private static boolean dies(Books books, Scissors scissors) throws Exception {
        try (var process = books.process(scissors)) {
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
