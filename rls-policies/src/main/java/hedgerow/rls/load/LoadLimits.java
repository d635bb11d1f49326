package hedgerow.rls.load;

import java.time.Duration;

/// The limits of a scratch database.
///
/// @param fileBytes of one file
/// @param files number of files
/// @param databaseBytes size of the database that they create
/// @param statement for one statement
/// @param total for all of them
public record LoadLimits(long fileBytes, int files, long databaseBytes, Duration statement, Duration total) {

    public static final LoadLimits USUAL =
            new LoadLimits(64L << 20, 10_000, 1L << 30, Duration.ofSeconds(20), Duration.ofMinutes(5));
}
