package hedgerow.mappers.payment;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.Json;
import hedgerow.mappers.ResourceMapper;
import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;

/// Payments that the tenant asks for or makes.
public interface PaymentOrderMapper
        extends ResourceMapper<PaymentOrder, PaymentOrderMapper.Filter>,
                ResourceMapper.Creating<PaymentOrder, PaymentOrderMapper.New>,
                ResourceMapper.Changing<PaymentOrder, PaymentOrderMapper.Change>,
                ResourceMapper.Moving<PaymentOrder> {

    /// What a list can be narrowed to; null: any.
    record Filter(
            UUID customerId,
            UUID paymentLinkId,
            UUID subscriptionId,
            UUID executingAgentId,
            String status,
            CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, null, null, CreatedAt.ANY);
    }

    /// What a new one begins with.
    record New(
            UUID customerId,
            UUID paymentLinkId,
            UUID subscriptionId,
            UUID priceId,
            UUID paymentMethodId,
            UUID executingAgentId,
            int quantity,
            String currency,
            Long amountMinor,
            String asset,
            BigInteger amount,
            String recipientAddress,
            String description,
            Json metadata,
            Instant expiresAt) {}

    /// All that can be changed, as it is to be.
    record Change(UUID executingAgentId, String description, Json metadata) {}
}
