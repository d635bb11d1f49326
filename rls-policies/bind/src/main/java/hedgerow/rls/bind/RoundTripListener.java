package hedgerow.rls.bind;

import java.time.Duration;

/// Told each time that a [TenantDataSource] has waited for the server: one round trip.
///
///     var tenants = TenantDataSource.over(pool, BindCall.plain(), (binding, time) -> trips.increment());
///
/// These are the statements of the application, with all that rides along, and what binding and transactions
/// need besides: COMMIT, ROLLBACK, savepoints, descriptions. What the driver does by itself is not seen:
/// fetching rows in portions (`setFetchSize`), cutting a batch of more than about 250, looking up types and
/// `DatabaseMetaData`.
@FunctionalInterface
public interface RoundTripListener {

    /// Called on the thread that waited, also if the answer was an error. What this throws, the caller gets.
    ///
    /// @param binding the bind call was in it. Its own time cannot be told from here: it shares the pipeline
    ///     with the statement, and usually with BEGIN and COMMIT
    /// @param time from sending to the answer, with the work of the server, without waiting for a connection
    void waited(boolean binding, Duration time);
}
