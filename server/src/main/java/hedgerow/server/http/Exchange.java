package hedgerow.server.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// One request on its way through: in scope of all that happens for it, on the thread that handles it.
final class Exchange {

    private static final ScopedValue<Exchange> SCOPE = ScopedValue.newInstance();

    private final String id;
    private final long begun = System.nanoTime();
    private Optional<Caller> caller = Optional.empty();
    private Optional<String> route = Optional.empty();
    private Duration authentication = Duration.ZERO;
    private Duration waited = Duration.ZERO;
    private int roundTrips;

    private Exchange(String id) {
        this.id = id;
    }

    /// Does all that `work` does for a new request.
    ///
    /// @param id as the caller would have it; null: says none
    static <T, X extends Exception> T call(String id, ScopedValue.CallableOp<T, X> work) throws X {
        return ScopedValue.where(SCOPE, new Exchange(RequestId.of(id))).call(work);
    }

    /// The request that is being handled here.
    static Exchange current() {
        return SCOPE.get();
    }

    /// The same; empty where no request is being handled.
    static Optional<Exchange> underway() {
        return SCOPE.isBound() ? Optional.of(SCOPE.get()) : Optional.empty();
    }

    String id() {
        return id;
    }

    double elapsedMillis() {
        return millis(Duration.ofNanos(System.nanoTime() - begun));
    }

    static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }

    Optional<Caller> caller() {
        return caller;
    }

    /// As it is registered, with the names of its parameters; empty where nothing is.
    Optional<String> route() {
        return route;
    }

    void reaches(String path) {
        route = Optional.of(path);
    }

    /// @param time that it took to find out
    void is(Caller proved, Duration time) {
        caller = Optional.of(proved);
        authentication = time;
    }

    Duration authentication() {
        return authentication;
    }

    /// For the database, once more.
    void waited(Duration time) {
        roundTrips++;
        waited = waited.plus(time);
    }

    Duration waited() {
        return waited;
    }

    int roundTrips() {
        return roundTrips;
    }

    /// What every line of the log says of it: which request, and for whom.
    Map<String, Object> fields() {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("request_id", id);
        caller.ifPresent(proved -> {
            proved.organization().ifPresent(tenant -> fields.put("tenant", tenant.toString()));
            fields.put("actor", proved.actor());
            fields.put("livemode", proved.livemode());
        });
        return fields;
    }
}
