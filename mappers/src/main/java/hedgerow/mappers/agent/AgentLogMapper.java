package hedgerow.mappers.agent;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.Json;
import hedgerow.mappers.ResourceMapper;
import java.util.Objects;
import java.util.UUID;

/// Why agents did what they did. Append-only, by the agents themselves and the worker.
public interface AgentLogMapper
        extends ResourceMapper<AgentLog, AgentLogMapper.Filter>, ResourceMapper.Creating<AgentLog, AgentLogMapper.New> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID agentId, UUID paymentOrderId, String kind, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }

    /// The values of a new entry, by the agent that writes it.
    record New(UUID paymentOrderId, String kind, String message, Json data) {
        public New {
            data = Objects.requireNonNullElse(data, Json.EMPTY);
        }
    }
}
