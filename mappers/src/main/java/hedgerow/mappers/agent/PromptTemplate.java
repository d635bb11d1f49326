package hedgerow.mappers.agent;

import hedgerow.mappers.Row;
import java.time.Instant;
import java.util.UUID;

/// One version of the instructions that an agent gets under a name.
public record PromptTemplate(
        UUID id,
        boolean livemode,
        UUID agentId,
        String name,
        int number,
        String body,
        String createdBy,
        Instant createdAt)
        implements Row {}
