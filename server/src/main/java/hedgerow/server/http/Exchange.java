package hedgerow.server.http;

import io.javalin.http.Context;
import java.util.Optional;

/// One request on its way through.
final class Exchange {

    private static final String ATTRIBUTE = Exchange.class.getName();

    private final String id;
    private final long begun = System.nanoTime();
    private Optional<Caller> caller = Optional.empty();
    private Optional<String> route = Optional.empty();

    private Exchange(String id) {
        this.id = id;
    }

    /// Begins with the first who asks.
    static Exchange of(Context ctx) {
        Exchange known = ctx.attribute(ATTRIBUTE);
        if (known == null) {
            known = new Exchange(RequestId.of(ctx.header(RequestId.HEADER)));
            ctx.attribute(ATTRIBUTE, known);
        }
        return known;
    }

    String id() {
        return id;
    }

    double elapsedMillis() {
        return (System.nanoTime() - begun) / 1e6;
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

    void is(Caller proved) {
        caller = Optional.of(proved);
    }
}
