package hedgerow.mappers.work;

import hedgerow.mappers.Json;
import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.ibatis.annotations.Param;

/// The way of events to webhooks, as the worker goes it.
public interface DeliveryMapper {

    /// Numbers up to 200 events in the order in which they were made, and makes a delivery for each endpoint that wants
    /// one. How many events.
    int publish(@Param("tenant") TenantKey tenant);

    /// Up to 48 deliveries that are due, for this worker alone for a minute. Each is an attempt from then on.
    List<DueDelivery> claim(@Param("tenant") TenantKey tenant);

    /// What became of attempts: a list of `id`, `status`, `response_status`, `last_error`, `wait_seconds`. How many
    /// were still open.
    int note(TenantKey tenant, Json answers);

    /// Disables an endpoint that is enabled; how many. If `unless` is a time, only one that has failed since before
    /// then
    /// and delivered nothing after.
    ///
    /// @param unless null: whatever it has delivered
    int disable(TenantKey tenant, UUID endpoint, Instant unless);

    /// When the next delivery is due; null: none is.
    Instant nextAttempt(@Param("tenant") TenantKey tenant);
}
