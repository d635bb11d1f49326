package hedgerow.server.http;

import io.javalin.http.Context;

/// Authenticates callers.
public interface Authenticator {

    /// The caller of a request.
    ///
    /// @throws Problem [ProblemCode#UNAUTHENTICATED] if nothing in the request proves the caller's
    ///     identity, or if a credential is invalid; [ProblemCode#FORBIDDEN] if the organization that was
    ///     picked is not the caller's, which reads the same as one that does not exist
    Caller authenticate(Context request);

    /// The response to a caller whom the database then refused to bind: revoked or suspended in the
    /// meantime.
    ///
    /// @param otherwise the response if there is nothing to add
    default Problem refused(Context request, Problem otherwise) {
        return otherwise;
    }
}
