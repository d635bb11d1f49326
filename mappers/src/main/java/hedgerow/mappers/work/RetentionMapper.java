package hedgerow.mappers.work;

import hedgerow.mappers.TenantKey;
import java.time.Instant;
import org.apache.ibatis.annotations.Param;

/// The worker's statements that remove old rows: at most 500 rows of a table at once. Each returns how
/// many.
public interface RetentionMapper {

    /// Removes idempotency keys that have expired.
    int removeKeys(@Param("tenant") TenantKey tenant);

    /// Removes events that were published before a time, with their deliveries. The newest event stays, so
    /// that the sequence continues from it.
    int removeEvents(TenantKey tenant, Instant before);

    /// Removes e-mails that were added before a time and have been sent or given up.
    int removeMails(TenantKey tenant, Instant before);

    /// Removes sessions in which a card was entered, or could be, that ended before a time.
    int removeCheckouts(TenantKey tenant, Instant before);

    /// The oldest entries of the tenant's audit log, of both modes, that were written before a time: those of at
    /// most 200 blocks, which are verified first. The first block that is not whole stays, and all after it.
    ///
    /// @param before 30 days ago or earlier
    int trimAudit(@Param("before") Instant before);
}
