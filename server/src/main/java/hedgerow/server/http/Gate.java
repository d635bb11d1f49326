package hedgerow.server.http;

import hedgerow.mappers.StatementFailure;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.router.Endpoint;
import io.javalin.router.HandlerWrapper;
import io.javalin.security.RouteRole;
import java.time.Duration;
import java.util.Set;

/// What stands between a request and its handler: who asks, may they, and is it what the contract describes?
final class Gate implements HandlerWrapper {

    private static final String BIND_REFUSED = "28000";
    private static final Set<String> ADMINS = Set.of("owner", "admin");

    private final Authenticator authenticator;
    private final Contract contract;
    private final RateLimiter limiter;

    Gate(Authenticator authenticator, Contract contract, RateLimiter limiter) {
        this.authenticator = authenticator;
        this.contract = contract;
        this.limiter = limiter;
    }

    @Override
    public Handler wrap(Endpoint endpoint) {
        return endpoint.method.isHttpMethod() ? ctx -> pass(endpoint, ctx) : endpoint.handler;
    }

    private void pass(Endpoint endpoint, Context ctx) throws Exception {
        Exchange.current().reaches(endpoint.path);
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
            TenantScope.run(caller, handler, ctx);
        } catch (StatementFailure e) {
            throw e.sqlState().equals(BIND_REFUSED) ? authenticator.refused(ctx, Problems.of(e)) : e;
        }
    }

    private Caller admit(Access access, Context ctx) {
        var begun = System.nanoTime();
        var caller = authenticator.authenticate(ctx);
        Exchange.current().is(caller, Duration.ofNanos(System.nanoTime() - begun));
        limiter.admit(caller);
        require(access, caller, resource(ctx));
        return caller;
    }

    /// A route without one is as good as closed.
    private static Access access(Set<RouteRole> roles) {
        if (roles.size() == 1 && roles.iterator().next() instanceof Access access) {
            return access;
        }
        throw new IllegalStateException("a route says with one Access who may call it");
    }

    private static void require(Access access, Caller caller, String resource) {
        switch (access) {
            case PUBLIC -> {}
            case PERSON -> {
                if (!caller.isPerson()) {
                    throw new Problem(ProblemCode.FORBIDDEN, "this is for people, not for keys");
                }
            }
            case READ -> scoped(caller, resource + ":read");
            case WRITE -> scoped(caller, resource + ":write");
            case ADMIN -> {
                scoped(caller, resource + ":admin");
                if (!caller.role().map(ADMINS::contains).orElse(false)) {
                    throw new Problem(ProblemCode.FORBIDDEN, "this is for owners and admins");
                }
            }
        }
    }

    private static void scoped(Caller caller, String scope) {
        if (caller.organization().isEmpty()) {
            throw new Problem(
                    ProblemCode.ORGANIZATION_REQUIRED, "name one of yours in the Hedgerow-Organization header");
        }
        if (!caller.has(scope)) {
            throw new Problem(ProblemCode.INSUFFICIENT_SCOPE, "the key needs the scope " + scope);
        }
    }

    /// `/v1/payment-orders/{id}` is of the resource `payment_orders`.
    static String resource(Context ctx) {
        return ctx.endpoint().path.split("/")[2].replace('-', '_');
    }
}
