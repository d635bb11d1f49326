package hedgerow.mappers.subscription;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// Subscriptions of customers.
public interface SubscriptionMapper
        extends ResourceMapper<Subscription, SubscriptionMapper.Filter>,
                ResourceMapper.Creating<Subscription, SubscriptionMapper.New>,
                ResourceMapper.Changing<Subscription, SubscriptionMapper.Change>,
                ResourceMapper.Moving<Subscription> {

    /// Begins an incomplete subscription, in its trial if that has not ended, otherwise in its first
    /// period; empty if there is none, or if its price has no period.
    ///
    /// @param version the expected version; null accepts any
    Optional<Subscription> begin(TenantKey tenant, UUID id, Integer version);

    /// Resumes a paused subscription, in the period that it was in, or in a new one if that is over; empty
    /// if there is none.
    ///
    /// @param version the expected version; null accepts any
    Optional<Subscription> resume(TenantKey tenant, UUID id, Integer version);

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID customerId, UUID priceId, String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }

    /// The values of a new row.
    record New(UUID customerId, UUID priceId, UUID paymentMethodId, int quantity, Instant trialEndsAt) {}

    /// The new values of everything that can be changed.
    record Change(UUID paymentMethodId, int quantity, boolean cancelAtPeriodEnd) {}
}
