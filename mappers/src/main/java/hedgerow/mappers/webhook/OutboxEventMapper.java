package hedgerow.mappers.webhook;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.Json;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.util.UUID;

/// Events, each written in the transaction that it reports.
public interface OutboxEventMapper extends ResourceMapper<OutboxEvent, OutboxEventMapper.Filter> {

    /// Adds an event. Agents may add events as well, although they cannot read any.
    void add(TenantKey tenant, New created);

    /// Adds an event and returns it to an actor who may read it.
    OutboxEvent insert(TenantKey tenant, New created);

    /// The values of a new row.
    record New(String type, String subjectType, UUID subjectId, Json payload) {}

    /// Bounds of the `sequence`, which only published events have; a null bound is none.
    ///
    /// @param after the sequence that all events exceed
    /// @param to the highest sequence, itself included
    record Sequence(Long after, Long to) {}

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(String type, String subjectType, UUID subjectId, Sequence sequence, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, null, CreatedAt.ANY);
    }
}
