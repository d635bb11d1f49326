package hedgerow.mappers.agent;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.Json;
import hedgerow.mappers.ResourceMapper;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/// Programs with a language model that execute payment orders.
public interface AgentMapper
        extends ResourceMapper<Agent, AgentMapper.Filter>,
                ResourceMapper.Creating<Agent, AgentMapper.New>,
                ResourceMapper.Changing<Agent, AgentMapper.Change>,
                ResourceMapper.Moving<Agent> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID agentWalletId, String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, CreatedAt.ANY);
    }

    /// The values of a new row.
    record New(
            String name,
            UUID agentWalletId,
            List<String> capabilities,
            String modelProvider,
            String modelName,
            BigDecimal temperature,
            int maxOutputTokens,
            String systemPrompt,
            Json tools,
            List<String> supportedProviders,
            List<String> supportedChains) {}

    /// The new values of everything that can be changed; a list that is null is empty.
    record Change(
            String name,
            UUID agentWalletId,
            List<String> capabilities,
            String modelProvider,
            String modelName,
            BigDecimal temperature,
            int maxOutputTokens,
            String systemPrompt,
            Json tools,
            List<String> supportedProviders,
            List<String> supportedChains) {
        public Change {
            capabilities = Objects.requireNonNullElse(capabilities, List.of());
            tools = Objects.requireNonNullElse(tools, Json.EMPTY_LIST);
            supportedProviders = Objects.requireNonNullElse(supportedProviders, List.of());
            supportedChains = Objects.requireNonNullElse(supportedChains, List.of());
        }
    }
}
