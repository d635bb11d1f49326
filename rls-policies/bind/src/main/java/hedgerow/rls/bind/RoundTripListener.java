package hedgerow.rls.bind;

import java.time.Duration;

/// A listener that is called each time a [TenantDataSource] has waited for the server: one round trip.
///
///     var tenants = TenantDataSource.over(pool, BindCall.plain(), (binding, time) -> trips.increment());
///
/// These are the application's statements, with all that rides along, and the further round trips of
/// binding and transactions: COMMIT, ROLLBACK, savepoints, descriptions. It does not see the driver's own
/// round trips: fetching rows in portions (`setFetchSize`), cutting a batch of more than about 250, looking
/// up types and `DatabaseMetaData`.
@FunctionalInterface
public interface RoundTripListener {

    /// Reports one round trip, on the thread that waited, even if the server returned an error. An
    /// exception that this method throws reaches the caller.
    ///
    /// @param binding whether the bind call was in it. Its own share of the time is unknown: it shares the
    ///     pipeline with the statement, and usually with BEGIN and COMMIT
    /// @param time from sending to the response, including the server's work, excluding the wait for a
    ///     connection
    void waited(boolean binding, Duration time);
}
