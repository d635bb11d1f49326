package hedgerow.mappers.work;

import hedgerow.mappers.TenantKey;
import org.apache.ibatis.annotations.Param;

/// The worker's statements that remove old rows: at most 500 rows of a table at once. Each returns how
/// many.
public interface RetentionMapper {

    /// Removes idempotency keys that have expired.
    int removeKeys(@Param("tenant") TenantKey tenant);

    /// Removes events that were published longer ago than this, with their deliveries. The newest event stays, so
    /// that the sequence continues from it.
    int removeEvents(TenantKey tenant, double seconds);

    /// Removes e-mails that were added longer ago than this and have been sent or given up.
    int removeMails(TenantKey tenant, double seconds);

    /// Removes sessions in which a card was entered, or could be, that ended longer ago than this.
    int removeCheckouts(TenantKey tenant, double seconds);

    /// The oldest entries of the tenant's audit log, of both modes, that were written longer ago than this: those of at
    /// most 200 blocks, which are verified first. The first block that is not whole stays, and all after it.
    ///
    /// @param seconds 30 days or more
    int trimAudit(@Param("seconds") double seconds);
}
