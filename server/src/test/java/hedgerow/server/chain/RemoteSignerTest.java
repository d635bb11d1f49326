package hedgerow.server.chain;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.auth.Anvil;
import hedgerow.server.pay.WalletKey;
import hedgerow.sql.HedgerowDatabase;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Wallets whose keys a remote signer keeps, on a real chain.
class RemoteSignerTest {

    @org.junit.jupiter.api.Order(1)
    @RegisterExtension
    static final Anvil CHAIN = new Anvil();

    @org.junit.jupiter.api.Order(2)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final String TOKEN = "a-token-of-the-signer";
    private static String coin;

    private RemoteKeys keys;
    private Books books;

    @BeforeAll
    static void mintCoin() throws Exception {
        coin = Books.deploy(CHAIN, "PlainCoin");
    }

    @BeforeEach
    void open() throws Exception {
        keys = new RemoteKeys(Optional.of(TOKEN));
        books = new Books(DATABASE, CHAIN, coin);
        books.bound("delete from app.wallet_key where id = '" + books.wallet + "'");
        keys.keep(books.wallet.toString(), books.key.secret());
    }

    @AfterEach
    void close() {
        keys.close();
    }

    private Books.Process worker(String token) {
        return books.process(
                Map.of("wallet-key", "", "wallet-signer", keys.address().toString(), "wallet-signer-token", token));
    }

    @Test
    void orders_are_paid_exactly_once_with_signatures_of_either_form() throws Exception {
        var orders = List.of(
                books.order(Books.ETHER, 1_000), books.order(Books.COIN, 2_000), books.order(Books.ETHER, 3_000));
        try (var worker = worker(TOKEN)) {
            worker.work(20);
        }
        ExecutionCrashTest.assertPaidExactlyOnce(books, orders);
    }

    @Test
    void a_signer_that_refuses_or_signs_with_another_key_uses_no_nonce() throws Exception {
        var order = books.order(Books.ETHER, 1_000);
        try (var stranger = worker("another-token")) {
            stranger.turn();
        }
        assertThat(books.waits(order)).isEqualTo("wallet_cannot_sign");
        keys.keep(books.wallet.toString(), WalletKey.make().secret());
        try (var worker = worker(TOKEN)) {
            books.hurry();
            worker.turn();
            assertThat(books.waits(order)).isEqualTo("wallet_cannot_sign");
            assertThat(books.nonce()).isZero();
            keys.keep(books.wallet.toString(), books.key.secret());
            worker.work(20);
        }
        ExecutionCrashTest.assertPaidExactlyOnce(books, List.of(order));
    }

    @Test
    void while_the_signer_is_away_orders_wait_and_reserved_nonces_stay() throws Exception {
        var first = books.order(Books.ETHER, 1_000);
        books.rpc("evm_setAutomine", false);
        try (var worker = worker(TOKEN)) {
            worker.turn(); // one is on its way
            keys.close();
            var second = books.order(Books.ETHER, 2_000);
            worker.turn();
            assertThat(books.waits(second)).isEqualTo("wallet_cannot_sign");
            books.rpc("evm_setAutomine", true);
            books.mine(1);
            for (var i = 0; i < 5; i++) {
                worker.pass();
            }
            assertThat(books.status(first)).as("what is signed needs no signer").isEqualTo("succeeded");
            keys = new RemoteKeys(Optional.of(TOKEN));
            keys.keep(books.wallet.toString(), books.key.secret());
            try (var again = worker(TOKEN)) {
                again.work(20);
            }
            ExecutionCrashTest.assertPaidExactlyOnce(books, List.of(first, second));
        }
    }
}
