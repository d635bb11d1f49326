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

/// The worker's statements that execute payments on a chain. Each is conditional on the state that it
/// leaves: whoever comes second changes nothing.
public interface ExecutionMapper {

    /// Up to 50 orders that may be executed now on one of these chains, the oldest first.
    List<Payable> payable(TenantKey tenant, List<String> chains);

    /// The payments of a wallet for its nonces from one on, in their order, settled or not.
    ///
    /// @param fee the price of gas that each is reckoned with at least
    List<Held> held(TenantKey tenant, UUID wallet, long from, BigInteger fee);

    /// Takes orders that one wallet pays, begins an attempt for each, and reserves the wallet's next nonces for
    /// them in their order: a list of `id`, `agent`, `attempt`, `gas_limit`. Returns the number of orders: those
    /// that somebody else has taken are left out. An order that a control refuses fails the statement, and a nonce
    /// that is reserved by now does too.
    ///
    /// @param wallet the wallet from which the agents must still pay
    /// @param next the first nonce that it has not reserved
    int claim(TenantKey tenant, UUID wallet, long next, Json claims);

    /// Records why orders are not executed, and schedules the next try; returns the number of orders.
    int postpone(TenantKey tenant, Collection<UUID> orderIds, String reason, double seconds);

    /// The time at which an order is to be tried again: now, if one was not postponed, because somebody else had it in
    /// hand; null: none is.
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

    /// Ends nonces that are mined, and have paid, with their attempts and orders: a list of `id`, `hash`, `fee`.
    /// Returns the orders: those that somebody else is ending, or has ended, are left out. null stands for one
    /// whose nonce has ended, and which was not under way.
    List<PaymentOrder> pay(TenantKey tenant, Json payments);

    /// Records what the chain did, deep enough: a list of the `id` of an attempt, `external_id`, `amount`, `hash`,
    /// `block`.
    /// Returns the number of records.
    int record(TenantKey tenant, Json movements);

    /// Opens accounts of the books unless they exist: a list of `code`, `name`, `kind`, `unit`. Returns the number
    /// of accounts.
    int openAccounts(TenantKey tenant, Json accounts);

    /// Posts entries: a list of the `id` of an attempt, `transaction`, `posting`, `account`, `unit`, `amount`, which
    /// is positive for a debit. Returns the number of entries. A second posting of the same kind for an attempt is
    /// refused.
    int post(TenantKey tenant, Json postings);

    /// Adds an event for each order: a list of `type`, `subject_type`, `subject_id`, `payload`. Returns the number of
    /// events.
    int addEvents(TenantKey tenant, Json events);

    /// Writes to the log of the agent that executes the order; returns the number of entries.
    int log(TenantKey tenant, UUID order, String kind, String message);

    /// Freezes an active wallet; empty if it is not active.
    Optional<Wallet> freeze(TenantKey tenant, UUID wallet);
}
