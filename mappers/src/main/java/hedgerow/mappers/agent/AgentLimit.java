package hedgerow.mappers.agent;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// The amount of one asset (base units) or currency (minor units) that an agent can pay. `spent` is in the period
/// that began at `periodStartedAt`, `left` in the present one. A limit that ends is a grant.
public record AgentLimit(
        UUID id,
        boolean livemode,
        UUID agentId,
        String asset,
        String currency,
        BigInteger perPayment,
        BigInteger perPeriod,
        String period,
        BigInteger spent,
        BigInteger left,
        Instant periodStartedAt,
        BigInteger requiresApprovalAbove,
        List<String> allowedChains,
        List<String> allowedRecipients,
        Instant startsAt,
        Instant endsAt,
        boolean active,
        String createdBy,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
