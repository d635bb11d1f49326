package hedgerow.mappers;

import java.time.Instant;
import java.util.UUID;

/// A row that has a place in a list: newest first, by time of creation, then by id.
public interface Row {

    /// The identifier of the row, unique within its tenant.
    UUID id();

    /// The time of creation, to the microsecond.
    Instant createdAt();
}
