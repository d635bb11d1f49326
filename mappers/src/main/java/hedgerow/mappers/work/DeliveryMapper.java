package hedgerow.mappers.work;

import hedgerow.mappers.Json;
import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.ibatis.annotations.Param;

/// Publication and delivery of events, by the worker.
public interface DeliveryMapper {

    /// Numbers up to 200 events in the order in which they were made, and makes a delivery for each endpoint that wants
    /// one; a test event goes to the endpoint under test alone. Returns how many events there were.
    int publish(@Param("tenant") TenantKey tenant);

    /// Claims up to 48 deliveries that are due, for this worker alone and for a minute. Each claim counts as an
    /// attempt.
    List<DueDelivery> claim(@Param("tenant") TenantKey tenant);

    /// Records results: a list of `id`, `status`, `response_status`, `last_error`, `wait_seconds`. Returns how many of
    /// the deliveries were still open.
    int note(TenantKey tenant, Json answers);

    /// Disables an endpoint that is enabled; returns how many. If `unless` is a time, only an endpoint that has failed
    /// since before then and has received nothing after it.
    ///
    /// @param unless null: whatever it has delivered
    int disable(TenantKey tenant, UUID endpoint, Instant unless);

    /// When the next delivery is due; null: none is.
    Instant nextAttempt(@Param("tenant") TenantKey tenant);
}
