package hedgerow.mappers.payment;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// A payment above a limit, waiting for a person who did not ask for it, or decided.
public record Approval(
        UUID id,
        boolean livemode,
        UUID paymentOrderId,
        UUID agentId,
        String reason,
        String status,
        String requestedBy,
        String decidedBy,
        Instant decidedAt,
        String decisionNote,
        Instant expiresAt,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
