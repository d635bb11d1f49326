package hedgerow.mappers.agent;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.util.UUID;

/// Log entries in which agents explain their actions. Append-only; written by the agents themselves and by
/// the worker.
public interface AgentLogMapper extends ResourceMapper<AgentLog, AgentLogMapper.Filter> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID agentId, UUID paymentOrderId, String kind, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }
}
