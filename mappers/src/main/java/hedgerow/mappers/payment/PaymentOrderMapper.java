package hedgerow.mappers.payment;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.Json;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/// Payments that the tenant requests or makes.
public interface PaymentOrderMapper
        extends ResourceMapper<PaymentOrder, PaymentOrderMapper.Filter>,
                ResourceMapper.Creating<PaymentOrder, PaymentOrderMapper.New>,
                ResourceMapper.Changing<PaymentOrder, PaymentOrderMapper.Change>,
                ResourceMapper.Moving<PaymentOrder> {

    /// Whether the limit that an order is held to wants an approval of it. Empty without such an order.
    Optional<Boolean> needsApproval(TenantKey tenant, UUID id);

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(
            UUID customerId,
            UUID paymentLinkId,
            UUID subscriptionId,
            UUID executingAgentId,
            String purchaseId,
            String status,
            CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, null, null, null, CreatedAt.ANY);
    }

    /// The values of a new row.
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
            Instant expiresAt,
            String purchaseId) {
        public New {
            metadata = Objects.requireNonNullElse(metadata, Json.EMPTY);
        }
    }

    /// The new values of everything that can be changed.
    record Change(UUID executingAgentId, String description, Json metadata) {}
}
