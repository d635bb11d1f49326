package hedgerow.mappers;

import java.time.Instant;
import java.util.UUID;

/// A row that has a place in a list: newest first, by time of creation, then by id.
public interface Row {

    /// What tells it from the other rows of its tenant.
    UUID id();

    /// To the microsecond.
    Instant createdAt();
}
