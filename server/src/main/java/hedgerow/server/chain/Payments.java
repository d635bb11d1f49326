package hedgerow.server.chain;

import hedgerow.mappers.Database;
import hedgerow.mappers.Json;
import hedgerow.mappers.StatementFailure;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.ExecutionMapper;
import hedgerow.mappers.work.Held;
import hedgerow.mappers.work.Payable;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/// Begins payments: checks on the chain whether orders can be paid now, and if so takes those of a wallet and
/// reserves its next nonces for them, in one statement. An order that cannot be paid waits, with a reason.
final class Payments {

    private static final Duration LATER = Duration.ofSeconds(30);
    private static final BigInteger SPARE = BigInteger.valueOf(120);
    private static final BigInteger HUNDRED = BigInteger.valueOf(100);
    private static final String CHECK_VIOLATION = "23514";
    private static final String TAKEN = "23505";
    private static final byte[] PROBE = new byte[32];
    private static final JsonMapper MAPPER = new JsonMapper();

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
        var reasons = new LinkedHashMap<Payable, String>();
        orders.forEach(order -> unpayable(order).ifPresent(reason -> reasons.put(order, reason)));
        postpone(tenant, reasons);
        var payable =
                orders.stream().filter(order -> !reasons.containsKey(order)).toList();
        if (payable.isEmpty()) {
            return;
        }
        var fees = chain.fees(cap);
        if (fees.isEmpty()) {
            postpone(tenant, payable, "fees_above_cap");
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
        var accounts = chain.accounts(first.walletAddress(), contracts);
        var used = accounts.stream().mapToLong(Chain.Account::nonce).max().orElseThrow();
        var held = held(tenant, first.walletId(), accounts, fees);
        var next = held.isEmpty() ? 0 : held.getLast().nonce() + 1;
        if (used > next) {
            // Somebody else has used the key, or this database is older than its chain.
            wallets.freeze(tenant, first.walletId());
            postpone(tenant, orders, "wallet_used_elsewhere");
        } else if (signer.sign(tenant, first.walletId(), first.walletAddress(), List.of(PROBE))
                .getFirst()
                .isEmpty()) {
            postpone(tenant, orders, "wallet_cannot_sign");
        } else {
            pay(tenant, chain, orders, Purse.of(accounts, held, fees), next);
        }
    }

    /// The payments that a node may not have taken off the balance yet, and the one before them, by which the next
    /// nonce is known.
    private List<Held> held(TenantKey tenant, UUID wallet, List<Chain.Account> accounts, Fees fees) {
        var from = accounts.stream().mapToLong(Chain.Account::nonce).min().orElseThrow() - 1;
        return database.read(on -> on.get(ExecutionMapper.class).held(tenant, wallet, from, fees.most()));
    }

    /// The balance that a wallet has left for further payments.
    private record Purse(Fees fees, Map<String, BigInteger> left) {

        /// The lowest that any node reports, so that a lagging node promises nothing. A node has taken the payments for
        /// the nonces before the account's off its balances; the others are still to leave.
        static Purse of(List<Chain.Account> accounts, List<Held> held, Fees fees) {
            var lowest = new HashMap<String, BigInteger>();
            for (var account : accounts) {
                var left = new HashMap<>(account.balances());
                held.stream().filter(one -> one.nonce() >= account.nonce()).forEach(one -> {
                    left.merge("", one.fee(), BigInteger::subtract);
                    left.computeIfPresent(key(one.contract()), (_, sum) -> sum.subtract(one.amount()));
                });
                left.forEach((of, sum) -> lowest.merge(of, sum, BigInteger::min));
            }
            return new Purse(fees, lowest);
        }

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

    private void pay(TenantKey tenant, Chain chain, List<Payable> orders, Purse purse, long next) {
        var reasons = new LinkedHashMap<Payable, String>();
        var covered = orders.stream().filter(purse::covers).toList();
        orders.stream()
                .filter(order -> !purse.covers(order))
                .forEach(order -> reasons.put(order, "insufficient_funds"));
        var estimates = chain.estimates(covered.stream().map(Payments::transfer).toList());
        var claims = new ArrayList<Claim>();
        for (var i = 0; i < covered.size(); i++) {
            var order = covered.get(i);
            var gas = estimates.get(i).map(one -> one.multiply(SPARE).divide(HUNDRED));
            if (gas.isEmpty()) {
                reasons.put(order, "payment_would_fail");
            } else if (!purse.take(order, gas.get())) {
                reasons.put(order, "insufficient_funds");
            } else {
                claims.add(new Claim(order, gas.get().longValueExact()));
            }
        }
        postpone(tenant, reasons);
        claim(tenant, claims, next);
    }

    private static Transfer transfer(Payable order) {
        return new Transfer(
                order.walletAddress(), Optional.ofNullable(order.contract()), order.recipient(), order.amount());
    }

    // --- taking orders -------------------------------------------------------------------------------------------

    private record Claim(Payable order, long gas) {}

    /// Claims orders of one wallet together, and returns how many it got. If a control refuses one, halves of them are
    /// tried until it is alone: it waits with its own reason, and the others are paid, the older ones first.
    ///
    /// @param next the wallet's first nonce that was not reserved when its balance was known. If another worker has
    ///     reserved it meanwhile, and so may have spent the balance, nothing more is claimed.
    private OptionalInt claim(TenantKey tenant, List<Claim> claims, long next) {
        if (claims.isEmpty()) {
            return OptionalInt.of(0);
        }
        try {
            var wallet = claims.getFirst().order().walletId();
            return OptionalInt.of(
                    database.writeAlone(on -> on.get(ExecutionMapper.class).claim(tenant, wallet, next, rows(claims))));
        } catch (StatementFailure refused) {
            if (refused.sqlState().equals(TAKEN)) {
                return OptionalInt.empty();
            } else if (!refused.sqlState().equals(CHECK_VIOLATION)) {
                throw refused;
            } else if (claims.size() == 1) {
                var order = claims.getFirst().order();
                postpone(tenant, List.of(order), refused.constraint().orElse("a_control"));
                return OptionalInt.of(0);
            }
            return claimHalves(tenant, claims, next);
        }
    }

    private OptionalInt claimHalves(TenantKey tenant, List<Claim> claims, long next) {
        var half = claims.size() / 2;
        var first = claim(tenant, claims.subList(0, half), next);
        if (first.isEmpty()) {
            return first;
        }
        var second = claim(tenant, claims.subList(half, claims.size()), next + first.getAsInt());
        return second.isEmpty() ? second : OptionalInt.of(first.getAsInt() + second.getAsInt());
    }

    private static Json rows(List<Claim> claims) {
        var rows = MAPPER.createArrayNode();
        claims.forEach(one -> rows.addObject()
                .put("id", one.order().orderId().toString())
                .put("agent", one.order().agentId().toString())
                .put("attempt", UUID.randomUUID().toString())
                .put("gas_limit", one.gas()));
        return new Json(rows.toString());
    }

    // --- waiting -------------------------------------------------------------------------------------------------

    private void postpone(TenantKey tenant, Map<Payable, String> reasons) {
        reasons.keySet().stream()
                .collect(Collectors.groupingBy(reasons::get))
                .forEach((reason, orders) -> postpone(tenant, orders, reason));
    }

    /// Has orders that nobody has begun to pay wait for a while.
    void postpone(TenantKey tenant, List<Payable> orders, String reason) {
        var ids = orders.stream().map(Payable::orderId).toList();
        database.writeAlone(on -> on.get(ExecutionMapper.class).postpone(tenant, ids, reason, LATER.toSeconds()));
    }
}
