package hedgerow.mappers.webhook;

import hedgerow.mappers.Json;
import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// Something that happened to `subjectId`, a row of `subjectType`. An event without a `sequence` has not
/// been published yet.
public record OutboxEvent(
        UUID id,
        boolean livemode,
        String type,
        String subjectType,
        UUID subjectId,
        Json payload,
        Instant publishedAt,
        Long sequence,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
