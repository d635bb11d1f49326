package hedgerow.server.chain;

import hedgerow.mappers.Json;
import hedgerow.mappers.Mappers;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.ExecutionMapper;
import hedgerow.mappers.work.OpenNonce;
import java.math.BigInteger;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/// The entries of the books for what left wallets, and for the chain's fees: of many payments at once, in a
/// transaction that does more, and without a round trip of their own.
final class Postings {

    private static final JsonMapper MAPPER = new JsonMapper();

    private final ArrayNode accounts = MAPPER.createArrayNode();
    private final ArrayNode entries = MAPPER.createArrayNode();

    private Postings() {}

    /// Posts the amounts that left wallets, and their fees.
    static void post(Mappers on, TenantKey tenant, List<Moved> payments) {
        var postings = new Postings();
        for (var one : payments) {
            postings.payment(one.nonce(), one.left());
            postings.add(
                    one.nonce(),
                    "fee",
                    "chain_fees",
                    one.nonce().nativeAsset(),
                    one.receipt().fee());
        }
        postings.write(on, tenant);
    }

    /// Posts a payment by a transaction that is not recorded here, without its fee.
    static void postAccepted(Mappers on, TenantKey tenant, OpenNonce nonce) {
        var postings = new Postings();
        postings.payment(nonce, nonce.amount());
        postings.write(on, tenant);
    }

    private void payment(OpenNonce nonce, BigInteger amount) {
        add(nonce, "payment", "payments", nonce.asset(), amount);
    }

    private void add(OpenNonce nonce, String posting, String expense, String unit, BigInteger amount) {
        if (amount.signum() > 0) {
            var wallet = "wallet_" + nonce.walletAddress().substring(2);
            account(expense, posting.equals("fee") ? "Fees of chains" : "Payments", "expense", unit);
            account(wallet, "Wallet " + nonce.walletAddress(), "asset", unit);
            var transaction = UUID.randomUUID();
            entry(nonce, transaction, posting, expense, unit, amount);
            entry(nonce, transaction, posting, wallet, unit, amount.negate());
        }
    }

    private void account(String code, String name, String kind, String unit) {
        accounts.addObject()
                .put("code", code)
                .put("name", name)
                .put("kind", kind)
                .put("unit", unit);
    }

    private void entry(
            OpenNonce nonce, UUID transaction, String posting, String account, String unit, BigInteger amount) {
        entries.addObject()
                .put("id", nonce.attemptId().toString())
                .put("transaction", transaction.toString())
                .put("posting", posting)
                .put("account", account)
                .put("unit", unit)
                .put("amount", amount);
    }

    private void write(Mappers on, TenantKey tenant) {
        if (!entries.isEmpty()) {
            var execution = on.last(ExecutionMapper.class);
            execution.openAccounts(tenant, new Json(accounts.toString()));
            execution.post(tenant, new Json(entries.toString()));
        }
    }
}
