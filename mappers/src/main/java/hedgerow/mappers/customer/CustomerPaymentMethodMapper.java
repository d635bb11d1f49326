package hedgerow.mappers.customer;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.util.UUID;

/// Payment methods of customers.
public interface CustomerPaymentMethodMapper
        extends ResourceMapper<CustomerPaymentMethod, CustomerPaymentMethodMapper.Filter>,
                ResourceMapper.Creating<CustomerPaymentMethod, CustomerPaymentMethodMapper.New>,
                ResourceMapper.Moving<CustomerPaymentMethod> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID customerId, String kind, String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }

    /// The values of a new row. The provider charges `providerToken`, which is written and never read.
    record New(
            UUID customerId,
            String kind,
            String provider,
            String providerToken,
            String brand,
            String last4,
            Integer expiresMonth,
            Integer expiresYear,
            String chain,
            String walletAddress) {

        /// The record without its token.
        @Override
        public String toString() {
            return "New[customerId=%s, kind=%s, provider=%s]".formatted(customerId, kind, provider);
        }
    }
}
