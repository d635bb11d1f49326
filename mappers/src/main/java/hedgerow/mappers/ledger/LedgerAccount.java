package hedgerow.mappers.ledger;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// An account in one unit: a currency (entries in minor units) or an asset (entries in base units).
public record LedgerAccount(
        UUID id,
        boolean livemode,
        String code,
        String name,
        String kind,
        String unit,
        boolean active,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
