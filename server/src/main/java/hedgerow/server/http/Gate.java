package hedgerow.server.http;

import hedgerow.mappers.StatementFailure;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.router.Endpoint;
import io.javalin.router.HandlerWrapper;
import io.javalin.security.RouteRole;
import java.time.Duration;
import java.util.Set;

/// Passes a request to its handler if its caller is authenticated and allowed, and the contract describes
/// it.
final class Gate implements HandlerWrapper {

    private static final String BIND_REFUSED = "28000";
    private static final Set<String> ADMINS = Set.of("owner", "admin");

    private final Authenticator authenticator;
    private final Contract contract;
    private final RateLimiter limiter;
    private final Scope scope;

    /// Runs a handler so that its statements are bound for the caller.
    @FunctionalInterface
    interface Scope {
        void run(Caller caller, Handler handler, Context ctx) throws Exception;
    }

    Gate(Authenticator authenticator, Contract contract, RateLimiter limiter, Scope scope) {
        this.authenticator = authenticator;
        this.contract = contract;
        this.limiter = limiter;
        this.scope = scope;
    }

    @Override
    public Handler wrap(Endpoint endpoint) {
        return endpoint.method.isHttpMethod() ? ctx -> pass(endpoint, ctx) : endpoint.handler;
    }

    private void pass(Endpoint endpoint, Context ctx) throws Exception {
        Exchange.current().recordRoute(endpoint.path);
        var access = access(ctx.routeRoles());
        if (access == Access.PUBLIC) {
            contract.checkParameters(ctx);
            endpoint.handler.handle(ctx);
        } else {
            var caller = admit(access, ctx);
            contract.checkParameters(ctx);
            bound(caller, endpoint.handler, ctx);
        }
    }

    private void bound(Caller caller, Handler handler, Context ctx) throws Exception {
        try {
            scope.run(caller, handler, ctx);
        } catch (StatementFailure e) {
            throw e.sqlState().equals(BIND_REFUSED) ? authenticator.refused(ctx, Problems.of(e)) : e;
        }
    }

    private Caller admit(Access access, Context ctx) {
        var begun = System.nanoTime();
        var caller = authenticator.authenticate(ctx);
        Exchange.current().recordCaller(caller, Duration.ofNanos(System.nanoTime() - begun));
        limiter.admit(caller);
        require(access, caller, resource(ctx));
        return caller;
    }

    /// The access of a route. A route that names none is closed.
    private static Access access(Set<RouteRole> roles) {
        if (roles.size() == 1 && roles.iterator().next() instanceof Access access) {
            return access;
        }
        throw new IllegalStateException("a route must have exactly one Access");
    }

    private static void require(Access access, Caller caller, String resource) {
        switch (access) {
            case PUBLIC -> {}
            case PERSON -> {
                if (!caller.isPerson()) {
                    throw new Problem(ProblemCode.FORBIDDEN, "only a person may do this; sign in, and send no API key");
                }
            }
            case READ -> scoped(caller, resource + ":read");
            case WRITE -> scoped(caller, resource + ":write");
            case ADMIN -> {
                scoped(caller, resource + ":admin");
                if (!caller.role().map(ADMINS::contains).orElse(false)) {
                    throw new Problem(ProblemCode.FORBIDDEN, "only owners and admins may do this");
                }
            }
        }
    }

    private static void scoped(Caller caller, String scope) {
        if (caller.organization().isEmpty()) {
            throw new Problem(
                    ProblemCode.ORGANIZATION_REQUIRED,
                    "name one of your organizations in the Hedgerow-Organization header");
        }
        if (!caller.has(scope)) {
            throw new Problem(ProblemCode.INSUFFICIENT_SCOPE, "the key needs the scope `%s`".formatted(scope));
        }
    }

    /// The resource of a path: `/v1/payment-orders/{id}` has the resource `payment_orders`.
    static String resource(Context ctx) {
        return ctx.endpoint().path.split("/")[2].replace('-', '_');
    }
}
