package hedgerow.server.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One request while it is handled, in scope on the thread that handles it.
final class Exchange {

    private static final ScopedValue<Exchange> SCOPE = ScopedValue.newInstance();

    private final String id;
    private final long begun = System.nanoTime();
    private Optional<Caller> caller = Optional.empty();
    private Optional<String> route = Optional.empty();
    private Duration authentication = Duration.ZERO;
    private Duration waited = Duration.ZERO;
    private int roundTrips;
    private final List<Runnable> completions = new ArrayList<>();

    private Exchange(String id) {
        this.id = id;
    }

    /// Runs `work` for a new request.
    ///
    /// @param id the caller's id of the request; null if there is none
    static <T, X extends Exception> T call(String id, ScopedValue.CallableOp<T, X> work) throws X {
        return ScopedValue.where(SCOPE, new Exchange(RequestId.of(id))).call(work);
    }

    /// The request that this thread handles.
    static Exchange current() {
        return SCOPE.get();
    }

    /// The request that this thread handles, if any.
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

    /// The registered path, with the names of its parameters; empty if no route matched.
    Optional<String> route() {
        return route;
    }

    void recordRoute(String path) {
        route = Optional.of(path);
    }

    /// Records the authenticated caller.
    ///
    /// @param time the duration of authentication
    void recordCaller(Caller proved, Duration time) {
        caller = Optional.of(proved);
        authentication = time;
    }

    Duration authentication() {
        return authentication;
    }

    /// Records one wait for the database.
    void recordWait(Duration time) {
        roundTrips++;
        waited = waited.plus(time);
    }

    Duration waited() {
        return waited;
    }

    int roundTrips() {
        return roundTrips;
    }

    /// Runs `action` when the response has been sent, or the client is gone.
    void onCompletion(Runnable action) {
        completions.add(action);
    }

    void complete() {
        completions.forEach(Runnable::run);
    }

    /// The fields of every log line: request, tenant and actor.
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
