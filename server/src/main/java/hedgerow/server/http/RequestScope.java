package hedgerow.server.http;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Puts the [Exchange] in scope of everything that handles a request, and completes it.
final class RequestScope extends Handler.Wrapper {

    RequestScope(Handler next) {
        super(next);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return Exchange.<Boolean, Exception>call(request.getHeaders().get(RequestId.HEADER), () -> {
            var exchange = Exchange.current();
            Request.addCompletionListener(request, _ -> exchange.complete());
            return super.handle(request, response, callback);
        });
    }
}
