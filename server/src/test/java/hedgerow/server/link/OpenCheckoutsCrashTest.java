package hedgerow.server.link;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.mappers.StatementFailure;
import hedgerow.server.chain.Scissors;
import hedgerow.server.chain.Scissors.When;
import hedgerow.server.sandbox.Sandbox;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The process dies at each place of a payment by card: while it sends the payer to the provider, while it looks the
/// session up, and while the payer returns. The sandbox's own log is the witness: whoever entered a card has paid once,
/// nobody else has, and no session is lost.
///
/// `-Dhedgerow.crash.step=1` dies at every request, before it arrives and after it was carried out, instead of at a
/// sixth of them, which `-Dhedgerow.crash.seed` selects.
class OpenCheckoutsCrashTest {

    static {
        System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", "3600000"); // the same requests each time
    }

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final int STEP = Integer.getInteger("hedgerow.crash.step", 6);
    private static final long SEED = Long.getLong("hedgerow.crash.seed", 20_261_130);
    private static final String CONNECTION = "08"; // a busy machine may take too long to connect

    private static Sandbox sandbox;

    @BeforeAll
    static void open() throws IOException {
        sandbox = Sandbox.start(0, Optional.empty(), Duration.ofMillis(1_200), Optional.empty());
    }

    @AfterAll
    static void close() {
        sandbox.close();
        System.clearProperty("com.zaxxer.hikari.aliveBypassWindowMs");
    }

    @FunctionalInterface
    private interface Part {
        void of(Seller.Process process) throws SQLException;
    }

    private record Death(int place, When when) {}

    @Test
    void wherever_it_dies_while_it_sends_the_payer_away_no_session_is_lost() throws Exception {
        var seller = new Seller(DATABASE, sandbox.address());
        try (var calm = seller.process()) {
            for (var death : deaths(requests(seller, Seller.Process::begin))) {
                var before = seller.count("checkout", "true");
                dieAt(seller, death, process -> {
                    assertThat(process.begin()).as("no page is shown").isEmpty();
                });
                var kept = seller.count("checkout", "true") - before;
                assertThat(kept).as("kept before the provider is asked").isBetween(0L, 1L);
                if (kept == 1) {
                    followed(seller, calm, seller.newest());
                }
            }
        }
        for (var session : seller.sessions()) {
            var id = UUID.fromString(session.path("order").asString());
            assertThat(seller.checkout(id, "external_id"))
                    .as("the one session that was opened for it")
                    .isEqualTo(session.path("id").asString());
        }
        assertThat(seller.sessions()).hasSize((int) seller.count("checkout", "true"));
        assertThat(seller.count("payment_order", "true")).isZero();
    }

    /// Nobody was sent to the session, which the worker finds and sees expire.
    private static void followed(Seller seller, Seller.Process calm, UUID id) throws SQLException {
        calm.work(() -> seller.checkout(id, "status").equals("open"));
        var session = seller.call("GET", "/v1/checkouts/" + seller.checkout(id, "external_id"));
        assertThat(session.path("order").asString()).isEqualTo(id.toString());
        seller.call("POST", "/v1/checkouts/" + session.path("id").asString() + "/expire");
        calm.work(() -> seller.checkout(id, "status").equals("expired"));
        assertThat(seller.checkout(id, "status")).isEqualTo("expired");
    }

    @Test
    void wherever_the_worker_dies_a_payer_who_never_returns_has_paid_once() throws Exception {
        whoever_dies("pm_card", (process, returning) -> process.work(() -> false, 4));
    }

    @Test
    void wherever_the_worker_dies_while_the_provider_fails_a_payer_has_paid_once() throws Exception {
        whoever_dies("pm_error_after", (process, returning) -> process.work(() -> false, 4));
    }

    @Test
    void wherever_the_page_dies_while_the_payer_returns_the_payment_is_made_once() throws Exception {
        whoever_dies("pm_card", Seller.Process::arrive);
    }

    @FunctionalInterface
    private interface Return {
        void of(Seller.Process process, URI returning) throws SQLException;
    }

    private static void whoever_dies(String card, Return settle) throws Exception {
        var seller = new Seller(DATABASE, sandbox.address());
        try (var calm = seller.process()) {
            var first = Shop.choose(calm.begin().orElseThrow(), card);
            var places = requests(seller, process -> settle.of(process, first));
            calm.work(() -> seller.status(Shop.order(first)).equals("succeeded"));
            OpenCheckoutsTest.assertPaidOnce(seller, Shop.order(first));
            for (var death : deaths(places)) {
                var returning = Shop.choose(calm.begin().orElseThrow(), card);
                dieAt(seller, death, process -> settle.of(process, returning));
                calm.work(() -> seller.status(Shop.order(returning)).equals("succeeded"));
                OpenCheckoutsTest.assertPaidOnce(seller, Shop.order(returning));
            }
            assertThat(seller.count("checkout", "status <> 'completed'")).isZero();
            assertThat(seller.count("payment_order", "true")).isEqualTo(seller.count("checkout", "true"));
        }
    }

    // --- deaths --------------------------------------------------------------------------------------------------

    /// The requests of a process that lives.
    private static int requests(Seller seller, Part part) throws Exception {
        try (var scissors = Scissors.between(DATABASE.url(Logins.WORKER), sandbox.address());
                var process = seller.process(scissors)) {
            scissors.cutAt(Integer.MAX_VALUE, When.BEFORE);
            part.of(process);
            assertThat(scissors.requests()).as("places to die").isBetween(3, 200);
            return scissors.requests();
        }
    }

    private static List<Death> deaths(int places) {
        var random = new Random(SEED);
        var deaths = Arrays.stream(When.values())
                .flatMap(when -> IntStream.rangeClosed(1, places).mapToObj(place -> new Death(place, when)))
                .flatMap(death -> random.nextInt(STEP) == 0 ? Stream.of(death) : Stream.empty())
                .toList();
        assertThat(deaths).isNotEmpty();
        return deaths;
    }

    private static void dieAt(Seller seller, Death death, Part part) throws Exception {
        try (var scissors = Scissors.between(DATABASE.url(Logins.WORKER), sandbox.address());
                var process = seller.process(scissors)) {
            scissors.cutAt(death.place(), death.when());
            try {
                part.of(process);
            } catch (StatementFailure dead) {
                assertThat(scissors.isCut() || dead.sqlState().startsWith(CONNECTION))
                        .as(() -> "died of " + dead)
                        .isTrue();
            }
        } catch (com.zaxxer.hikari.pool.HikariPool.PoolInitializationException dead) {
            // With its first connection.
        }
    }
}
