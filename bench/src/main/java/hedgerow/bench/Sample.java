package hedgerow.bench;

/// The result of one round of one contestant.
///
/// @param p50 milliseconds
/// @param p99 milliseconds
/// @param serviceMicros processor time of the service per request
/// @param databaseMicros processor time of PostgreSQL per request
/// @param buffers pages that PostgreSQL touched per request
/// @param walBytes bytes that it wrote into its log per request
record Sample(
        double perSecond,
        double p50,
        double p99,
        double serviceMicros,
        double databaseMicros,
        double buffers,
        double walBytes,
        long errors) {}
