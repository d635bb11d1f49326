package hedgerow.mappers.agent;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.math.BigInteger;
import java.util.List;
import java.util.UUID;

/// How far agents may go. Without a limit in a currency or asset an agent may pay nothing of it.
public interface AgentLimitMapper
        extends ResourceMapper<AgentLimit, AgentLimitMapper.Filter>,
                ResourceMapper.Creating<AgentLimit, AgentLimitMapper.New>,
                ResourceMapper.Changing<AgentLimit, AgentLimitMapper.Change> {

    /// What a list can be narrowed to; null: any.
    record Filter(UUID agentId, String currency, Boolean active, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }

    /// What a new one begins with.
    record New(
            UUID agentId,
            String asset,
            String currency,
            BigInteger perPayment,
            BigInteger perPeriod,
            String period,
            BigInteger requiresApprovalAbove,
            List<String> allowedChains,
            List<String> allowedRecipients) {}

    /// All that can be changed, as it is to be.
    record Change(
            BigInteger perPayment,
            BigInteger perPeriod,
            BigInteger requiresApprovalAbove,
            List<String> allowedChains,
            List<String> allowedRecipients,
            boolean active) {}
}
