package hedgerow.server.http;

import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Rewrites `/v1/organizations/{id}/customers` to `/v1/customers` with the header `Hedgerow-Organization:
/// {id}`, and nothing else: the caller's rights there are checked as usual. A contradicting header stays,
/// so that there are two, which is refused.
final class OrganizationPath extends Handler.Wrapper {

    private static final String HEADER = "Hedgerow-Organization";
    private static final Pattern PATH = Pattern.compile("/v1/organizations/([0-9a-f-]{36})(/[a-z][^;]*)");

    OrganizationPath(Handler next) {
        super(next);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        var path = PATH.matcher(request.getHttpURI().getPath());
        var here = path.matches() ? new Moved(request, path.group(1), "/v1" + path.group(2)) : request;
        return super.handle(here, response, callback);
    }

    private static final class Moved extends Request.Wrapper {

        private final HttpURI uri;
        private final HttpFields headers;

        Moved(Request request, String organization, String path) {
            super(request);
            var before = request.getHttpURI();
            uri = HttpURI.build(before, path, null, before.getQuery()).asImmutable();
            headers = request.getHeaders().contains(HEADER, organization)
                    ? request.getHeaders()
                    : HttpFields.build(request.getHeaders())
                            .add(HEADER, organization)
                            .asImmutable();
        }

        @Override
        public HttpURI getHttpURI() {
            return uri;
        }

        @Override
        public HttpFields getHeaders() {
            return headers;
        }
    }
}
