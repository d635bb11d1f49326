package hedgerow.server.chain;

import hedgerow.mappers.Database;
import hedgerow.mappers.StatementFailure;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.ExecutionMapper;
import hedgerow.mappers.work.Payable;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// Begins payments: checks on the chain whether an order can be paid now, and if so takes it and reserves
/// the wallet's next nonce for it, in one statement. An order that cannot be paid waits, with a reason.
final class Payments {

    private static final Duration LATER = Duration.ofSeconds(30);
    private static final BigInteger SPARE = BigInteger.valueOf(120);
    private static final BigInteger HUNDRED = BigInteger.valueOf(100);
    private static final String CHECK_VIOLATION = "23514";
    private static final String TAKEN = "23505";
    private static final byte[] PROBE = new byte[32];

    private final Database database;
    private final Signer signer;
    private final Wallets wallets;
    private final BigInteger cap;

    Payments(Database database, Signer signer, Wallets wallets, BigInteger cap) {
        this.database = database;
        this.signer = signer;
        this.wallets = wallets;
        this.cap = cap;
    }

    /// Takes as many of these orders, which one chain pays, as it can.
    void begin(TenantKey tenant, Chain chain, List<Payable> orders) {
        var payable = new ArrayList<Payable>();
        for (var order : orders) {
            unpayable(order).ifPresentOrElse(reason -> postpone(tenant, order, reason), () -> payable.add(order));
        }
        if (payable.isEmpty()) {
            return;
        }
        var fees = chain.fees(cap);
        if (fees.isEmpty()) {
            payable.forEach(order -> postpone(tenant, order, "fees_above_cap"));
            return;
        }
        payable.stream()
                .collect(Collectors.groupingBy(Payable::walletId))
                .values()
                .forEach(of -> begin(tenant, chain, fees.get(), of));
    }

    /// The reason why an order cannot be paid on any chain.
    private static Optional<String> unpayable(Payable order) {
        if (order.walletId() == null) {
            return Optional.of("no_server_wallet");
        } else if (order.recipient() == null) {
            return Optional.of("no_recipient");
        }
        return order.recipient().equals(order.walletAddress()) ? Optional.of("recipient_is_payer") : Optional.empty();
    }

    /// Begins the payments of one wallet.
    private void begin(TenantKey tenant, Chain chain, Fees fees, List<Payable> orders) {
        var first = orders.getFirst();
        var contracts = orders.stream()
                .flatMap(order -> Optional.ofNullable(order.contract()).stream())
                .collect(Collectors.toSet());
        var account = chain.account(first.walletAddress(), contracts);
        if (account.nonce() > first.nextNonce() && account.nonce() > nextNonce(tenant, first.walletId())) {
            // Somebody else has used the key, or this database is older than its chain.
            wallets.freeze(tenant, first.walletId());
            orders.forEach(order -> postpone(tenant, order, "wallet_used_elsewhere"));
        } else if (signer.sign(tenant, first.walletId(), first.walletAddress(), PROBE)
                .isEmpty()) {
            orders.forEach(order -> postpone(tenant, order, "wallet_cannot_sign"));
        } else {
            pay(tenant, chain, orders, purse(tenant, account, fees, first.walletId()));
        }
    }

    /// The first nonce that is not reserved by now: another worker may have used some since the orders were read.
    private long nextNonce(TenantKey tenant, UUID wallet) {
        return database.read(on -> on.get(ExecutionMapper.class).lastNonce(tenant, wallet))
                .map(last -> last + 1)
                .orElse(0L);
    }

    /// The balance that a wallet has left for further payments.
    private record Purse(Fees fees, Map<String, BigInteger> left) {

        boolean covers(Payable order) {
            return left.get(key(order.contract())).compareTo(order.amount()) >= 0;
        }

        /// Takes payment and fee out, if there is enough of both.
        boolean take(Payable order, BigInteger gas) {
            var fee = gas.multiply(fees.most());
            var after = new HashMap<>(left);
            after.merge(key(order.contract()), order.amount(), BigInteger::subtract);
            after.merge("", fee, BigInteger::subtract);
            var enough = after.get("").signum() >= 0
                    && after.get(key(order.contract())).signum() >= 0;
            if (enough) {
                left.putAll(after);
            }
            return enough;
        }

        static String key(String contract) {
            return contract == null ? "" : contract;
        }
    }

    /// The balances without the reserved amounts that may not have left yet.
    private Purse purse(TenantKey tenant, Chain.Account account, Fees fees, UUID wallet) {
        var left = new HashMap<>(account.balances());
        for (var held : database.read(on -> on.get(ExecutionMapper.class).held(tenant))) {
            if (held.walletId().equals(wallet)) {
                left.merge("", held.gas().multiply(fees.most()), BigInteger::subtract);
                left.computeIfPresent(Purse.key(held.contract()), (_, sum) -> sum.subtract(held.amount()));
            }
        }
        return new Purse(fees, left);
    }

    private void pay(TenantKey tenant, Chain chain, List<Payable> orders, Purse purse) {
        var covered = new ArrayList<Payable>();
        for (var order : orders) {
            if (purse.covers(order)) {
                covered.add(order);
            } else {
                postpone(tenant, order, "insufficient_funds");
            }
        }
        var estimates = chain.estimates(covered.stream()
                .map(order -> new Transfer(
                        order.walletAddress(),
                        Optional.ofNullable(order.contract()),
                        order.recipient(),
                        order.amount()))
                .toList());
        for (var i = 0; i < covered.size(); i++) {
            var order = covered.get(i);
            var gas = estimates.get(i).map(one -> one.multiply(SPARE).divide(HUNDRED));
            if (gas.isEmpty()) {
                postpone(tenant, order, "payment_would_fail");
            } else if (!purse.take(order, gas.get())) {
                postpone(tenant, order, "insufficient_funds");
            } else if (!claim(tenant, order, gas.get().longValueExact())) {
                return;
            }
        }
    }

    /// Claims an order; false if another worker is reserving nonces of this wallet.
    private boolean claim(TenantKey tenant, Payable order, long gas) {
        try {
            database.writeAlone(on -> on.get(ExecutionMapper.class)
                    .claim(tenant, order.orderId(), order.agentId(), order.walletId(), UUID.randomUUID(), gas));
            return true;
        } catch (StatementFailure refused) {
            if (refused.sqlState().equals(CHECK_VIOLATION)) {
                postpone(tenant, order, refused.constraint().orElse("a_control"));
                return true;
            } else if (refused.sqlState().equals(TAKEN)) {
                return false;
            }
            throw refused;
        }
    }

    private void postpone(TenantKey tenant, Payable order, String reason) {
        database.writeAlone(
                on -> on.get(ExecutionMapper.class).postpone(tenant, order.orderId(), reason, LATER.toSeconds()));
    }
}
