package hedgerow.server.chain;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.auth.Anvil;
import hedgerow.server.chain.Books.Order;
import hedgerow.server.chain.Scissors.When;
import hedgerow.sql.Eventually;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The number of requests to the database and to the chain that payments cost, and of rows that they leave in the
/// audit log: most of the time of a payment is theirs.
class ExecutionCostTest {

    static {
        System.setProperty("com.zaxxer.hikari.aliveBypassWindowMs", "3600000"); // the same requests each time
    }

    @org.junit.jupiter.api.Order(1)
    @RegisterExtension
    static final Anvil CHAIN = new Anvil();

    @org.junit.jupiter.api.Order(2)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final int BATCH = 50;
    private static final int WARM = 8; // the driver prepares each statement after some executions
    private static final int REQUESTS = 26;
    private static final int POLL = 6; // three to each of them
    private static final int ENTRIES = 19;
    private static final long POSTED = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<Order> orders = new ArrayList<>();

    @AfterAll
    static void close() {
        System.clearProperty("com.zaxxer.hikari.aliveBypassWindowMs");
    }

    @Test
    void a_batch_of_payments_costs_as_many_requests_as_one_payment() throws Exception {
        var books = new Books(DATABASE, CHAIN, Books.deploy(CHAIN, "PlainCoin"));
        var read = reads(books);
        try (var scissors = Scissors.between(DATABASE.url(Logins.WORKER), CHAIN.endpoint());
                var worker = books.process(scissors)) {
            for (var i = 0; i < WARM; i++) {
                requests(books, worker, scissors, 1);
            }
            var one = requests(books, worker, scissors, 1);
            assertThat(one).as("requests of one payment").isLessThanOrEqualTo(REQUESTS);
            assertThat(requests(books, worker, scissors, BATCH))
                    .as("requests of %d payments", BATCH)
                    .isLessThanOrEqualTo(one);
            ExecutionCrashTest.assertPaidExactlyOnce(books, orders);
            assertThat(entries(books))
                    .as("entries of the audit log for a payment")
                    .isLessThanOrEqualTo(ENTRIES);
        }
        var posted = books.number("select count(*) from app.ledger_entry where organization_id = '"
                        + books.tenant.organization() + "'")
                .longValueExact();
        assertThat(posted).isEqualTo(POSTED * orders.size());
        assertThat(reads(books) - read)
                .as("entries of the books that were read, here too, for %d", posted)
                .isBetween(posted, 4 * posted);
    }

    /// The entries that sessions of the worker have read, which report it at their end.
    private static long reads(Books books) {
        Eventually.holds(
                "the worker's sessions have ended",
                PATIENCE,
                () -> books.one("select count(*) from pg_stat_activity where datname = current_database() and usename"
                                + " = '"
                                + Logins.WORKER + "'")
                        .equals("0"));
        return books.number("select coalesce(sum(idx_tup_read), 0) from pg_stat_user_indexes where relname ="
                        + " 'ledger_entry'")
                .longValueExact();
    }

    /// A payment may wait long for its block.
    @Test
    void a_look_at_payments_that_wait_for_a_block_costs_few_requests() throws Exception {
        var books = new Books(DATABASE, CHAIN, Books.deploy(CHAIN, "PlainCoin"));
        books.rpc("evm_setAutomine", false);
        try (var scissors = Scissors.between(DATABASE.url(Logins.WORKER), CHAIN.endpoint());
                var worker = books.process(scissors)) {
            books.order(Books.ETHER, 1);
            for (var i = 0; i < WARM; i++) {
                worker.turn();
            }
            scissors.cutAt(Integer.MAX_VALUE, When.BEFORE);
            worker.turn();
            assertThat(scissors.requests()).isLessThanOrEqualTo(POLL);
        } finally {
            books.rpc("evm_setAutomine", true);
        }
    }

    /// The requests of the turns that pay new orders.
    private int requests(Books books, Books.Process worker, Scissors scissors, int count) throws Exception {
        for (var i = 0; i < count; i++) {
            orders.add(books.order(Books.ETHER, 1));
        }
        scissors.cutAt(Integer.MAX_VALUE, When.BEFORE);
        for (var turn = 0; turn < 3 && books.open() > 0; turn++) {
            worker.pass();
        }
        assertThat(books.open()).as("open orders").isZero();
        return scissors.requests();
    }

    /// The entries for each payment of the last batch, after its order was there.
    private static long entries(Books books) {
        return books.number("select count(*) from app.audit_log where organization_id = '" + books.tenant.organization()
                                + "' and block_id in (select block_id from app.audit_log where table_name ="
                                + " 'chain_transaction' and organization_id = '" + books.tenant.organization() + "')")
                        .longValueExact()
                / books.number("select count(*) from app.chain_transaction where organization_id = '"
                                + books.tenant.organization() + "'")
                        .longValueExact();
    }
}
