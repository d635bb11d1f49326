package hedgerow.mappers.agent;

import hedgerow.mappers.Json;
import hedgerow.mappers.Row;
import java.time.Instant;
import java.util.UUID;

/// What an agent thought or did.
public record AgentLog(
        UUID id,
        boolean livemode,
        UUID agentId,
        UUID paymentOrderId,
        String kind,
        String message,
        Json data,
        Instant createdAt)
        implements Row {}
