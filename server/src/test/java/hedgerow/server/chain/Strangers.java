package hedgerow.server.chain;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.mappers.Database;
import hedgerow.mappers.Json;
import hedgerow.mappers.work.ReceivingMapper;
import hedgerow.rls.bind.Tenant;
import hedgerow.server.pay.WalletKey;
import hedgerow.sql.Eventually;
import java.math.BigInteger;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/// Strangers who pay an address of a tenant from the first account of the chain.
final class Strangers {

    private static final long HOUR = 3_600;

    final Books books;
    final String recipient = WalletKey.make().address();
    private final Map<String, UUID> links = new HashMap<>();

    Strangers(Books books) throws SQLException {
        this.books = books;
        var organization = books.tenant.organization();
        for (var asset : new String[] {Books.ETHER, Books.COIN}) {
            var link = UUID.randomUUID();
            links.put(asset, link);
            books.bound("""
                insert into app.product (organization_id, livemode, id, name) values ('%1$s', false, '%2$s', 'A lamp');
                insert into app.price (organization_id, livemode, id, product_id, kind, asset, unit_amount)
                values ('%1$s', false, '%2$s', '%2$s', 'one_off', '%3$s', 1000);
                insert into app.payment_link (organization_id, livemode, id, token, price_id, recipient_address,
                       created_by)
                values ('%1$s', false, '%2$s', '%2$s', '%2$s', '%4$s', app.actor())
                """.formatted(organization, link, asset, recipient));
        }
    }

    /// A payment that a stranger was asked for.
    record Request(UUID order, String asset, BigInteger amount) {}

    Request ask(Books.Process page, String asset, long amount) {
        return ask(page, asset, amount, HOUR);
    }

    /// Requests a payment within some seconds, as the page of a link does.
    Request ask(Books.Process page, String asset, long amount, double seconds) {
        return ask(page.bound, asset, amount, seconds);
    }

    private Request ask(Database bound, String asset, long amount, double seconds) {
        var order = UUID.randomUUID();
        var link = links.get(asset);
        var head = head();
        Tenant.of(books.tenant.organization(), "system:payment-link", false)
                .call(() -> bound.write(on -> {
                    var receiving = on.get(ReceivingMapper.class);
                    receiving.watch(books.tenant, link, head);
                    var amounts = new Json("[{\"amount\": %d}]".formatted(amount));
                    assertThat(receiving.request(books.tenant, order, link, amounts, head, seconds))
                            .isPresent();
                    return order;
                }));
        return new Request(order, asset, BigInteger.valueOf(amount));
    }

    long head() {
        return Long.parseLong(books.rpc("eth_blockNumber").asString().substring(2), 16);
    }

    /// Pays what was asked for, and returns the hash of the transaction.
    String pay(Request request) {
        return pay(request.asset(), request.amount().longValueExact());
    }

    String pay(String asset, long amount) {
        var from = books.rpc("eth_accounts").path(0).asString();
        if (asset.equals(Books.ETHER)) {
            return books.rpc(
                            "eth_sendTransaction",
                            Map.of("from", from, "to", recipient, "value", "0x" + Long.toHexString(amount)))
                    .asString();
        }
        var coin = books.one("select contract_address from app.asset where code = 'COIN.31337'");
        books.send(coin, "0x40c10f19" + word(from.substring(2)) + word(Long.toHexString(amount)));
        return books.send(coin, "0xa9059cbb" + word(recipient.substring(2)) + word(Long.toHexString(amount)));
    }

    /// Waits until a transaction is in a block.
    void mined(String hash) {
        Eventually.holds(
                "a receipt of " + hash,
                Duration.ofSeconds(10),
                () -> !books.rpc("eth_getTransactionReceipt", hash).isNull());
    }

    private static String word(String hex) {
        return "0".repeat(64 - hex.length()) + hex;
    }

    // --- the records ---------------------------------------------------------------------------------------------

    String status(Request request) {
        return books.one("select status from app.payment_order where id = '" + request.order() + "'");
    }

    /// The deposits, the oldest first: amount, status and reason of each.
    String deposits() {
        return books.one("select coalesce(string_agg(concat_ws(' ', amount, status, review_reason), ', '"
                + " order by block_number, log_index, created_at), '') from app.deposit where recipient = '" + recipient
                + "' and organization_id = '" + books.tenant.organization() + "'");
    }

    long count(String table, String condition) {
        return books.number("select count(*) from app." + table + " where organization_id = '"
                        + books.tenant.organization() + "' and " + condition)
                .longValueExact();
    }

    /// The books have what the chain has, whatever it is for.
    void assertBooksEqualChain() {
        for (var asset : new String[] {Books.ETHER, Books.COIN}) {
            assertThat(books.number("select coalesce(sum(e.amount), 0) from app.ledger_entry e join app.ledger_account"
                            + " a on a.organization_id = e.organization_id and a.livemode = e.livemode and a.id ="
                            + " e.account_id where a.organization_id = '" + books.tenant.organization()
                            + "' and a.code = 'wallet_" + recipient.substring(2) + "' and a.unit = '" + asset + "'"))
                    .as("books of " + asset)
                    .isEqualTo(books.balance(asset, recipient));
        }
    }

    /// Each was settled exactly once: order, attempt, record, event and books.
    void assertSettledOnce(Iterable<Request> requests) {
        assertThat(requests).allSatisfy(one -> {
            assertThat(status(one)).isEqualTo("succeeded");
            var order = "payment_order_id = '" + one.order() + "'";
            assertThat(count("payment_attempt", order + " and status = 'succeeded'"))
                    .isEqualTo(1);
            assertThat(count("deposit", order + " and status = 'settled' and amount = " + one.amount()))
                    .isEqualTo(1);
            assertThat(count(
                            "provider_transaction",
                            order + " and status = 'confirmed' and provider = 'evm' and amount = " + one.amount()))
                    .isEqualTo(1);
            assertThat(count("ledger_entry", order + " and abs(amount) = " + one.amount()))
                    .isEqualTo(2);
            assertThat(count("outbox_event", "type = 'payment_order.succeeded' and subject_id = '" + one.order() + "'"))
                    .isEqualTo(1);
        });
        assertBooksEqualChain();
    }
}
