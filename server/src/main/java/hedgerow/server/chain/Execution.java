package hedgerow.server.chain;

import hedgerow.mappers.Database;
import hedgerow.mappers.Json;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.ExecutionMapper;
import hedgerow.mappers.work.KeptSignature;
import hedgerow.mappers.work.OpenNonce;
import hedgerow.mappers.work.Payable;
import hedgerow.server.http.EventWriter;
import hedgerow.server.http.Log;
import hedgerow.server.http.SecretBox;
import hedgerow.server.pay.Due;
import hedgerow.server.pay.Uptime;
import hedgerow.server.provider.PaymentRail;
import hedgerow.server.settings.HexKey;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/// Executes orders on chains: one pass for the tenant in scope.
///
/// Exactly-once execution relies on rows, not on the memory of a process. An attempt has one nonce of its
/// wallet, for ever; a chain mines one transaction for a nonce; only stored transactions are sent; and a
/// second attempt requires the first to have failed, which requires its nonce to have been used up by
/// something else, deep enough. A worker may therefore die anywhere, and two may work for one wallet:
/// whoever comes second changes nothing ([execution.md](../../docs/execution.md)).
public final class Execution implements PaymentRail {

    private static final BigInteger GWEI = BigInteger.TEN.pow(9);
    private static final int RESEND_AFTER_POLLS = 5;
    private static final int MOST_AT_ONCE = 50; // the number of orders that one statement returns
    private static final int MOST_REMEMBERED = 10_000;
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Database database;
    private final Map<String, Chain> chains;
    private final List<String> codes;
    private final int confirmations;
    private final Duration poll;
    private final Payments payments;
    private final Signatures signatures;
    private final Settlement settlement;
    private final MeterRegistry metrics;

    /// The time at which each transaction was sent, by hash: it is sent again after a while, and at once by
    /// a process that has no record of it.
    private final Map<String, Duration> sent = new ConcurrentHashMap<>();

    private Execution(
            Database database, ChainSettings settings, EventWriter events, Signer signer, MeterRegistry metrics) {
        var cap = GWEI.multiply(BigInteger.valueOf(settings.chainMaxFee()));
        this.database = database;
        this.chains = Chain.all(settings);
        this.codes = List.copyOf(chains.keySet());
        this.confirmations = settings.chainConfirmations();
        this.poll = settings.chainPoll();
        var wallets = new Wallets(database, events);
        this.payments = new Payments(database, signer, wallets, cap);
        this.signatures = new Signatures(database, signer, cap, settings.chainStuckAfter());
        this.settlement = new Settlement(database, events, wallets, metrics);
        this.metrics = metrics;
    }

    /// The execution over a database; empty if no chain is configured.
    ///
    /// @param database binds each connection to the tenant in scope, as the worker's login
    public static Optional<Execution> over(
            Database database, ChainSettings settings, EventWriter events, MeterRegistry metrics) {
        var box = new SecretBox(settings.walletKey().map(HexKey::bytes), "wallet-key");
        var signer = new SealedSigner(
                database, box, settings.signer().map(Signer::remote).orElseGet(Signer::none));
        return settings.chainEndpoints().isEmpty()
                ? Optional.empty()
                : Optional.of(new Execution(database, settings, events, signer, metrics));
    }

    @Override
    public Due run(TenantKey tenant) {
        var payable = database.read(on -> on.get(ExecutionMapper.class).payable(tenant, codes));
        payable.stream()
                .collect(Collectors.groupingBy(Payable::chain))
                .forEach((code, orders) -> begin(tenant, code, orders));
        var open = signed(tenant, open(tenant));
        open.forEach((code, nonces) -> withChain(code, chain -> follow(tenant, chain, nonces)));
        if (payable.size() == MOST_AT_ONCE) {
            return Due.AT_ONCE;
        } else if (!open.isEmpty()) {
            return Due.after(poll);
        }
        return Due.at(database.read(on -> on.get(ExecutionMapper.class).nextTry(tenant, codes)));
    }

    /// Begins the payments of a chain. Those of one that cannot be reached wait, so that others get their places.
    private void begin(TenantKey tenant, String code, List<Payable> orders) {
        if (!withChain(code, chain -> payments.begin(tenant, chain, orders))) {
            payments.postpone(tenant, orders, "chain_unreachable");
        }
    }

    /// The open nonces, after those that are reserved were signed.
    private Map<String, List<OpenNonce>> signed(TenantKey tenant, Map<String, List<OpenNonce>> open) {
        if (open.values().stream().flatMap(List::stream).noneMatch(Execution::isReserved)) {
            return open;
        }
        open.forEach((code, nonces) -> withChain(
                code,
                chain -> signatures.first(
                        tenant,
                        chain,
                        nonces.stream().filter(Execution::isReserved).toList())));
        return open(tenant);
    }

    private static boolean isReserved(OpenNonce nonce) {
        return nonce.status().equals("reserved");
    }

    private Map<String, List<OpenNonce>> open(TenantKey tenant) {
        return database.read(on -> on.get(ExecutionMapper.class).open(tenant, codes)).stream()
                .collect(Collectors.groupingBy(OpenNonce::chain));
    }

    @FunctionalInterface
    private interface Part {
        void on(Chain chain);
    }

    /// Runs a part for a chain; whether it could be reached. An unreachable chain holds up only its own payments.
    private boolean withChain(String code, Part part) {
        try {
            part.on(chains.get(code));
            return true;
        } catch (ChainUnreachable e) {
            metrics.counter("hedgerow.chain.unreachable", "chain", code).increment();
            Log.write(Level.WARNING, "chain unreachable", Map.of("chain", code));
            return false;
        }
    }

    // --- from a signature to a fact ------------------------------------------------------------------------------

    private void follow(TenantKey tenant, Chain chain, List<OpenNonce> nonces) {
        var kept = kept(tenant, nonces);
        var sight = chain.look(kept.values().stream()
                .flatMap(List::stream)
                .map(KeptSignature::transactionHash)
                .toList());
        note(tenant, kept, sight);
        var unseen = kept.entrySet().stream()
                .filter(one -> sight.sighting(hashes(one.getValue())).isEmpty())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, _) -> one, LinkedHashMap::new));
        send(chain, signatures.further(tenant, chain, unseen) ? kept(tenant, List.copyOf(unseen.keySet())) : unseen);
        settle(tenant, kept, sight);
        reviewUsedElsewhere(tenant, chain, unseen, sight.settledBlock(confirmations));
        nonces.stream()
                .filter(one -> one.status().equals("needs_review"))
                .forEach(one -> resolve(tenant, chain, one, sight.settledBlock(confirmations)));
    }

    private Map<OpenNonce, List<KeptSignature>> kept(TenantKey tenant, List<OpenNonce> nonces) {
        var ids = nonces.stream().map(OpenNonce::id).toList();
        var versions = database.read(on -> on.get(ExecutionMapper.class).signatures(tenant, ids)).stream()
                .collect(Collectors.groupingBy(KeptSignature::chainTransactionId));
        var kept = new LinkedHashMap<OpenNonce, List<KeptSignature>>();
        nonces.stream()
                .filter(one -> versions.containsKey(one.id()))
                .forEach(one -> kept.put(one, versions.get(one.id())));
        return kept;
    }

    private static List<String> hashes(List<KeptSignature> versions) {
        return versions.stream().map(KeptSignature::transactionHash).toList();
    }

    /// Records which transactions a node has seen in a block, and which are no longer there.
    private void note(TenantKey tenant, Map<OpenNonce, List<KeptSignature>> kept, Chain.Sight sight) {
        var rows = MAPPER.createArrayNode();
        kept.forEach((nonce, versions) -> {
            var seen = sight.sighting(hashes(versions));
            var isNews =
                    seen.map(one -> !one.blockHash().equals(nonce.blockHash())).orElse(false);
            if (isNews && !isOurs(nonce)) {
                rows.addObject()
                        .put("id", nonce.id().toString())
                        .put("status", "mined")
                        .put("transaction_hash", seen.get().hash())
                        .put("block_number", seen.get().block())
                        .put("block_hash", seen.get().blockHash());
            } else if (seen.isEmpty() && nonce.status().equals("mined")) {
                rows.addObject()
                        .put("id", nonce.id().toString())
                        .put("status", "signed")
                        .put("transaction_hash", versions.getLast().transactionHash())
                        .putNull("block_number")
                        .putNull("block_hash");
            }
        });
        if (!rows.isEmpty()) {
            database.writeAlone(on -> on.get(ExecutionMapper.class).note(tenant, new Json(rows.toString())));
        }
    }

    /// Whether a nonce is under review although our own transaction used it.
    private static boolean isOurs(OpenNonce nonce) {
        return nonce.reviewReason() != null && !nonce.reviewReason().equals(Settlement.USED_ELSEWHERE);
    }

    /// Puts nonces up for review that were used up at a depth at which each node would have our receipt.
    private void reviewUsedElsewhere(
            TenantKey tenant, Chain chain, Map<OpenNonce, List<KeptSignature>> unseen, long block) {
        if (block < 0) {
            return;
        }
        unseen.keySet().stream()
                .filter(one -> one.status().equals("signed"))
                .collect(Collectors.groupingBy(OpenNonce::walletAddress))
                .forEach((address, nonces) -> {
                    var used = chain.nonceAt(address, block);
                    var suspect =
                            nonces.stream().filter(one -> one.nonce() < used).toList();
                    if (!suspect.isEmpty()) {
                        reviewUnlessOurs(tenant, chain, suspect);
                    }
                });
    }

    /// Another worker may have used a nonce, by a version that it signed after ours were read. And a node may have
    /// answered a batch in any order: what it knew of a nonce is sought again, now that the nonce is used up.
    private void reviewUnlessOurs(TenantKey tenant, Chain chain, List<OpenNonce> suspect) {
        var kept = kept(tenant, suspect);
        var sight = chain.look(kept.values().stream()
                .flatMap(List::stream)
                .map(KeptSignature::transactionHash)
                .toList());
        kept.forEach((one, versions) -> {
            if (sight.sighting(hashes(versions)).isEmpty()) {
                settlement.usedElsewhere(tenant, one);
            }
        });
    }

    /// Sends all versions that are not mined, including those that were just stored.
    private void send(Chain chain, Map<OpenNonce, List<KeptSignature>> unseen) {
        var now = Uptime.now();
        var again = poll.multipliedBy(RESEND_AFTER_POLLS);
        var due = unseen.entrySet().stream()
                .filter(one -> !one.getKey().status().equals("needs_review"))
                .flatMap(one -> one.getValue().stream())
                .filter(one -> !sent.containsKey(one.transactionHash())
                        || Uptime.isOver(sent.get(one.transactionHash()), again))
                .toList();
        chain.send(due.stream().map(KeptSignature::raw).toList());
        if (sent.size() > MOST_REMEMBERED) {
            sent.clear();
        }
        due.forEach(one -> sent.put(one.transactionHash(), now));
    }

    private void settle(TenantKey tenant, Map<OpenNonce, List<KeptSignature>> kept, Chain.Sight sight) {
        var facts = new ArrayList<Settlement.Fact>();
        kept.forEach((nonce, versions) -> sight.fact(hashes(versions), confirmations)
                .ifPresent(receipt -> {
                    var canceled = versions.stream()
                            .anyMatch(one -> one.transactionHash().equals(receipt.hash())
                                    && one.kind().equals("cancel"));
                    facts.add(new Settlement.Fact(nonce, receipt, canceled));
                }));
        settlement.settle(tenant, facts);
    }

    /// Carries out a person's decision. A nonce that we used after all is mined by now, and no longer under
    /// review.
    private void resolve(TenantKey tenant, Chain chain, OpenNonce nonce, long block) {
        switch (Optional.ofNullable(nonce.asked()).orElse("")) {
            case "paid" -> settlement.accepted(tenant, nonce);
            case "not_paid" -> {
                if (isOurs(nonce)) {
                    settlement.rejected(tenant, nonce);
                } else if (block >= 0 && chain.nonceAt(nonce.walletAddress(), block) > nonce.nonce()) {
                    settlement.voided(tenant, nonce);
                }
            }
            default -> {
                // Nobody has decided yet.
            }
        }
    }
}
