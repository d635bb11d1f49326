package hedgerow.server.chain;

import hedgerow.mappers.Database;
import hedgerow.mappers.Json;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.ExecutionMapper;
import hedgerow.mappers.work.KeptSignature;
import hedgerow.mappers.work.OpenNonce;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.web3j.crypto.Hash;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionEncoder;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/// Signs reserved transactions, and signs those that are stuck or to be canceled again with a higher fee:
/// always for the nonce of its attempt, and always stored before anybody else sees it.
final class Signatures {

    private static final BigInteger PLAIN_TRANSFER = BigInteger.valueOf(21_000);
    private static final int MOST_VERSIONS = 100;
    private static final String PAY = "pay";
    private static final String CANCEL = "cancel";
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Database database;
    private final Signer signer;
    private final BigInteger cap;
    private final Duration stuckAfter;

    Signatures(Database database, Signer signer, BigInteger cap, Duration stuckAfter) {
        this.database = database;
        this.signer = signer;
        this.cap = cap;
        this.stuckAfter = stuckAfter;
    }

    private record Version(OpenNonce nonce, int number, String kind, Fees fees) {}

    /// Signs first versions of nonces that have none.
    void first(TenantKey tenant, Chain chain, List<OpenNonce> reserved) {
        if (!reserved.isEmpty()) {
            // Something must be signed for a reserved nonce in the end; above the cap it waits.
            chain.fees(cap)
                    .ifPresent(fees -> keep(
                            tenant,
                            chain,
                            reserved.stream()
                                    .map(one -> new Version(one, 1, CANCEL.equals(one.asked()) ? CANCEL : PAY, fees))
                                    .toList()));
        }
    }

    /// Signs further versions of nonces without a receipt, with these stored versions; false if none is due.
    boolean further(TenantKey tenant, Chain chain, Map<OpenNonce, List<KeptSignature>> unseen) {
        var due = unseen.entrySet().stream()
                .filter(one -> needsAnother(one.getKey(), one.getValue().getLast()))
                .toList();
        if (due.isEmpty()) {
            return false;
        }
        chain.fees(cap).ifPresent(present -> {
            var versions = new ArrayList<Version>();
            for (var one : due) {
                var newest = one.getValue().getLast();
                var kind = CANCEL.equals(one.getKey().asked()) ? CANCEL : newest.kind();
                var fees = present.above(new Fees(newest.maxFee(), newest.maxPriorityFee()));
                if (fees.within(cap) && newest.number() < MOST_VERSIONS) {
                    versions.add(new Version(one.getKey(), newest.number() + 1, kind, fees));
                }
            }
            keep(tenant, chain, versions);
        });
        return true;
    }

    private boolean needsAnother(OpenNonce nonce, KeptSignature newest) {
        var canceled = CANCEL.equals(nonce.asked()) && newest.kind().equals(PAY);
        return nonce.status().equals("signed") && (canceled || newest.ageSeconds() > stuckAfter.toMillis() / 1e3);
    }

    private void keep(TenantKey tenant, Chain chain, List<Version> versions) {
        var rows = MAPPER.createArrayNode();
        versions.stream()
                .collect(Collectors.groupingBy(version -> version.nonce().walletId()))
                .forEach((wallet, own) -> add(rows, own, signed(tenant, chain, wallet, own)));
        if (!rows.isEmpty()) {
            database.writeAlone(on -> on.get(ExecutionMapper.class).keep(tenant, new Json(rows.toString())));
        }
    }

    private static void add(ArrayNode rows, List<Version> versions, List<Optional<byte[]>> signed) {
        for (var i = 0; i < versions.size(); i++) {
            var version = versions.get(i);
            signed.get(i)
                    .ifPresent(raw -> rows.addObject()
                            .put("id", version.nonce().id().toString())
                            .put("number", version.number())
                            .put("kind", version.kind())
                            .put("transaction_hash", "0x" + HexFormat.of().formatHex(Hash.sha3(raw)))
                            .put("raw", HexFormat.of().formatHex(raw))
                            .put("max_fee", version.fees().most())
                            .put("max_priority_fee", version.fees().priority()));
        }
    }

    /// The signed versions of a wallet; empty while the signer has no key for it: the nonces stay reserved.
    private List<Optional<byte[]>> signed(TenantKey tenant, Chain chain, UUID wallet, List<Version> versions) {
        var transactions =
                versions.stream().map(version -> transaction(chain, version)).toList();
        var digests = transactions.stream()
                .map(transaction -> Hash.sha3(TransactionEncoder.encode(transaction)))
                .toList();
        var address = versions.getFirst().nonce().walletAddress();
        var signatures = signer.sign(tenant, wallet, address, digests);
        return IntStream.range(0, versions.size())
                .mapToObj(i -> signatures.get(i).map(one -> TransactionEncoder.encode(transactions.get(i), one)))
                .toList();
    }

    /// The transaction of a version. A cancellation sends nothing to the wallet itself.
    private static RawTransaction transaction(Chain chain, Version version) {
        var nonce = version.nonce();
        var cancels = version.kind().equals(CANCEL);
        var transfer = cancels
                ? new Transfer(nonce.walletAddress(), Optional.empty(), nonce.walletAddress(), BigInteger.ZERO)
                : new Transfer(
                        nonce.walletAddress(),
                        Optional.ofNullable(nonce.contract()),
                        nonce.recipient(),
                        nonce.amount());
        return RawTransaction.createTransaction(
                chain.id(),
                BigInteger.valueOf(nonce.nonce()),
                cancels ? PLAIN_TRANSFER : BigInteger.valueOf(nonce.gasLimit()),
                transfer.to(),
                transfer.value(),
                transfer.data().substring(2),
                version.fees().priority(),
                version.fees().most());
    }
}
