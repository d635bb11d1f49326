package hedgerow.server.chain;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.auth.Anvil;
import hedgerow.server.chain.Books.Order;
import hedgerow.sql.Eventually;
import hedgerow.sql.HedgerowDatabase;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.http.HttpService;
import org.web3j.utils.Numeric;

/// Measures how many orders the worker executes in a second, beside a bare loop of web3j that sends transactions that
/// were signed before: `-Dhedgerow.orders=1000`. It prints both, and their ratio.
@EnabledIfSystemProperty(named = "hedgerow.orders", matches = "[1-9][0-9]{0,5}")
class ExecutionRateTest {

    @org.junit.jupiter.api.Order(1)
    @RegisterExtension
    static final Anvil CHAIN = new Anvil();

    @org.junit.jupiter.api.Order(2)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final int COUNT = Integer.getInteger("hedgerow.orders", 0);
    private static final int WARM = 100;
    private static final double LEAST_RATIO = 0.1;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final BigInteger GAS = BigInteger.valueOf(21_000);
    private static final BigInteger GWEI = BigInteger.TEN.pow(9);
    private static final String RECIPIENT = "0x00000000000000000000000000000000000000aa";

    @Test
    void orders_of_the_worker_beside_a_bare_loop() throws Exception {
        var coin = Books.deploy(CHAIN, "PlainCoin");
        bare(new Books(DATABASE, CHAIN, coin), WARM);
        worker(new Books(DATABASE, CHAIN, coin), WARM);
        var bare = bare(new Books(DATABASE, CHAIN, coin), COUNT);
        var worker = worker(new Books(DATABASE, CHAIN, coin), COUNT);
        System.out.printf(
                "%d payments: web3j alone %.0f/s, the worker %.0f/s, ratio %.2f%n", COUNT, bare, worker, worker / bare);
        assertThat(worker / bare).as("ratio").isGreaterThan(LEAST_RATIO);
    }

    /// Payments per second.
    private static double bare(Books books, int count) throws Exception {
        var key = Credentials.create(Numeric.toHexString(books.key.secret()));
        var signed = new ArrayList<String>();
        for (var nonce = 0; nonce < count; nonce++) {
            var transaction = RawTransaction.createTransaction(
                    Anvil.CHAIN,
                    BigInteger.valueOf(nonce),
                    GAS,
                    RECIPIENT,
                    BigInteger.ONE,
                    "",
                    GWEI,
                    GWEI.multiply(BigInteger.TEN));
            signed.add(Numeric.toHexString(TransactionEncoder.signMessage(transaction, key)));
        }
        var web3 = Web3j.build(new HttpService(CHAIN.endpoint().toString()));
        var begun = System.nanoTime();
        for (var raw : signed) {
            assertThat(web3.ethSendRawTransaction(raw).send().hasError()).isFalse();
        }
        Eventually.holds("all are mined", PATIENCE, () -> books.nonce() == count);
        var rate = rate(count, begun);
        web3.shutdown();
        return rate;
    }

    private static double worker(Books books, int count) throws Exception {
        var orders = new ArrayList<Order>();
        for (var i = 0; i < count; i++) {
            orders.add(books.order(Books.ETHER, 1));
        }
        try (var worker = books.process()) {
            var begun = System.nanoTime();
            worker.work(count);
            var rate = rate(count, begun);
            ExecutionCrashTest.assertPaidExactlyOnce(books, orders);
            return rate;
        }
    }

    private static double rate(int count, long begun) {
        return count * 1e9 / (System.nanoTime() - begun);
    }
}
