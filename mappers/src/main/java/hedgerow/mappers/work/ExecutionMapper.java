package hedgerow.mappers.work;

import hedgerow.mappers.Json;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.payment.PaymentOrder;
import hedgerow.mappers.wallet.Wallet;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.ibatis.annotations.Param;

/// The way of payments to a chain, as the worker goes it. Each statement is conditional on the state that it leaves:
/// whoever comes second changes nothing.
public interface ExecutionMapper {

    /// Up to 50 orders that may be executed now on one of these chains, the oldest first.
    List<Payable> payable(TenantKey tenant, List<String> chains);

    /// What is reserved, by wallet and asset.
    List<Held> held(@Param("tenant") TenantKey tenant);

    /// Takes the order, begins an attempt, and reserves the wallet's next nonce for it: how many orders, 0 or 1.
    ///
    /// @param wallet from which the agent pays, still
    int claim(TenantKey tenant, UUID order, UUID agent, UUID wallet, UUID attempt, long gasLimit);

    /// Notes why an order is not executed, and tries it again after a while. How many.
    int postpone(TenantKey tenant, UUID order, String reason, double seconds);

    /// When an order is to be tried again; null: none is.
    Instant nextTry(TenantKey tenant, List<String> chains);

    /// Up to 200 nonces on these chains that are not settled, in their order.
    List<OpenNonce> open(TenantKey tenant, List<String> chains);

    /// Every version that was signed for these.
    List<KeptSignature> signatures(TenantKey tenant, Collection<UUID> chainTransactionIds);

    /// The keys of these wallets.
    List<SealedKey> keys(TenantKey tenant, Collection<UUID> walletIds);

    /// Keeps signatures: a list of `id`, `number`, `kind`, `transaction_hash`, `raw`, `max_fee`, `max_priority_fee`.
    /// Their attempts are submitted from then on; how many.
    int keep(TenantKey tenant, Json signatures);

    /// Notes where transactions were mined: a list of `id`, `status`, `transaction_hash`, `block_number`, `block_hash`.
    /// `signed` is for one that is no longer there. How many.
    int note(TenantKey tenant, Json sightings);

    /// Ends a nonce, or has people look at it; how many, 0 or 1.
    ///
    /// @param from the status that it has
    /// @param reason null: nothing is to be reviewed
    /// @param fee null: not known
    int settle(TenantKey tenant, UUID id, String from, String status, String reason, BigInteger fee);

    /// Ends an attempt; how many.
    ///
    /// @param error null: it succeeded
    int endAttempt(TenantKey tenant, UUID attempt, String status, String hash, String error, String message);

    /// Moves an order that is under way; empty if it is not.
    Optional<PaymentOrder> endOrder(TenantKey tenant, UUID order, String status);

    /// Records what the chain did; how many.
    int record(TenantKey tenant, UUID attempt, String externalId, BigInteger amount, String hash, long block);

    /// Confirms what was recorded of an attempt; how many.
    int confirmRecord(TenantKey tenant, UUID attempt);

    /// Opens an account of the books unless there is one; how many.
    ///
    /// @param attempt which makes it necessary
    int openAccount(TenantKey tenant, UUID attempt, String code, String name, String kind, String unit);

    /// Posts a debit to one account and the credit to another: how many entries. A second posting of the kind for an
    /// attempt is refused.
    int post(
            TenantKey tenant,
            UUID attempt,
            String posting,
            UUID transaction,
            String debit,
            String credit,
            String unit,
            BigInteger amount);

    /// Writes into the log of the agent that executes the order; how many entries.
    int log(TenantKey tenant, UUID order, String kind, String message);

    /// Freezes a wallet that is active; empty if it is not.
    Optional<Wallet> freeze(TenantKey tenant, UUID wallet);
}
