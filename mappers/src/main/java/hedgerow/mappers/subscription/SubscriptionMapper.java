package hedgerow.mappers.subscription;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// What customers pay for again and again.
public interface SubscriptionMapper
        extends ResourceMapper<Subscription, SubscriptionMapper.Filter>,
                ResourceMapper.Creating<Subscription, SubscriptionMapper.New>,
                ResourceMapper.Changing<Subscription, SubscriptionMapper.Change>,
                ResourceMapper.Moving<Subscription> {

    /// Begins one that is incomplete, in its trial if that is still to end, else in its first period; empty
    /// if there is none, or its price has no period.
    ///
    /// @param version null: whichever it has
    Optional<Subscription> begin(TenantKey tenant, UUID id, Integer version);

    /// Goes on with one that is paused, in the period that it was in, or in a new one if that is over; empty
    /// if there is none.
    ///
    /// @param version null: whichever it has
    Optional<Subscription> resume(TenantKey tenant, UUID id, Integer version);

    /// What a list can be narrowed to; null: any.
    record Filter(UUID customerId, UUID priceId, String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }

    /// What a new one begins with.
    record New(UUID customerId, UUID priceId, UUID paymentMethodId, int quantity, Instant trialEndsAt) {}

    /// All that can be changed, as it is to be.
    record Change(UUID paymentMethodId, int quantity, boolean cancelAtPeriodEnd) {}
}
