package hedgerow.mappers;

import java.time.Instant;

/// Bounds on the time of creation; null where there is none.
///
/// @param from at this time or later
/// @param after later than this
/// @param to at this time or earlier
/// @param before earlier than this
public record CreatedAt(Instant from, Instant after, Instant to, Instant before) {

    /// No bound at either end.
    public static final CreatedAt ANY = new CreatedAt(null, null, null, null);
}
