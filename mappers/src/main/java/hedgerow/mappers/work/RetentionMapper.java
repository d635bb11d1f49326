package hedgerow.mappers.work;

import hedgerow.mappers.TenantKey;
import java.time.Instant;
import org.apache.ibatis.annotations.Param;

/// What is removed after its time, as the worker removes it: at most 500 rows of a table at once. Each returns how
/// many.
public interface RetentionMapper {

    /// Idempotency keys that have expired.
    int removeKeys(@Param("tenant") TenantKey tenant);

    /// Events that were published before a time, with their deliveries. The newest stays, from which the sequence goes
    /// on.
    int removeEvents(TenantKey tenant, Instant before);

    /// Mails that were added before a time and have been sent or given up.
    int removeMails(TenantKey tenant, Instant before);
}
