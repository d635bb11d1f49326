package hedgerow.mappers.audit;

import hedgerow.mappers.Json;
import hedgerow.mappers.Row;
import java.time.Instant;
import java.util.UUID;

/// A change of one row. For an update, `oldValues` and `newValues` hold the changed columns only;
/// secrets read `[redacted]`.
///
/// @param livemode null if the row belongs to live and test data alike
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
