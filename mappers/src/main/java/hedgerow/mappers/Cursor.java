package hedgerow.mappers;

import java.time.Instant;
import java.util.UUID;

/// A place in a list, between rows.
public record Cursor(Instant createdAt, UUID id) {

    /// The place of a row in its list.
    public static Cursor of(Row row) {
        return new Cursor(row.createdAt(), row.id());
    }
}
