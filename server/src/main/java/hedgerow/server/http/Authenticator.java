package hedgerow.server.http;

import io.javalin.http.Context;

/// Finds out who asks.
public interface Authenticator {

    /// @throws Problem [ProblemCode#UNAUTHENTICATED] if nothing in the request proves who asks, or what should
    ///     does not; [ProblemCode#FORBIDDEN] if the organization that was picked is not the caller's, which
    ///     reads the same as one that does not exist
    Caller authenticate(Context request);

    /// What to answer a caller whom the database then refused to bind: revoked or suspended in the meantime.
    ///
    /// @param otherwise the answer if there is nothing to add
    default Problem refused(Context request, Problem otherwise) {
        return otherwise;
    }
}
