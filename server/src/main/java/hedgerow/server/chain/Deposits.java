package hedgerow.server.chain;

import hedgerow.mappers.Database;
import hedgerow.mappers.Json;
import hedgerow.mappers.Mappers;
import hedgerow.mappers.StatementFailure;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.webhook.OutboxEventMapper;
import hedgerow.mappers.work.ExecutionMapper;
import hedgerow.mappers.work.ReceivedDeposit;
import hedgerow.mappers.work.ReceivingMapper;
import hedgerow.mappers.work.WatchedAsset;
import hedgerow.mappers.work.WatchedWallet;
import hedgerow.server.http.EventWriter;
import hedgerow.server.http.Log;
import hedgerow.server.pay.Due;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/// Notices what strangers pay to addresses of the tenant in scope, and settles the orders that requested it.
///
/// What arrived is recorded together with the block up to which it was read, before anything is decided; a key keeps a
/// transfer from being recorded twice. Each deposit is then decided in one transaction, which begins with its row:
/// order, attempt, books and event. So is each that a person decided about. A worker may therefore die anywhere, and
/// two may read the same blocks.
public final class Deposits {

    private static final String CHECK_VIOLATION = "23514";
    private static final int POLLS_OF_NOBODY = 30;
    private static final JsonMapper MAPPER = new JsonMapper();

    private record Account(String code, String name, String kind) {}

    private static final Account SALES = new Account("sales", "Sales", "revenue");
    private static final Account IN_REVIEW = new Account("deposits_in_review", "Deposits in review", "liability");
    private static final Account KEPT = new Account("deposits_kept", "Deposits that pay no order", "liability");

    private final Database database;
    private final EventWriter events;
    private final MeterRegistry metrics;
    private final Map<String, Chain> chains;
    private final int confirmations;
    private final Duration poll;
    private final Map<String, Incoming> incoming = new ConcurrentHashMap<>();

    private Deposits(Database database, ChainSettings settings, EventWriter events, MeterRegistry metrics) {
        this.database = database;
        this.events = events;
        this.metrics = metrics;
        this.chains = Chain.all(settings);
        this.confirmations = settings.chainConfirmations();
        this.poll = settings.chainPoll();
    }

    /// The deposits over a database; empty if no chain is configured.
    ///
    /// @param database binds each connection to the tenant in scope, as the worker's login
    public static Optional<Deposits> over(
            Database database, ChainSettings settings, EventWriter events, MeterRegistry metrics) {
        return settings.chainEndpoints().isEmpty()
                ? Optional.empty()
                : Optional.of(new Deposits(database, settings, events, metrics));
    }

    /// Does a bounded part of the work, and returns when more is due; never if nobody was asked for a payment lately.
    public Due run(TenantKey tenant) {
        var codes = List.copyOf(chains.keySet());
        var wallets = database.read(on -> on.get(ReceivingMapper.class).wallets(tenant, codes));
        var byChain = wallets.stream().collect(Collectors.groupingBy(WatchedWallet::chain));
        byChain.forEach((code, watched) -> read(tenant, code, watched));
        var received = database.read(on -> on.get(ReceivingMapper.class).received(tenant));
        received.forEach(one -> decide(tenant, one));
        var asked = database.read(on -> on.get(ReceivingMapper.class).asked(tenant));
        asked.forEach(one -> carryOut(tenant, one));
        expire(tenant);
        var isAwaited = database.read(on -> on.get(ReceivingMapper.class).nextEnd(tenant)) != null;
        if (release(tenant) > 0 || !isAwaited) {
            byChain.forEach((code, watched) -> rest(tenant, code, watched));
        }
        if (wallets.isEmpty() && received.isEmpty() && asked.isEmpty()) {
            return Due.NEVER;
        }
        return Due.after(isAwaited ? poll : poll.multipliedBy(POLLS_OF_NOBODY));
    }

    // --- what arrived --------------------------------------------------------------------------------------------

    /// Reads on for some addresses of a chain. An unreachable chain holds up only its own payments.
    private void read(TenantKey tenant, String code, List<WatchedWallet> wallets) {
        try {
            var assets = database.read(on -> on.get(ReceivingMapper.class).assets(code));
            incoming.computeIfAbsent(code, _ -> new Incoming(chains.get(code), confirmations))
                    .read(watch(wallets, assets))
                    .ifPresent(seen -> record(tenant, code, wallets, assets, seen));
        } catch (ChainUnreachable e) {
            metrics.counter("hedgerow.chain.unreachable", "chain", code).increment();
            Log.write(Level.WARNING, "chain unreachable", Map.of("chain", code));
        }
    }

    private static Incoming.Watch watch(List<WatchedWallet> wallets, List<WatchedAsset> assets) {
        return new Incoming.Watch(
                wallets.stream().mapToLong(WatchedWallet::scannedBlock).min().orElseThrow(),
                wallets.stream().map(WatchedWallet::recipient).collect(Collectors.toSet()),
                assets.stream()
                        .flatMap(asset -> Optional.ofNullable(asset.contract()).stream())
                        .collect(Collectors.toSet()),
                wallets.stream().anyMatch(WatchedWallet::coins));
    }

    private void record(
            TenantKey tenant, String code, List<WatchedWallet> wallets, List<WatchedAsset> assets, Incoming.Seen seen) {
        var rows = MAPPER.createArrayNode();
        seen.arrivals()
                .forEach(one -> rows.addObject()
                        .put("asset", code(assets, one))
                        .put("recipient", one.recipient())
                        .put("sender", one.sender())
                        .put("amount", one.amount())
                        .put("hash", one.hash())
                        .put("log", one.log().orElse(null))
                        .put("block", one.block())
                        .put("block_hash", one.blockHash())
                        .put("time", one.time().toString()));
        var recipients = recipients(wallets);
        database.writeAlone(on -> on.get(ReceivingMapper.class)
                .record(tenant, code, recipients, seen.block(), seen.time(), new Json(rows.toString())));
    }

    private static String code(List<WatchedAsset> assets, Incoming.Arrival arrival) {
        return assets.stream()
                .filter(asset -> Optional.ofNullable(asset.contract()).equals(arrival.contract()))
                .findFirst()
                .orElseThrow()
                .code();
    }

    // --- settlement ----------------------------------------------------------------------------------------------

    /// Settles the order that requested a deposit, or puts it up for people to decide.
    private void decide(TenantKey tenant, UUID deposit) {
        try {
            database.write(on -> {
                on.get(ReceivingMapper.class).take(tenant, deposit).ifPresent(one -> {
                    if (one.reason() == null) {
                        settle(on, tenant, one);
                    } else {
                        review(on, tenant, one, one.reason());
                    }
                });
                return null;
            });
        } catch (StatementFailure refused) {
            if (!refused.sqlState().equals(CHECK_VIOLATION)) {
                throw refused;
            }
            database.write(on -> {
                on.get(ReceivingMapper.class)
                        .take(tenant, deposit)
                        .ifPresent(one -> review(on, tenant, one, one.reason() == null ? "refused" : one.reason()));
                return null;
            });
        }
    }

    private void settle(Mappers on, TenantKey tenant, ReceivedDeposit deposit) {
        var attempt = UUID.randomUUID();
        if (!pay(on, tenant, deposit, attempt)) {
            review(on, tenant, deposit, "order_closed");
            return;
        }
        post(on, tenant, deposit, deposit.id(), attempt, wallet(deposit), SALES);
        end(on, tenant, deposit);
    }

    /// Makes a deposit the one attempt that pays its order; false if that is over, or is executed otherwise.
    private static boolean pay(Mappers on, TenantKey tenant, ReceivedDeposit deposit, UUID attempt) {
        var receiving = on.get(ReceivingMapper.class);
        var execution = on.get(ExecutionMapper.class);
        receiving.accept(tenant, deposit.orderId());
        if (receiving.begin(tenant, deposit.orderId(), attempt) == 0) {
            return false;
        }
        execution.endAttempt(tenant, attempt, "submitted", deposit.transactionHash(), null, null);
        execution.endAttempt(tenant, attempt, "succeeded", deposit.transactionHash(), null, null);
        receiving.decide(tenant, deposit.id(), "settled", null, deposit.orderId());
        receiving.hold(tenant, deposit.orderId());
        receiving.note(tenant, deposit.id(), attempt, externalId(deposit));
        return true;
    }

    private void end(Mappers on, TenantKey tenant, ReceivedDeposit deposit) {
        var paid = on.get(ExecutionMapper.class)
                .endOrder(tenant, deposit.orderId(), "succeeded")
                .orElseThrow();
        on.last(OutboxEventMapper.class).add(tenant, events.event("payment_order", "succeeded", paid));
        count("settled");
    }

    /// A transaction may move several amounts.
    private static String externalId(ReceivedDeposit deposit) {
        var log = Optional.ofNullable(deposit.logIndex()).map(index -> "/" + index);
        return deposit.chain() + "/" + deposit.transactionHash() + log.orElse("");
    }

    private void review(Mappers on, TenantKey tenant, ReceivedDeposit deposit, String reason) {
        var reviewed =
                on.get(ReceivingMapper.class).decide(tenant, deposit.id(), "needs_review", reason, deposit.orderId());
        post(on, tenant, deposit, deposit.id(), null, wallet(deposit), IN_REVIEW);
        on.last(OutboxEventMapper.class).add(tenant, events.event("deposit", "needs_review", reviewed));
        count("needs_review");
    }

    /// The account of an address is what the chain has for it, whoever it is for.
    private static Account wallet(ReceivedDeposit deposit) {
        return new Account("wallet_" + deposit.recipient().substring(2), "Wallet " + deposit.recipient(), "asset");
    }

    private static void post(
            Mappers on,
            TenantKey tenant,
            ReceivedDeposit deposit,
            UUID transaction,
            UUID attempt,
            Account debit,
            Account credit) {
        var accounts = MAPPER.createArrayNode();
        for (var account : List.of(debit, credit)) {
            accounts.addObject()
                    .put("code", account.code())
                    .put("name", account.name())
                    .put("kind", account.kind())
                    .put("unit", deposit.asset());
        }
        on.last(ExecutionMapper.class).openAccounts(tenant, new Json(accounts.toString()));
        on.last(ReceivingMapper.class).post(tenant, deposit.id(), transaction, attempt, debit.code(), credit.code());
    }

    private void count(String outcome) {
        metrics.counter("hedgerow.chain.deposits", "outcome", outcome).increment();
    }

    // --- decisions of people -------------------------------------------------------------------------------------

    /// Carries out what a person decided. A decision that no longer fits is taken back: the person decides again.
    private void carryOut(TenantKey tenant, UUID deposit) {
        try {
            database.write(on -> {
                on.get(ReceivingMapper.class).takeAsked(tenant, deposit).ifPresent(one -> carryOut(on, tenant, one));
                return null;
            });
        } catch (StatementFailure refused) {
            if (!refused.sqlState().equals(CHECK_VIOLATION)) {
                throw refused;
            }
            database.write(on -> {
                on.get(ReceivingMapper.class)
                        .takeAsked(tenant, deposit)
                        .ifPresent(one -> putBack(on, tenant, one, one.reason() == null ? "refused" : one.reason()));
                return null;
            });
        }
    }

    private void carryOut(Mappers on, TenantKey tenant, ReceivedDeposit deposit) {
        var attempt = UUID.randomUUID();
        if (deposit.reason() != null) {
            putBack(on, tenant, deposit, deposit.reason());
        } else if (!deposit.asked().equals("paid")) {
            var decided = on.get(ReceivingMapper.class).decide(tenant, deposit.id(), deposit.asked(), null, null);
            var credited = deposit.asked().equals("kept") ? KEPT : wallet(deposit);
            post(on, tenant, deposit, UUID.randomUUID(), null, IN_REVIEW, credited);
            on.last(OutboxEventMapper.class).add(tenant, events.event("deposit", deposit.asked(), decided));
            count(deposit.asked());
        } else if (pay(on, tenant, deposit, attempt)) {
            post(on, tenant, deposit, UUID.randomUUID(), attempt, IN_REVIEW, SALES);
            end(on, tenant, deposit);
        } else {
            putBack(on, tenant, deposit, "order_closed");
        }
    }

    private void putBack(Mappers on, TenantKey tenant, ReceivedDeposit deposit, String reason) {
        var reviewed = on.get(ReceivingMapper.class).putBack(tenant, deposit.id(), reason);
        on.last(OutboxEventMapper.class).add(tenant, events.event("deposit", "needs_review", reviewed));
    }

    // --- the end of requests -------------------------------------------------------------------------------------

    private void expire(TenantKey tenant) {
        database.write(on -> {
            var expired = on.get(ReceivingMapper.class).expire(tenant);
            expired.forEach(order ->
                    on.get(OutboxEventMapper.class).add(tenant, events.event("payment_order", "expired", order)));
            return expired;
        });
    }

    private int release(TenantKey tenant) {
        return database.writeAlone(on -> on.get(ReceivingMapper.class).release(tenant));
    }

    /// Watches addresses no longer at which nobody can pay any more.
    private void rest(TenantKey tenant, String code, List<WatchedWallet> wallets) {
        var recipients = recipients(wallets);
        database.write(on -> {
            on.get(ReceivingMapper.class).lock(tenant, code, recipients);
            return on.get(ReceivingMapper.class).rest(tenant, code, recipients);
        });
    }

    private static List<String> recipients(List<WatchedWallet> wallets) {
        return wallets.stream().map(WatchedWallet::recipient).toList();
    }
}
