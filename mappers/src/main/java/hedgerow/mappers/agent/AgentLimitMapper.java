package hedgerow.mappers.agent;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/// Spending limits of agents. An agent may pay nothing in a currency or asset for which it has no limit.
public interface AgentLimitMapper
        extends ResourceMapper<AgentLimit, AgentLimitMapper.Filter>,
                ResourceMapper.Creating<AgentLimit, AgentLimitMapper.New>,
                ResourceMapper.Changing<AgentLimit, AgentLimitMapper.Change> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(UUID agentId, String currency, Boolean active, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }

    /// The values of a new row.
    record New(
            UUID agentId,
            String asset,
            String currency,
            BigInteger perPayment,
            BigInteger perPeriod,
            String period,
            BigInteger requiresApprovalAbove,
            List<String> allowedChains,
            List<String> allowedRecipients,
            Instant startsAt,
            Instant endsAt) {}

    /// The new values of everything that can be changed; a list that is null is empty.
    record Change(
            BigInteger perPayment,
            BigInteger perPeriod,
            BigInteger requiresApprovalAbove,
            List<String> allowedChains,
            List<String> allowedRecipients,
            Instant endsAt,
            boolean active) {
        public Change {
            allowedChains = Objects.requireNonNullElse(allowedChains, List.of());
            allowedRecipients = Objects.requireNonNullElse(allowedRecipients, List.of());
        }
    }
}
