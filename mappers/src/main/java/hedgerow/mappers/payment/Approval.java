package hedgerow.mappers.payment;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// A payment above a limit that waits for the decision of a second person, or has been decided.
///
/// @param initiators the persons behind the order and the request, none of whom decides
public record Approval(
        UUID id,
        boolean livemode,
        UUID paymentOrderId,
        UUID agentId,
        String reason,
        String status,
        String requestedBy,
        List<String> initiators,
        String decidedBy,
        Instant decidedAt,
        String decisionNote,
        Instant expiresAt,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
