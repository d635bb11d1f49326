package hedgerow.server.http;

import hedgerow.rls.bind.Tenant;
import io.javalin.http.Context;
import io.javalin.http.Handler;

/// Runs a handler so that every statement in it is bound to the caller's tenant.
final class TenantScope {

    private TenantScope() {}

    static void run(Caller caller, Handler handler, Context ctx) throws Exception {
        var tenant = caller.organization()
                .map(id -> Tenant.of(id, caller.actor(), caller.livemode()))
                .orElseGet(() -> Tenant.without(caller.actor(), caller.livemode()));
        tenant.<Void, Exception>call(() -> {
            handler.handle(ctx);
            return null;
        });
    }
}
