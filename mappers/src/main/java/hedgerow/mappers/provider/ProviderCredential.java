package hedgerow.mappers.provider;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// The public facts about a secret: its owner, its provider, its last characters.
public record ProviderCredential(
        UUID id,
        boolean livemode,
        String provider,
        String label,
        String keyId,
        String hint,
        String status,
        String createdBy,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
