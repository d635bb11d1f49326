package hedgerow.server.http;

import java.util.Locale;

/// What can be wrong with a request, or with us. A code is never reused; `docs/errors.md` explains each.
public enum ProblemCode {
    INVALID_REQUEST(400, "The request is not well-formed HTTP"),
    INVALID_JSON(400, "The body is not the JSON that is expected"),
    INVALID_PARAMETER(400, "A parameter is unknown or has a bad value"),
    INVALID_CURSOR(400, "The cursor is not one of this list"),
    INVALID_HEADER(400, "A header has a bad value"),
    UNAUTHENTICATED(401, "Who asks is not known"),
    INVALID_PROOF(401, "The proof does not hold"),
    FORBIDDEN(403, "This is not allowed"),
    INSUFFICIENT_SCOPE(403, "The key does not have the scope for this"),
    ORGANIZATION_REQUIRED(403, "Which organization, is not said"),
    STALE_SIGN_IN(403, "The sign-in is too old for this"),
    NOT_FOUND(404, "There is no such thing"),
    ROUTE_NOT_FOUND(404, "There is nothing at this address"),
    METHOD_NOT_ALLOWED(405, "This address does not take this method"),
    REQUEST_TIMEOUT(408, "The request came too slowly"),
    ALREADY_EXISTS(409, "There is one already"),
    CONCURRENT_CHANGE(409, "Somebody else changed it at the same time"),
    IDEMPOTENCY_IN_FLIGHT(409, "The first request with this Idempotency-Key is still under way"),
    INVALID_STATE(409, "Its state does not allow this"),
    LAST_OWNER(409, "An organization keeps at least one active owner"),
    LAST_WAY_IN(409, "A person keeps at least one way to sign in"),
    NOT_APPROVED(409, "It has not been approved"),
    PAYMENT_LINK_CLOSED(409, "The payment link takes no more orders"),
    PRECONDITION_FAILED(412, "It has changed since it was read"),
    BODY_TOO_LARGE(413, "The body is too large"),
    URI_TOO_LONG(414, "The address is too long"),
    UNSUPPORTED_MEDIA_TYPE(415, "The body is not application/json"),
    IDEMPOTENCY_MISMATCH(422, "This Idempotency-Key came with another request before"),
    INVALID_BODY(422, "The body does not say what is needed"),
    INVALID_REFERENCE(422, "The body refers to something that does not exist"),
    LIMIT_EXCEEDED(422, "This is beyond a limit"),
    RATE_LIMITED(429, "Too many requests"),
    HEADERS_TOO_LARGE(431, "The headers are too large"),
    INTERNAL_ERROR(500, "Something broke here"),
    UNAVAILABLE(503, "Not available at the moment");

    private final int status;
    private final String title;

    ProblemCode(int status, String title) {
        this.status = status;
        this.title = title;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /// The page of this server that explains it, as the `type` of a problem document.
    public String page() {
        return "/problems/" + slug().replace('_', '-');
    }

    /// As the `code` of a problem document.
    public String slug() {
        return name().toLowerCase(Locale.ROOT);
    }
}
