package hedgerow.server.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import tools.jackson.databind.json.JsonMapper;

/// Writes problem documents for requests that never reach a route, such as malformed or slow ones, and for
/// failures that no route could report.
final class HttpErrors extends ErrorHandler {

    private final JsonMapper mapper;

    HttpErrors(JsonMapper mapper) {
        this.mapper = mapper;
    }

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request, Response response, int status, String message, Throwable cause, Callback callback) {
        if (cause != null && status >= 500) {
            Log.failure("request failed", cause);
        }
        var problem = Problems.of(status);
        var id = RequestId.of(request.getHeaders().get(RequestId.HEADER));
        response.setStatus(problem.code().status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problems.CONTENT_TYPE);
        response.getHeaders().put(new HttpField(RequestId.HEADER, id));
        problem.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        Headers.SECURITY.forEach((name, value) -> response.getHeaders().put(name, value));
        response.write(true, ByteBuffer.wrap(mapper.writeValueAsBytes(problem.document(id))), callback);
    }
}
