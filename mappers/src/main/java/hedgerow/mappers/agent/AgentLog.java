package hedgerow.mappers.agent;

import hedgerow.mappers.Json;
import hedgerow.mappers.Row;
import java.time.Instant;
import java.util.UUID;

/// A thought or an action of an agent.
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
