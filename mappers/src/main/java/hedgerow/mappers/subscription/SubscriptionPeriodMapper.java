package hedgerow.mappers.subscription;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.util.UUID;

/// The periods of subscriptions. The worker makes them.
public interface SubscriptionPeriodMapper extends ResourceMapper<SubscriptionPeriod, SubscriptionPeriodMapper.Filter> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID subscriptionId, String kind, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, CreatedAt.ANY);
    }
}
