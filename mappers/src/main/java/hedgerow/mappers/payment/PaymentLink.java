package hedgerow.mappers.payment;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// A page on which anyone pays a price; an agent may execute the orders that it brings in. `token` is part
/// of its public URL.
public record PaymentLink(
        UUID id,
        boolean livemode,
        String token,
        UUID priceId,
        int quantity,
        UUID executingAgentId,
        String recipientAddress,
        String description,
        Integer maxUses,
        int used,
        String status,
        Instant expiresAt,
        String createdBy,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
