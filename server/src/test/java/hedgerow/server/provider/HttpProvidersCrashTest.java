package hedgerow.server.provider;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.mappers.StatementFailure;
import hedgerow.server.chain.Scissors;
import hedgerow.server.chain.Scissors.When;
import hedgerow.server.sandbox.Sandbox;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/// A worker dies at every place that there is while the provider misbehaves, and two of them at random ones. The
/// sandbox's own log is the witness: each order is charged and each refund is given exactly once, and no unknown
/// outcome
/// has become a failure.
///
/// `-Dhedgerow.crash.step=1` dies at every request instead of every fifth, and `-Dhedgerow.crash.rounds=200` at more
/// random ones.
class HttpProvidersCrashTest {

    static {
        System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", "3600000"); // the same requests each time
    }

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final int STEP = Integer.getInteger("hedgerow.crash.step", 5);
    private static final int ROUNDS = Integer.getInteger("hedgerow.crash.rounds", 4);
    private static final int MOST_TURNS = 40;
    private static final long PRICE = 1_000;
    private static final long BACK = 300;
    private static final String CONNECTION = "08"; // a busy machine may take too long to connect
    private static final List<String> METHODS = List.of(
            "pm_card",
            "pm_error_after",
            "pm_malformed+lost_lookup",
            "pm_error_before",
            "pm_pending",
            "pm_error_after+lost_lookup",
            "pm_too_many",
            "pm_malformed+pending",
            "pm_timeout_after",
            "pm_timeout_before+lost_lookup");

    private static Sandbox sandbox;

    private final List<UUID> orders = new ArrayList<>();
    private final List<UUID> refunds = new ArrayList<>();

    @BeforeAll
    static void openSandbox() {
        sandbox = Sandbox.start(0, Optional.empty(), Duration.ofMillis(1_200), Optional.empty());
    }

    @AfterAll
    static void closeSandbox() {
        sandbox.close();
        System.clearProperty("com.zaxxer.hikari.aliveBypassWindowMs");
    }

    @Test
    void an_order_is_charged_exactly_once_wherever_the_worker_dies() throws Exception {
        try (var till = Till.at(DATABASE, sandbox.address())) {
            var places = requestsWithoutDeath(till);
            assertThat(places).as("places to die").isBetween(15, 300);
            var deaths = 0;
            for (var when : When.values()) {
                for (var place = 1 + deaths % STEP; place <= places; place += STEP) {
                    another(till);
                    deaths += dieAt(till, place, when) ? 1 : 0;
                    finish(till);
                }
            }
            assertThat(deaths).isGreaterThan(places / STEP);
            assertChargedExactlyOnce(till);
        }
    }

    @Test
    void two_workers_that_die_at_random_charge_each_order_exactly_once() throws Exception {
        var random = new Random(20261129);
        try (var till = Till.at(DATABASE, sandbox.address());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var round = 0; round < ROUNDS; round++) {
                for (var i = 0; i < 4; i++) {
                    another(till);
                }
                var rivals = new ArrayList<Future<Boolean>>();
                for (var rival = 0; rival < 2; rival++) {
                    var place = 1 + random.nextInt(60);
                    var when = When.values()[random.nextInt(2)];
                    rivals.add(threads.submit(() -> dieAt(till, place, when)));
                }
                for (var rival : rivals) {
                    rival.get();
                }
                finish(till);
            }
            assertChargedExactlyOnce(till);
        }
    }

    /// An order, and a part of the last one that was paid given back.
    private void another(Till till) throws Exception {
        var paid = orders.reversed().stream()
                .filter(order -> till.status(order).equals("succeeded")
                        && till.one("select refunded from app.payment_order where id = '" + order + "'")
                                .equals("0"))
                .findFirst();
        if (paid.isPresent()) {
            refunds.add(till.refund(paid.get(), BACK));
        }
        orders.add(till.order(METHODS.get(orders.size() % METHODS.size()), PRICE));
    }

    private int requestsWithoutDeath(Till till) throws Exception {
        another(till);
        try (var scissors = Scissors.between(DATABASE.url(Logins.WORKER), sandbox.address());
                var process = till.process(scissors)) {
            scissors.cutAt(Integer.MAX_VALUE, When.BEFORE);
            process.work(MOST_TURNS);
            another(till);
            process.work(MOST_TURNS);
            return scissors.requests();
        }
    }

    /// Whether it did: the order may be paid before.
    private static boolean dieAt(Till till, int place, When when) throws Exception {
        try (var scissors = Scissors.between(DATABASE.url(Logins.WORKER), sandbox.address());
                var process = till.process(scissors)) {
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

    private static void finish(Till till) throws Exception {
        try (var process = till.process()) {
            process.work(MOST_TURNS);
        }
        assertThat(till.open()).as("open orders and refunds").isZero();
    }

    private void assertChargedExactlyOnce(Till till) throws Exception {
        var moved = Till.log(sandbox.address()).stream()
                .filter(one -> one.path("status").asString().equals("succeeded"))
                .toList();
        assertThat(orders).allSatisfy(order -> {
            assertThat(till.status(order)).isEqualTo("succeeded");
            assertThat(of(moved, "charge", order)).hasSize(1);
            assertThat(till.events(order, "payment_order.succeeded")).isEqualTo(1);
            assertThat(till.number("select count(*) from app.payment_attempt where payment_order_id = '" + order + "'"))
                    .as("what was unknown has not become failed")
                    .isEqualTo(1);
        });
        assertThat(refunds)
                .allSatisfy(
                        refund -> assertThat(till.refunded(refund, "status")).isEqualTo("succeeded"));
        var given = orders.stream()
                .mapToLong(order -> of(moved, "refund", order).size())
                .sum();
        assertThat(given).isEqualTo(refunds.size());
        var fees = 20L * orders.size();
        assertThat(till.balance("sales")).isEqualTo(-PRICE * orders.size());
        assertThat(till.balance("refunds")).isEqualTo(BACK * refunds.size());
        assertThat(till.balance("provider_sandbox")).isEqualTo(PRICE * orders.size() - BACK * refunds.size() - fees);
    }

    private static List<JsonNode> of(List<JsonNode> moved, String kind, UUID order) {
        return moved.stream()
                .filter(one -> one.path("kind").asString().equals(kind)
                        && one.path("order").asString().equals(order.toString()))
                .toList();
    }
}
