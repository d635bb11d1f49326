package hedgerow.mappers.agent;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.util.UUID;

/// Why agents did what they did. Append-only, by the agents themselves and the worker.
public interface AgentLogMapper extends ResourceMapper<AgentLog, AgentLogMapper.Filter> {

    /// What a list can be narrowed to; null: any.
    record Filter(UUID agentId, UUID paymentOrderId, String kind, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }
}
