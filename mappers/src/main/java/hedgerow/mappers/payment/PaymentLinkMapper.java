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

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID priceId, UUID executingAgentId, String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }

    /// The values of a new row.
    record New(
            String token,
            UUID priceId,
            int quantity,
            UUID executingAgentId,
            String recipientAddress,
            String description,
            Integer maxUses,
            Instant expiresAt) {}

    /// The new values of everything that can be changed.
    record Change(UUID executingAgentId, String description, Integer maxUses, Instant expiresAt) {}
}
