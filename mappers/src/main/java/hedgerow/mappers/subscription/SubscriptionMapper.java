package hedgerow.mappers.subscription;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// Subscriptions of customers.
public interface SubscriptionMapper
        extends ResourceMapper<Subscription, SubscriptionMapper.Filter>,
                ResourceMapper.Creating<Subscription, SubscriptionMapper.New>,
                ResourceMapper.Changing<Subscription, SubscriptionMapper.Change>,
                ResourceMapper.Moving<Subscription> {

    /// Begins one that is incomplete; empty if there is none.
    ///
    /// @param version null: whichever it has
    Optional<Subscription> begin(TenantKey tenant, UUID id, Integer version, Course course);

    /// Goes on with one that is paused, in the period that it was in; empty if there is none, or that is over.
    ///
    /// @param version null: whichever it has
    Optional<Subscription> resume(TenantKey tenant, UUID id, Integer version, Course course);

    /// Where a subscription stands when it begins or goes on.
    ///
    /// @param anchorAt from which paid periods are counted
    /// @param billedUntil from which on periods are to be made
    record Course(
            String status,
            Instant anchorAt,
            int anchorCount,
            Instant billedUntil,
            Instant periodStartedAt,
            Instant periodEndsAt) {}

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID customerId, UUID priceId, String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }

    /// The values of a new row.
    record New(
            UUID customerId,
            UUID priceId,
            UUID paymentMethodId,
            int quantity,
            Instant trialEndsAt,
            String timeZone,
            UUID testClockId) {}

    /// All that can be changed, as it is to be.
    record Change(UUID paymentMethodId, int quantity, boolean cancelAtPeriodEnd, BigInteger carried) {}
}
