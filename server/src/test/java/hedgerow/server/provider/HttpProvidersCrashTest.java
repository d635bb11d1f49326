package hedgerow.server.provider;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.mappers.StatementFailure;
import hedgerow.rls.bind.BindCall;
import hedgerow.server.chain.Postmaster;
import hedgerow.server.chain.Scissors.When;
import hedgerow.server.http.Api;
import hedgerow.server.http.Metrics;
import hedgerow.server.sandbox.Sandbox;
import hedgerow.server.sandbox.Trouble;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// The worker dies at each place of a charge and of a refund, under each misbehaviour of the sandbox, while webhooks
/// come in. The sandbox's own log is the witness: each attempt was charged at most once, each refund was given at most
/// once, and no unknown outcome has become a failure.
///
/// `-Dhedgerow.crash.step=1` dies at every request, before it arrives and after it was carried out, instead of at one
/// that `-Dhedgerow.crash.seed` selects; `-Dhedgerow.crash.rounds=200` has two workers die together more often, and
/// `-Dhedgerow.crash.kills=200` kills PostgreSQL itself at more of them; with a step, at each that it selects.
class HttpProvidersCrashTest {

    static {
        System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", "3600000"); // the same requests each time
    }

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    @RegisterExtension
    static final HedgerowDatabase SEALED = HedgerowDatabase.migrated().sealed();

    private static final byte[] BIND_KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int ALL = 0;
    private static final int STEP = Integer.getInteger("hedgerow.crash.step", ALL);
    private static final int ROUNDS = Integer.getInteger("hedgerow.crash.rounds", 4);
    private static final int KILLS = Integer.getInteger("hedgerow.crash.kills", 4);
    private static final long SEED = Long.getLong("hedgerow.crash.seed", 20_261_129);
    private static final int REFUNDS = 3; // one in so many, where a misbehaviour is not about refunds
    private static final int MOST_TURNS = 40;
    private static final long PRICE = 1_000;
    private static final long BACK = 300;
    private static final String CONNECTION = "08"; // a busy machine may take too long to connect

    /// Troubles that worsen each other.
    private static final List<String> PAIRS = List.of(
            "pm_timeout_before+lost_lookup",
            "pm_timeout_after+lost_lookup",
            "pm_error_after+lost_lookup+webhook_first",
            "pm_malformed+pending",
            "pm_malformed+lost_lookup+webhook_twice",
            "pm_error_after+wrong_amount",
            "pm_error_after+declined",
            "pm_another_order+lost_lookup");

    /// While the answer is lost, comes later, or comes first as a webhook.
    private static final List<String> KILLED =
            List.of("pm_card", "pm_timeout_after", "pm_pending", "pm_error_after+lost_lookup+webhook_first");

    private static Sandbox sandbox;
    private static Metrics metrics;
    private static Api api;

    @BeforeAll
    static void open() throws IOException, SQLException {
        try (var admin = SEALED.admin();
                var create = admin.prepareStatement("select app_private.create_key('bind', ?)")) {
            create.setBytes(1, BIND_KEY);
            create.execute();
        }
        sandbox = Sandbox.start(0, Optional.empty(), Duration.ofMillis(1_200), Optional.empty());
        metrics = new Metrics(false);
        api = Till.letIn(DATABASE, metrics);
    }

    @AfterAll
    static void close() {
        api.close();
        metrics.close();
        sandbox.close();
        System.clearProperty("com.zaxxer.hikari.aliveBypassWindowMs");
    }

    static Stream<String> methods() {
        var single = Arrays.stream(Trouble.values()).map(trouble -> "pm_" + trouble.code());
        return Stream.of(Stream.of("pm_card"), single, PAIRS.stream()).flatMap(methods -> methods);
    }

    // --- one worker ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("methods")
    void whatever_the_provider_does_and_wherever_the_worker_dies_money_moves_once(String method) throws Exception {
        var random = new Random(SEED ^ method.hashCode());
        var till = Till.at(DATABASE, sandbox.address());
        till.hear(sandbox, api);
        try (var calm = till.process()) {
            var end = End.of(method);
            var first = till.order(method, PRICE);
            var places = requests(till, calm);
            assertThat(places).as("places to die while charging").isBetween(6, 200);
            assertCharged(till, first, end);
            for (var death : deaths(places, random)) {
                var order = till.order(method, PRICE);
                dieAt(till, death);
                finish(till, calm);
                assertCharged(till, order, end);
            }
            var isRefundTried = STEP != ALL || method.contains("refund") || random.nextInt(REFUNDS) == 0;
            if (isRefundTried && till.status(first).equals("succeeded")) {
                refunds(till, calm, method, first, random);
            }
        }
    }

    private static void refunds(Till till, Till.Process calm, String method, UUID order, Random random)
            throws Exception {
        var end = End.ofRefund(method);
        var first = till.refund(order, BACK);
        var places = requests(till, calm);
        assertThat(places).as("places to die while giving back").isBetween(4, 200);
        assertGiven(till, order, first, end);
        for (var death : deaths(places, random)) {
            var other = till.order(method, PRICE);
            finish(till, calm);
            var refund = till.refund(other, BACK);
            dieAt(till, death);
            finish(till, calm);
            assertGiven(till, other, refund, end);
        }
    }

    private record Death(int place, When when) {}

    private static List<Death> deaths(int places, Random random) {
        if (STEP == ALL) {
            return List.of(new Death(1 + random.nextInt(places), When.values()[random.nextInt(2)]));
        }
        return Arrays.stream(When.values())
                .flatMap(when -> IntStream.iterate(1, place -> place <= places, place -> place + STEP)
                        .mapToObj(place -> new Death(place, when)))
                .toList();
    }

    /// The requests of a worker that lives.
    private static int requests(Till till, Till.Process calm) throws Exception {
        try (var scissors = till.scissors(sandbox.address());
                var process = till.process(scissors)) {
            scissors.cutAt(Integer.MAX_VALUE, When.BEFORE);
            process.work(MOST_TURNS, till::busy);
            var requests = scissors.requests();
            finish(till, calm);
            return requests;
        }
    }

    private static void dieAt(Till till, Death death) throws Exception {
        try (var scissors = till.scissors(sandbox.address());
                var process = till.process(scissors)) {
            scissors.cutAt(death.place(), death.when());
            try {
                process.work(MOST_TURNS, till::busy);
            } catch (StatementFailure dead) {
                assertThat(scissors.isCut() || dead.sqlState().startsWith(CONNECTION))
                        .as(() -> "died of " + dead)
                        .isTrue();
            }
        } catch (RuntimeException dead) {
            // With its first connection.
        }
    }

    /// Another worker goes on from the rows, and a person finds that what needs a review was paid.
    private static void finish(Till till, Till.Process calm) throws Exception {
        calm.work(MOST_TURNS, till::busy);
        if (till.open() > 0) {
            till.bound("""
                update app.provider_request set asked = 'paid', asked_by = app.actor(), next_try_at = now()
                 where organization_id = '%s' and not livemode and status = 'needs_review'
                """.formatted(till.tenant.organization()));
            calm.work(MOST_TURNS, till::busy);
        }
        assertThat(till.open()).as("open orders and refunds").isZero();
    }

    // --- two workers ---------------------------------------------------------------------------------------------

    @Test
    void two_workers_that_die_at_random_move_money_once() throws Exception {
        var random = new Random(SEED);
        var methods = methods().toList();
        var till = Till.at(DATABASE, sandbox.address());
        till.hear(sandbox, api);
        try (var calm = till.process();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var round = 0; round < ROUNDS; round++) {
                var orders = new ArrayList<UUID>();
                var asked = new ArrayList<String>();
                for (var i = 0; i < 4; i++) {
                    asked.add(methods.get(random.nextInt(methods.size())));
                    orders.add(till.order(asked.getLast(), PRICE));
                }
                var rivals = new ArrayList<Future<?>>();
                for (var rival = 0; rival < 2; rival++) {
                    var death = new Death(1 + random.nextInt(60), When.values()[random.nextInt(2)]);
                    rivals.add(threads.submit(() -> {
                        dieAt(till, death);
                        return null;
                    }));
                }
                for (var rival : rivals) {
                    rival.get();
                }
                finish(till, calm);
                for (var i = 0; i < orders.size(); i++) {
                    assertCharged(till, orders.get(i), End.of(asked.get(i)));
                }
            }
        }
    }

    // --- PostgreSQL ----------------------------------------------------------------------------------------------

    /// A database of each mode, and how a worker binds there.
    private enum Where {
        IN_PLAIN_MODE(DATABASE, BindCall.plain()),
        IN_SEALED_MODE(SEALED, BindCall.sealed(BIND_KEY));

        private final HedgerowDatabase database;
        private final BindCall call;

        Where(HedgerowDatabase database, BindCall call) {
            this.database = database;
            this.call = call;
        }
    }

    /// At each request of a payment to the database or the provider: before it arrives, so that the transaction that it
    /// belongs to is cut short, or while it is carried out, in COMMIT too.
    @ParameterizedTest
    @EnumSource
    void money_moves_once_wherever_postgresql_is_killed(Where where) throws Exception {
        var random = new Random(SEED);
        var server = new Postmaster(where.database);
        var till = Till.at(where.database, sandbox.address(), where.call);
        try (var open = Till.letIn(where.database, metrics, where.call)) {
            till.hear(sandbox, open);
            var planned = 0;
            var killed = 0;
            for (var round = 0; round < (STEP == ALL ? KILLS : KILLED.size()); round++) {
                var method = KILLED.get(round % KILLED.size());
                for (var death : deaths(requestsOfCharge(till, method), random)) {
                    var order = till.order(method, PRICE);
                    planned++;
                    killed += killAt(till, server, death) ? 1 : 0;
                    try (var calm = till.process()) {
                        finish(till, calm);
                    }
                    assertCharged(till, order, End.of(method));
                }
            }
            assertThat(killed).as("kills, of %d", planned).isGreaterThan(planned / 2);
        }
    }

    private static int requestsOfCharge(Till till, String method) throws Exception {
        var order = till.order(method, PRICE);
        try (var calm = till.process()) {
            var requests = requests(till, calm);
            assertCharged(till, order, End.of(method));
            return requests;
        }
    }

    /// Whether it was killed: a payment may take fewer requests than another.
    private static boolean killAt(Till till, Postmaster server, Death death) throws Exception {
        try (var scissors = till.scissors(sandbox.address())) {
            scissors.cutAt(death.place(), death.when(), server::kill);
            try (var process = till.process(scissors)) {
                process.work(MOST_TURNS, till::busy);
            } catch (RuntimeException | SQLException dead) {
                // The worker, perhaps with its first connection, or the test's own session.
            }
            return scissors.isCut();
        } finally {
            server.kill();
            server.start();
        }
    }

    // --- what the sandbox says -----------------------------------------------------------------------------------

    /// The right end of a charge or a refund.
    ///
    /// @param moved how much the provider moves, in minor units
    private record End(String status, long moved) {

        static End of(String method) {
            if (method.contains("says_declined")) {
                return new End("failed", PRICE); // by the provider's word, which nobody can doubt
            }
            var isDeclined = method.matches(".*[_+]declined.*") && !method.contains("refund_declined");
            var moved = method.matches("pm_(.*[+])?wrong_amount.*") ? PRICE + 1 : PRICE;
            return isDeclined ? new End("failed", 0) : new End("succeeded", moved);
        }

        static End ofRefund(String method) {
            return method.contains("refund_declined")
                    ? new End("failed", 0)
                    : new End("succeeded", method.contains("refund_wrong_amount") ? BACK + 1 : BACK);
        }
    }

    private static void assertCharged(Till till, UUID order, End end) throws Exception {
        var moved = Till.moved(sandbox.address(), "charge", order);
        assertThat(sum(moved)).as("charged, by the sandbox's log").isEqualTo(end.moved());
        assertThat(moved).as("charges").hasSizeLessThanOrEqualTo(1);
        assertThat(till.status(order)).isEqualTo(end.status());
        assertThat(till.events(order, "payment_order." + end.status())).isEqualTo(1);
        assertThat(till.number("select count(*) from app.payment_attempt where payment_order_id = '" + order + "'"))
                .as("attempts: no unknown outcome has become a failure")
                .isEqualTo(1);
        assertThat(posted(till, "payment_order_id = '" + order + "' and posting = 'payment'"))
                .isEqualTo(end.status().equals("succeeded") ? end.moved() : 0);
    }

    private static void assertGiven(Till till, UUID order, UUID refund, End end) throws Exception {
        var given = Till.moved(sandbox.address(), "refund", order).stream()
                .filter(one -> one.path("refund").asString().equals(refund.toString()))
                .toList();
        assertThat(sum(given)).as("given back, by the sandbox's log").isEqualTo(end.moved());
        assertThat(given).as("refunds").hasSizeLessThanOrEqualTo(1);
        assertThat(till.refunded(refund, "status")).isEqualTo(end.status());
        assertThat(till.events(refund, "refund." + end.status())).isEqualTo(1);
        assertThat(posted(till, "refund_id = '" + refund + "' and posting = 'refund'"))
                .isEqualTo(end.status().equals("succeeded") ? end.moved() : 0);
    }

    private static long sum(List<JsonNode> moved) {
        return moved.stream()
                .mapToLong(one -> one.path("amount_minor").asLong())
                .sum();
    }

    private static long posted(Till till, String which) {
        return till.number("select coalesce(sum(amount), 0) from app.ledger_entry where amount > 0 and " + which);
    }
}
