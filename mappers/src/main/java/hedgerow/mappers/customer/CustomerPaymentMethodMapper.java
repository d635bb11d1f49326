package hedgerow.mappers.customer;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.util.UUID;

/// How customers pay.
public interface CustomerPaymentMethodMapper
        extends ResourceMapper<CustomerPaymentMethod, CustomerPaymentMethodMapper.Filter>,
                ResourceMapper.Creating<CustomerPaymentMethod, CustomerPaymentMethodMapper.New>,
                ResourceMapper.Moving<CustomerPaymentMethod> {

    /// What a list can be narrowed to; null: any.
    record Filter(UUID customerId, String kind, String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }

    /// What a new one begins with. `providerToken` is what the provider charges: written, never read.
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

        /// Without the token.
        @Override
        public String toString() {
            return "New[customerId=%s, kind=%s, provider=%s]".formatted(customerId, kind, provider);
        }
    }
}
