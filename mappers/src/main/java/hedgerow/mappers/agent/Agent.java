package hedgerow.mappers.agent;

import hedgerow.mappers.Json;
import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/// A program with a language model that executes payment orders from a wallet, within limits.
public record Agent(
        UUID id,
        boolean livemode,
        String name,
        String status,
        UUID agentWalletId,
        List<String> capabilities,
        String modelProvider,
        String modelName,
        BigDecimal temperature,
        int maxOutputTokens,
        String systemPrompt,
        Json tools,
        List<String> supportedProviders,
        List<String> supportedChains,
        String createdBy,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
