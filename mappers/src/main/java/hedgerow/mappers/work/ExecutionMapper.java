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

/// The worker's statements that execute payments on a chain. Each is conditional on the state that it
/// leaves: whoever comes second changes nothing.
public interface ExecutionMapper {

    /// Up to 50 orders that may be executed now on one of these chains, the oldest first.
    List<Payable> payable(TenantKey tenant, List<String> chains);

    /// The reserved amounts, by wallet and asset.
    List<Held> held(@Param("tenant") TenantKey tenant);

    /// Takes the order, begins an attempt, and reserves the wallet's next nonce for it; returns the number
    /// of orders, 0 or 1.
    ///
    /// @param wallet the wallet from which the agent must still pay
    int claim(TenantKey tenant, UUID order, UUID agent, UUID wallet, UUID attempt, long gasLimit);

    /// Records why an order is not executed, and schedules the next try; returns the number of orders.
    int postpone(TenantKey tenant, UUID order, String reason, double seconds);

    /// The time at which an order is to be tried again; null: none is.
    Instant nextTry(TenantKey tenant, List<String> chains);

    /// Up to 200 unsettled nonces on these chains, in their order.
    List<OpenNonce> open(TenantKey tenant, List<String> chains);

    /// Every version that was signed for these transactions.
    List<KeptSignature> signatures(TenantKey tenant, Collection<UUID> chainTransactionIds);

    /// The keys of these wallets.
    List<SealedKey> keys(TenantKey tenant, Collection<UUID> walletIds);

    /// Stores signatures: a list of `id`, `number`, `kind`, `transaction_hash`, `raw`, `max_fee`,
    /// `max_priority_fee`. From then on their attempts are submitted. Returns the number of signatures.
    int keep(TenantKey tenant, Json signatures);

    /// Records where transactions were mined: a list of `id`, `status`, `transaction_hash`, `block_number`,
    /// `block_hash`. The status `signed` is for one that is no longer mined. Returns the number of
    /// transactions.
    int note(TenantKey tenant, Json sightings);

    /// Settles a nonce or puts it up for review; returns the number of nonces, 0 or 1.
    ///
    /// @param from the status that it has
    /// @param reason null: nothing is to be reviewed
    /// @param fee null: not known
    int settle(TenantKey tenant, UUID id, String from, String status, String reason, BigInteger fee);

    /// Ends an attempt; returns the number of attempts.
    ///
    /// @param error null: it succeeded
    int endAttempt(TenantKey tenant, UUID attempt, String status, String hash, String error, String message);

    /// Moves an order that is under way; empty if it is not.
    Optional<PaymentOrder> endOrder(TenantKey tenant, UUID order, String status);

    /// Records what the chain did; returns the number of records.
    int record(TenantKey tenant, UUID attempt, String externalId, BigInteger amount, String hash, long block);

    /// Confirms the record of an attempt; returns the number of records.
    int confirmRecord(TenantKey tenant, UUID attempt);

    /// Opens an account of the books unless it exists; returns the number of accounts.
    ///
    /// @param attempt the attempt that needs the account
    int openAccount(TenantKey tenant, UUID attempt, String code, String name, String kind, String unit);

    /// Posts a debit to one account and the credit to another; returns the number of entries. A second
    /// posting of the same kind for an attempt is refused.
    int post(
            TenantKey tenant,
            UUID attempt,
            String posting,
            UUID transaction,
            String debit,
            String credit,
            String unit,
            BigInteger amount);

    /// Writes to the log of the agent that executes the order; returns the number of entries.
    int log(TenantKey tenant, UUID order, String kind, String message);

    /// The last nonce that a wallet has reserved; empty if it has none.
    Optional<Long> lastNonce(TenantKey tenant, UUID wallet);

    /// Freezes an active wallet; empty if it is not active.
    Optional<Wallet> freeze(TenantKey tenant, UUID wallet);
}
