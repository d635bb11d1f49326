package hedgerow.rls.load;

import java.time.Duration;

/// How much a scratch database may ask for.
///
/// @param fileBytes of one file
/// @param files how many
/// @param databaseBytes of what they make of it
/// @param statement for one statement
/// @param total for all of them
public record Limits(long fileBytes, int files, long databaseBytes, Duration statement, Duration total) {

    public static final Limits USUAL =
            new Limits(64L << 20, 10_000, 1L << 30, Duration.ofSeconds(20), Duration.ofMinutes(5));
}
