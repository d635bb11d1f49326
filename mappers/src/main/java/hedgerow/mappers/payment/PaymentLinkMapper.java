package hedgerow.mappers.payment;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.time.Instant;
import java.util.UUID;

/// Pages on which anyone pays a price.
public interface PaymentLinkMapper
        extends ResourceMapper<PaymentLink, PaymentLinkMapper.Filter>,
                ResourceMapper.Creating<PaymentLink, PaymentLinkMapper.New>,
                ResourceMapper.Changing<PaymentLink, PaymentLinkMapper.Change>,
                ResourceMapper.Moving<PaymentLink> {

    /// What a list can be narrowed to; null: any.
    record Filter(UUID priceId, UUID executingAgentId, String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }

    /// What a new one begins with.
    record New(
            String token,
            UUID priceId,
            int quantity,
            UUID executingAgentId,
            String recipientAddress,
            String description,
            Integer maxUses,
            Instant expiresAt) {}

    /// All that can be changed, as it is to be.
    record Change(UUID executingAgentId, String description, Integer maxUses, Instant expiresAt) {}
}
