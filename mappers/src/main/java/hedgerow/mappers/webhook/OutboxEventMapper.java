package hedgerow.mappers.webhook;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.Json;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.util.UUID;

/// Events, each written in the transaction that it reports.
public interface OutboxEventMapper extends ResourceMapper<OutboxEvent, OutboxEventMapper.Filter> {

    /// Agents may add an event as well, although they cannot read any.
    void add(TenantKey tenant, New created);

    /// Adds an event, and returns it to an actor who may read it.
    OutboxEvent insert(TenantKey tenant, New created);

    /// What a new one begins with.
    record New(String type, String subjectType, UUID subjectId, Json payload) {}

    /// Bounds of a `sequence`, which published events alone have; null: none.
    ///
    /// @param after the event comes after this one
    /// @param to the event comes before this one, or is it
    record Sequence(Long after, Long to) {}

    /// What a list can be narrowed to; null: any.
    record Filter(String type, String subjectType, UUID subjectId, Sequence sequence, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, null, CreatedAt.ANY);
    }
}
