package hedgerow.mappers.audit;

import hedgerow.mappers.Json;
import hedgerow.mappers.Row;
import java.time.Instant;
import java.util.UUID;

/// A change of one row. Of an update, `oldValues` holds the changed columns only; secrets read `[redacted]`. `livemode`
/// null: the
/// row belongs to live and test data alike.
public record AuditLog(
        UUID id,
        Boolean livemode,
        UUID blockId,
        String actor,
        String sessionRole,
        String action,
        String tableName,
        String rowId,
        Json oldValues,
        Json newValues,
        Instant createdAt)
        implements Row {}
