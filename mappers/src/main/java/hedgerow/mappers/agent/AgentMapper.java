package hedgerow.mappers.agent;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.Json;
import hedgerow.mappers.ResourceMapper;
import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;

/// Programs with a language model that execute payment orders.
public interface AgentMapper
        extends ResourceMapper<Agent, AgentMapper.Filter>,
                ResourceMapper.Creating<Agent, AgentMapper.New>,
                ResourceMapper.Changing<Agent, AgentMapper.Change>,
                ResourceMapper.Moving<Agent> {

    /// What a list can be narrowed to; null: any.
    record Filter(UUID agentWalletId, String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, CreatedAt.ANY);
    }

    /// What a new one begins with.
    record New(
            String name,
            UUID agentWalletId,
            List<String> capabilities,
            String modelProvider,
            String modelName,
            BigDecimal temperature,
            int maxOutputTokens,
            String systemPrompt,
            Json tools) {}

    /// All that can be changed, as it is to be.
    record Change(
            String name,
            UUID agentWalletId,
            List<String> capabilities,
            String modelProvider,
            String modelName,
            BigDecimal temperature,
            int maxOutputTokens,
            String systemPrompt,
            Json tools) {}
}
