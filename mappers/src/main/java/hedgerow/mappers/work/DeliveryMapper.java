package hedgerow.mappers.work;

import hedgerow.mappers.Json;
import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.ibatis.annotations.Param;

/// The worker's statements that publish and deliver events.
public interface DeliveryMapper {

    /// Numbers up to 200 events in the order in which they were created, and creates a delivery for each
    /// endpoint that subscribes to them; a test event goes only to the endpoint under test. Returns the
    /// number of events.
    int publish(@Param("tenant") TenantKey tenant);

    /// Claims up to 48 due deliveries for this worker alone, for one minute. Each claim is an attempt.
    List<DueDelivery> claim(@Param("tenant") TenantKey tenant);

    /// Records results: a list of `id`, `status`, `response_status`, `last_error`, `wait_seconds`. Returns
    /// how many of the deliveries were still open.
    int note(TenantKey tenant, Json answers);

    /// Disables an enabled endpoint; returns how many. If `seconds` are given, it disables only an endpoint
    /// that has been failing for that long and has received nothing meanwhile.
    ///
    /// @param seconds null: disable it whatever it has received
    int disable(TenantKey tenant, UUID endpoint, Double seconds);

    /// The time at which the next delivery is due; null: none is.
    Instant nextAttempt(@Param("tenant") TenantKey tenant);
}
