package hedgerow.mappers.work;

import hedgerow.mappers.TenantKey;
import hedgerow.mappers.payment.PaymentOrder;
import hedgerow.mappers.subscription.Subscription;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.ibatis.annotations.Param;

/// The periods of subscriptions, and their orders, as the worker makes them: one at a time, none that another worker
/// has.
public interface BillingMapper {

    /// The subscription that has waited longest for its next period. Locked.
    Optional<DueSubscription> due(@Param("tenant") TenantKey tenant);

    /// Makes a period of a subscription, and returns its id.
    ///
    /// @param follows the period before; null for the first
    UUID period(
            @Param("tenant") TenantKey tenant,
            @Param("subscription") UUID subscription,
            @Param("number") int number,
            @Param("kind") String kind,
            @Param("from") Instant from,
            @Param("to") Instant to,
            @Param("follows") Instant follows,
            @Param("amount") BigInteger amount);

    /// The order of a period, at the price and by the payment method of its subscription. A unique key refuses a second
    /// one that is not over.
    PaymentOrder order(@Param("tenant") TenantKey tenant, @Param("period") UUID period);

    /// Has an order executed that names how; empty: it waits for its customer.
    Optional<PaymentOrder> confirm(@Param("tenant") TenantKey tenant, @Param("order") UUID order);

    /// Notes that there is a row up to then.
    ///
    /// @param paid whether the period counts from the anchor, and is the present one
    Subscription billed(
            @Param("tenant") TenantKey tenant,
            @Param("subscription") UUID subscription,
            @Param("from") Instant from,
            @Param("to") Instant to,
            @Param("paid") boolean paid,
            @Param("carried") BigInteger carried);

    /// Ends a subscription, as of then.
    Subscription cancel(
            @Param("tenant") TenantKey tenant, @Param("subscription") UUID subscription, @Param("at") Instant at);

    /// A period whose last order failed or expired, which billing has not answered yet. Locked.
    Optional<FailedPeriod> failed(@Param("tenant") TenantKey tenant);

    /// A period whose next try is due. Locked.
    Optional<FailedPeriod> retry(@Param("tenant") TenantKey tenant);

    /// Notes when the next order is made for a period.
    void tryAt(@Param("tenant") TenantKey tenant, @Param("period") UUID period, @Param("at") Instant at);

    /// Notes that the next order for a period is made now.
    void tryAgain(@Param("tenant") TenantKey tenant, @Param("period") UUID period);

    /// Notes that there is no further order for a period.
    void giveUp(@Param("tenant") TenantKey tenant, @Param("period") UUID period);

    /// Answers periods whose orders were paid or canceled, and returns their subscriptions.
    List<UUID> answerPaid(@Param("tenant") TenantKey tenant);

    /// Moves a subscription that is active; empty if it is not.
    Optional<Subscription> pastDue(@Param("tenant") TenantKey tenant, @Param("subscription") UUID subscription);

    /// Makes a subscription active that was past due, and owes nothing that failed any more; empty if it was not, or
    /// does.
    Optional<Subscription> recover(@Param("tenant") TenantKey tenant, @Param("subscription") UUID subscription);

    /// Clocks up to which everything is done; how many.
    int settleClocks(@Param("tenant") TenantKey tenant);

    /// When something is due by the clock of the world; null: nothing will be.
    Instant nextDue(@Param("tenant") TenantKey tenant);
}
