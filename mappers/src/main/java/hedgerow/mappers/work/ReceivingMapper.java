package hedgerow.mappers.work;

import hedgerow.mappers.Json;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.chain.Deposit;
import hedgerow.mappers.payment.PaymentOrder;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.ibatis.annotations.Param;

/// The statements of payments that strangers make to addresses of the tenant: requests, what arrived, and the orders
/// that it settles. Each change is conditional on the state that it leaves: whoever comes second changes nothing.
public interface ReceivingMapper {

    // --- requests ------------------------------------------------------------------------------------------------

    /// Has the address of a link watched, from this block on unless it is watched already. Nobody can end that before
    /// the transaction does.
    int watch(TenantKey tenant, UUID link, long block);

    /// The number of amounts within these bounds that are reserved at the address of a link.
    int taken(TenantKey tenant, UUID link, BigInteger least, BigInteger most);

    /// Adds an order of a link, and reserves for it one of these amounts that nobody else is asked for at that
    /// address: a list of `amount`. Empty if all are taken. It refuses an order of a link that is not open, and an
    /// amount that somebody else reserves at the same moment.
    ///
    /// @param block the newest one: only later ones pay it
    /// @param seconds until it expires
    Optional<PaymentOrder> request(TenantKey tenant, UUID order, UUID link, Json amounts, long block, double seconds);

    // --- what arrived --------------------------------------------------------------------------------------------

    /// The assets of a chain.
    List<WatchedAsset> assets(@Param("chain") String chain);

    /// Up to 20 watched addresses on each of these chains: those that are the furthest behind.
    List<WatchedWallet> wallets(TenantKey tenant, List<String> chains);

    /// The time at which the next request ends that is not paid; null: there is none.
    Instant nextEnd(@Param("tenant") TenantKey tenant);

    /// Records what arrived, a list of `asset`, `recipient`, `sender`, `amount`, `hash`, `log`, `block`, `block_hash`,
    /// `time`, and that these addresses were read up to a block; returns the number of new deposits.
    int record(TenantKey tenant, String chain, List<String> recipients, long block, Instant time, Json arrivals);

    // --- settlement ----------------------------------------------------------------------------------------------

    /// Up to 20 deposits that wait for a decision, the oldest first.
    List<UUID> received(@Param("tenant") TenantKey tenant);

    /// Locks a deposit that waits for a decision; empty if somebody else has it, or has decided.
    Optional<ReceivedDeposit> take(TenantKey tenant, UUID deposit);

    /// Lets an order of a stranger be executed; returns the number of orders.
    int accept(TenantKey tenant, UUID order);

    /// Begins the attempt that a deposit is; returns the number of attempts.
    int begin(TenantKey tenant, UUID order, UUID attempt);

    /// Up to 20 deposits about which a person decided, the oldest first.
    List<UUID> asked(@Param("tenant") TenantKey tenant);

    /// Locks a deposit about which a person decided; empty if somebody else has it, or has carried it out.
    Optional<ReceivedDeposit> takeAsked(TenantKey tenant, UUID deposit);

    /// Takes back a decision that cannot be carried out.
    Deposit putBack(TenantKey tenant, UUID deposit, String reason);

    /// Decides about a deposit that waits for it, or ends one as a person decided.
    ///
    /// @param reason null: as it is
    /// @param order null: it belongs to none
    Deposit decide(TenantKey tenant, UUID deposit, String status, String reason, UUID order);

    /// Records what the chain did; returns the number of records.
    int note(TenantKey tenant, UUID deposit, UUID attempt, String externalId);

    /// Posts a deposit to the books: debits an account, and credits another one, each once at most.
    ///
    /// @param attempt null: it settles no order
    int post(TenantKey tenant, UUID deposit, UUID transaction, UUID attempt, String debit, String credit);

    // --- the end of requests -------------------------------------------------------------------------------------

    /// Keeps the amount of a request whose order is over; returns the number of requests.
    int hold(TenantKey tenant, UUID order);

    /// Ends up to 100 requests that nobody has paid in their time, as far as their chains were read; returns the
    /// orders that end with them.
    List<PaymentOrder> expire(@Param("tenant") TenantKey tenant);

    /// Releases up to 100 amounts a day after the end of their requests; returns how many.
    int release(@Param("tenant") TenantKey tenant);

    /// Locks watched addresses of a chain, so that no request is made there meanwhile.
    List<String> lock(TenantKey tenant, String chain, List<String> recipients);

    /// Watches those of these addresses no longer at which no amount is reserved; returns how many. Only after [#lock],
    /// in the same transaction.
    int rest(TenantKey tenant, String chain, List<String> recipients);

    /// Returns what a stranger was asked for, if the order is of this link.
    Optional<LinkRequest> shown(TenantKey tenant, UUID link, UUID order);
}
